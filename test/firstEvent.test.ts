import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { test } from "./mainProcess.ts";

const examples = fileURLToPath(new URL("../examples/guide/", import.meta.url));

/** Two that nobody listens on now. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  for (const server of servers) await once(server.listen(0, "127.0.0.1"), "listening");
  const [one = 0, other = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return [one, other];
}

describe("the first page of the guide", () => {
  test("brings an event to a receiver, by its own commands", async ({ start, dataDir }) => {
    const [port, receiverPort] = await freePorts();
    const main = start({ HELIOGRAPH_EGRESS_ALLOW: "127.0.0.1/32", PORT: String(port) });
    await main.ready;
    const printer = (await readFile(join(examples, "print.mjs"), "utf8")).replace(
      "8080",
      String(receiverPort),
    );
    const receiver = spawn(process.execPath, ["--input-type=module", "-e", printer], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void receiver.kill("SIGKILL"));
    const lines = createInterface(receiver.stdout);
    const printed = once(lines, "line");

    const script = (await readFile(join(examples, "first-event.sh"), "utf8"))
      .replace("localhost:4400", `127.0.0.1:${port}`)
      .replace("127.0.0.1:8080", `127.0.0.1:${receiverPort}`)
      .replace(".heliograph/operator.key", join(dataDir, "operator.key"));
    const shell = spawn("sh", ["-euc", script], {
      cwd: dirname(dataDir),
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [code] = (await once(shell, "exit")) as [number];

    expect(code).toBe(0);
    expect(await printed).toEqual(["1 new_customer Sample"]);
  });
});
