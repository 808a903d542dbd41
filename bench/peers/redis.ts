import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A Redis of our own. */
export interface Redis {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts Redis on a free port, in a directory of its own, with every write synced before it is answered.
 * @returns undefined when no `redis-server` is installed.
 */
export async function startRedis(): Promise<Redis | undefined> {
  const port = await findFreePort();
  const directory = await mkdtemp(join(tmpdir(), `heliograph-bench-${process.pid}-redis-`));
  const settings = [
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--save",
    "",
    "--maxmemory-policy",
    "noeviction",
  ];
  const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory];
  const child = spawn("redis-server", [...place, ...settings], { stdio: "ignore" });
  const remove = () => rm(directory, { recursive: true, force: true });
  const isThere = await Promise.race([
    once(child, "spawn").then(() => true),
    once(child, "error").then(() => false),
  ]).catch(() => false);
  if (!isThere || child.pid === undefined) {
    await remove();
    return undefined;
  }
  process.once("exit", () => child.kill("SIGTERM")); // also when the run is cut short
  const ended = once(child, "exit");
  await answers(port);
  return {
    port,
    pid: child.pid,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await remove();
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return;
    await delay(20);
  }
}
