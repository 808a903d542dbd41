import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "vitest";
import { startEmbeddedServer, type EmbeddedServer } from "../src/base/embedded/server.ts";

const main = new URL("../src/main.ts", import.meta.url).pathname;

/** `node src/main.ts` as a process of its own. */
export interface MainProcess {
  readonly process: ChildProcess;
  /** Where it is reached, once it says that it is ready. Rejects with what it printed when it ends before. */
  readonly ready: Promise<string>;
  /** How it ended, and all that it printed. */
  readonly ended: Promise<Ending>;
}

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Fixtures {
  /** A data directory that does not exist yet. */
  readonly dataDir: string;
  /** Starts the program with these settings on top of a free port and `dataDir`. What still runs is ended after the test. */
  readonly start: (
    settings?: Readonly<Record<string, string>>,
    args?: readonly string[],
  ) => MainProcess;
  /** The database server of `dataDir`, adopted or started; stopped after the test. */
  readonly openServer: () => Promise<EmbeddedServer>;
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- the runner wants a pattern here
  dataDir: async ({}, use) => {
    const parent = await mkdtemp(join(tmpdir(), `heliograph-test-${process.pid}-`));
    await chmod(parent, 0o711); // root's server runs as nobody, which has to pass through here
    const dataDir = join(parent, "data");
    await use(dataDir);
    // A start that was killed leaves its server running: adopt it to stop it.
    if (await serverPid(dataDir)) await (await openServerOf(dataDir)).stop();
    await rm(parent, { recursive: true, force: true });
  },
  start: async ({ dataDir }, use) => {
    const started: MainProcess[] = [];
    await use((settings, args = []) => {
      const child = startMain({ HELIOGRAPH_DATA_DIR: dataDir, PORT: "0", ...settings }, args);
      started.push(child);
      return child;
    });
    for (const child of started) child.process.kill("SIGKILL");
    await Promise.all(started.map(({ ended }) => ended));
  },
  openServer: async ({ dataDir }, use) => {
    const opened: EmbeddedServer[] = [];
    await use(async () => {
      const server = await openServerOf(dataDir);
      opened.push(server);
      return server;
    });
    for (const server of opened) await server.stop();
  },
});

const openServerOf = (dataDir: string) => startEmbeddedServer({ dataDir, progress: () => {} });

/** @returns the process id of the database server of a data directory, undefined when none is up. */
export async function serverPid(dataDir: string): Promise<number | undefined> {
  const path = join(dataDir, "postgres", "data", "postmaster.pid");
  const text = await readFile(path, "utf8").catch(() => "");
  return text === "" ? undefined : Number(text.split("\n")[0]);
}

function startMain(
  settings: Readonly<Record<string, string>>,
  args: readonly string[],
): MainProcess {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, HOME, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      const url = / is ready: (\S+)\n/.exec(stdout)?.[1];
      if (url) resolve(url);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("close", () => reject(new Error(`It ended: ${stdout}${stderr}`)));
  });
  ready.catch(() => undefined); // only whoever waits for it needs to know
  const ended = once(child, "close").then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
  }));
  return { process: child, ready, ended };
}
