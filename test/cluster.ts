import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, rm, stat, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { connect } from "../src/base/database.ts";
import { isAlive } from "../src/base/embedded/processes.ts";
import { startEmbeddedServer } from "../src/base/embedded/server.ts";
import { migrate } from "../src/base/migrate.ts";

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
    /** Name of a migrated database to copy from. */
    template: string;
  }
}

/** Nothing in a test run has to survive a crash of the machine. */
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  // It may lie in memory.
  max_wal_size: "256MB",
};

/** Where Linux keeps files in memory. */
const memory = "/dev/shm";
const roomBytes = 2 * 1024 ** 3;

/**
 * Provides `postgres`: the server of TEST_DATABASE_URL, or a throw-away one for this run; and
 * `template`: a migrated database there.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env["TEST_DATABASE_URL"];
  const isOurs = url === undefined || url === "";
  const server = isOurs ? await startServer() : { connection: readUrl(url), stop: async () => {} };
  project.provide("postgres", server.connection);
  try {
    const template = await createTemplate(server.connection);
    project.provide("template", template);
    return async () => {
      if (!isOurs) await dropDatabase(server.connection, template);
      await server.stop();
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

interface TestServer {
  readonly connection: TestPostgres;
  stop(): Promise<void>;
}

async function startServer(): Promise<TestServer> {
  const place = await findPlace();
  // Servers that tests start themselves lie on the disk.
  for (const each of new Set([place, tmpdir()])) await sweep(each);
  const directory = await mkdtemp(join(place, `heliograph-test-${process.pid}-`));
  // Root's server runs as nobody, which has to pass through here.
  await chmod(directory, 0o711);
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const server = await startEmbeddedServer({ dataDir: directory, progress: () => {}, settings });
    return {
      connection: server.connection,
      async stop() {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * In memory where there is room: each test copies a database of 900 files, which takes a disk half a second. What a
 * test proves of a crash it proves on a server of its own.
 */
async function findPlace(): Promise<string> {
  const room = await statfs(memory).catch(() => undefined);
  return room && room.bavail * room.bsize > roomBytes ? memory : tmpdir();
}

/** Made once for all workers. @returns its name. */
async function createTemplate(server: TestPostgres): Promise<string> {
  const template = `template_${randomBytes(8).toString("hex")}`;
  const admin = connect({ ...server }, { max: 1, name: "heliograph-test-admin" });
  await admin`create database ${admin(template)}`;
  await admin.end();
  const sql = connect(
    { ...server, database: template },
    { max: 1, name: "heliograph-test-template" },
  );
  await migrate(sql);
  await sql.end();
  return template;
}

async function dropDatabase(server: TestPostgres, name: string): Promise<void> {
  const admin = connect({ ...server }, { max: 1, name: "heliograph-test-admin" });
  await admin`drop database ${admin(name)} with (force)`;
  await admin.end();
}

/**
 * Removes what runs that were cut short left behind. A server of theirs ends by itself once its
 * directory is gone.
 */
async function sweep(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const pid = /^heliograph-test-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const directory = join(place, name);
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
