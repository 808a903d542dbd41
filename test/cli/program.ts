import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, onTestFinished, vi } from "vitest";
import { bundleProgram } from "../../scripts/build/bundle.ts";

/**
 * The program as it is shipped. A start from its sources costs ten times as much, and tests start it some hundred times. It lies
 * where it finds zod.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
const built = join(root, "node_modules", ".cache", `heliograph-cli-${process.pid}`);
const main = join(built, "heliograph.js");
beforeAll(() => bundleProgram({ root, version: "0.0.0-test", into: built }));
afterAll(() => rm(built, { recursive: true, force: true }));

// A test of commands is a row of processes, and each takes its time on a machine that tests everything at once.
vi.setConfig({ testTimeout: 240_000 });

/** How a command ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  /** Data. */
  readonly out: string;
  /** Words. */
  readonly said: string;
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves with all that was printed once data or words hold a text; rejects when it ends before. */
  until(text: string): Promise<string>;
  interrupt(): void;
  terminate(): void;
}

export interface Given {
  readonly stdin?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Program {
  /** Where it keeps keys. */
  readonly config: string;
  run(args: readonly string[], given?: Given): Promise<Ended>;
  start(args: readonly string[], given?: Given): Running;
}

/** `heliograph` as a process of its own, with a configuration folder of its own. */
export async function givenProgram(env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const config = await mkdtemp(join(tmpdir(), "heliograph-cli-"));
  onTestFinished(() => rm(config, { recursive: true, force: true }));
  const start = (args: readonly string[], given: Given = {}) =>
    startProgram(args, config, { ...given, env: { ...env, ...given.env } });
  return { config, start, run: (args, given) => start(args, given).ended };
}

function startProgram(
  args: readonly string[],
  config: string,
  { stdin = "", env }: Given,
): Running {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, HOME: config, XDG_CONFIG_HOME: config, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined); // it may end before it reads
  child.stdin.end(stdin);
  let out = "";
  let said = "";
  const onlookers = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    for (const look of onlookers) look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    for (const look of onlookers) look();
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, out, said }));
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    ended,
    interrupt: () => void child.kill("SIGINT"),
    terminate: () => void child.kill("SIGTERM"),
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!`${out}${said}`.includes(text)) return;
          onlookers.delete(look);
          resolve(`${out}${said}`);
        };
        onlookers.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended before ${text}: ${out}${said}`)));
      }),
  };
}

/** The first JSON value in a text. */
export function firstOf(text: string): Record<string, unknown> {
  const [first] = linesOf(text);
  if (!first) throw new Error("There is no data");
  return first;
}

/** The JSON values in a text, one a line. */
export const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
