import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventExample } from "../../src/contract/catalogue.ts";
import { deliveryOf, secret } from "./deliveries.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("the page on receiving", () => {
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
