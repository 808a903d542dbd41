import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { isAlive } from "../src/base/embedded/processes.ts";
import { startEmbeddedServer } from "../src/base/embedded/server.ts";

/** How tests reach the server of the test run; each makes databases of its own there. */
export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** Nothing in a test run has to survive a crash of the machine. */
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
};

/** Provides `postgres`: the server of TEST_DATABASE_URL, or a throw-away one for this run. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const url = process.env["TEST_DATABASE_URL"];
  if (url !== undefined && url !== "") {
    project.provide("postgres", readUrl(url));
    return undefined;
  }
  await sweep();
  const directory = await mkdtemp(join(tmpdir(), `heliograph-test-${process.pid}-`));
  // Root's server runs as nobody, which has to pass through here.
  await chmod(directory, 0o711);
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const server = await startEmbeddedServer({ dataDir: directory, progress: () => {}, settings });
    project.provide("postgres", server.connection);
    return async () => {
      await server.stop();
      await remove();
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Removes what runs that were cut short left behind. A server of theirs ends by itself once its
 * directory is gone.
 */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^heliograph-test-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const directory = join(tmpdir(), name);
    const { uid } = await stat(directory);
    if (uid === process.getuid?.()) await rm(directory, { recursive: true, force: true });
  }
}

function readUrl(text: string): TestPostgres {
  const url = new URL(text);
  return {
    host: url.searchParams.get("host") ?? decodeURIComponent(url.hostname),
    port: Number(url.port || "5432"),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || "postgres",
  };
}
