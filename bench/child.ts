import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Answer, Question } from "./serve.ts";

/** A process of the benchmark, which answers by `serve`. */
export interface Child {
  /** @throws {Error} what the process threw, or that it ended. */
  ask<T = void>(task: string, given?: unknown): Promise<T>;
  /** Ends it; what it has under way is lost. */
  stop(): Promise<void>;
}

/**
 * Starts a file of this folder as a process of its own.
 * @param options.env added to the environment.
 * @param options.nodeOptions for Node, for example `--cpu-prof`.
 */
export async function startChild(
  file: string,
  options: { env?: Readonly<Record<string, string>>; nodeOptions?: readonly string[] } = {},
): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, {
    serialization: "advanced",
    env: { ...process.env, ...options.env },
    execArgv: [...(options.nodeOptions ?? [])],
  });
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  const ended = once(child, "exit").then(([code, signal]) => {
    const error = new Error(`${file} ended with ${code ?? signal}`);
    for (const { reject } of open.values()) reject(error);
    open.clear();
  });
  await Promise.race([once(child, "message"), ended]);
  if (child.exitCode !== null) throw new Error(`${file} did not start`);
  child.on("message", ({ id, result, error }: Answer) => {
    const waiting = open.get(id);
    open.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  });

  let lastId = 0;
  return {
    ask<T>(task: string, given?: unknown) {
      const question: Question = { id: ++lastId, task, given };
      const waiting = Promise.withResolvers<unknown>();
      open.set(question.id, waiting);
      child.send(question, (error) => error && waiting.reject(error));
      return waiting.promise as Promise<T>;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/**
 * Options of Node for our own processes: as `npm start` gives them, which this process was started with as well.
 * @param profileTo where they write a CPU profile when they end; undefined for none.
 */
export const asStarted = (profileTo: string | undefined): readonly string[] => [
  ...process.execArgv,
  ...(profileTo === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileTo}`]),
];
