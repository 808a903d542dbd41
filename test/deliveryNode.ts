import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Sql } from "../src/base/database.ts";
import { createDelivery, type Delivery, type DeliveryOptions } from "../src/delivery/delivery.ts";
import type { TestPostgres } from "./cluster.ts";
import { closeBefore } from "./database.ts";
import { nodeOptions } from "./nodeOptions.ts";
import { startReceiver, type Script, type TestReceiver } from "./receiver.ts";

/** A delivering node that is stopped when the test ends. */
export function createNode(sql: Sql, given?: Partial<DeliveryOptions>): Delivery {
  const options = nodeOptions(sql, given);
  const delivery = createDelivery(options);
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= delivery.stop().then(() => options.sender.close()));
  closeBefore(sql, stop);
  return { ...delivery, stop };
}

/** A delivering node that runs until the test ends. */
export async function givenNode(sql: Sql, given?: Partial<DeliveryOptions>): Promise<Delivery> {
  const node = createNode(sql, given);
  await node.start();
  return node;
}

/** A receiver that is closed when the test ends. */
export async function givenReceiver(script?: Script): Promise<TestReceiver> {
  const receiver = await startReceiver(script);
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  return receiver;
}

/** A delivering node as a process of its own. @returns how to kill it without any warning, to freeze and to wake it. */
export async function givenProcess(
  database: TestPostgres,
  nodeId: string,
  connections = 10,
): Promise<{ kill(): Promise<void>; freeze(): void; wake(): void }> {
  const path = fileURLToPath(new URL("deliveryProcess.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    [path, JSON.stringify(database), nodeId, String(connections)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  await once(child.stdout, "data");
  return { kill, freeze: () => child.kill("SIGSTOP"), wake: () => child.kill("SIGCONT") };
}
