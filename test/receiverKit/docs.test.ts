import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventExample } from "../../src/contract/catalogue.ts";
import { inboxTables } from "../../src/receiver/index.ts";
import { deliveryOf, secret } from "./deliveries.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The blocks of the page that are written elsewhere, by the comment that stands before them. */
async function blocks(): Promise<Map<string, string>> {
  const page = await readFile(join(root, "docs/receiver.md"), "utf8");
  const found = page.matchAll(/<!-- (\S+) -->\n\n```\w+\n([\s\S]*?)\n```/g);
  return new Map(Array.from(found, ([, name = "", text = ""]) => [name, text]));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("the page on receiving", () => {
  test("shows the examples as they are, and the tables as they are made", async () => {
    const shown = await blocks();
    expect(shown.size).toBe(5);
    for (const [name, text] of shown) {
      const written =
        name === "inboxTables"
          ? inboxTables()
              .map((statement) => `${statement};`)
              .join("\n")
          : await readFile(join(root, name), "utf8");
      expect(text.trim(), name).toBe(written.trim());
    }
  });

  test("begins with a receiver that works", async () => {
    const directory = await mkdtemp(join(tmpdir(), "heliograph-example-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const port = await freePort();
    const child = spawn(process.execPath, [join(root, "examples/receiver/express.ts")], {
      cwd: directory,
      env: { ...process.env, HELIOGRAPH_SECRET: secret, PORT: String(port) },
      stdio: ["ignore", "ignore", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const event = eventExample("new_install", "epc") as Parameters<typeof deliveryOf>[0];
    const delivery = await deliveryOf(event);
    const send = async () => {
      const sent = { method: "POST", ...delivery };
      const response = await fetch(`http://127.0.0.1:${port}/hooks`, sent).catch(() => undefined);
      return response?.json();
    };
    await expect.poll(send).toMatchObject({ outcome: expect.stringMatching(/handled|duplicate/) });
    expect(await send()).toEqual({ outcome: "duplicate" });

    const database = new DatabaseSync(join(directory, "receiver.db"));
    const jobs = database.prepare("select install, customer from jobs").all();
    database.close();
    const { install, customer } = event["data"] as Record<string, { id: string }>;
    expect(jobs).toEqual([{ install: install?.id, customer: customer?.id }]);
  });
});
