import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Sql } from "../src/base/database.ts";
import { isAlive } from "../src/base/embedded/processes.ts";
import { startEmbeddedServer, type EmbeddedServer } from "../src/base/embedded/server.ts";
import { migrate } from "../src/base/migrate.ts";
import { familyCpuUs, parentOf } from "./cpu.ts";

/** How to reach a database, for any driver and process. */
export type BenchConnection = EmbeddedServer["connection"];

/** A database of the benchmark. */
export interface BenchDatabase {
  readonly connection: BenchConnection;
  readonly sql: Sql;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** The PostgreSQL server of one run: as `npm start` sets it up, fully durable, only with room for more connections. */
export interface BenchServer {
  readonly version: string;
  /** An empty database, with our schema unless it is for somebody else. */
  createDatabase(options?: { isOurs: boolean }): Promise<BenchDatabase>;
  /** Time that all processes of the server have had, in microseconds; NaN where the system does not tell. */
  cpuUs(): number;
  /** Writes what is dirty to disk, so that a checkpoint owed by one measurement is not paid by the next. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export async function startServer(progress: (line: string) => void): Promise<BenchServer> {
  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), `heliograph-bench-${process.pid}-`));
  await chmod(dataDir, 0o711); // root's server runs as nobody, which has to pass through here
  const removeData = () => rm(dataDir, { recursive: true, force: true });
  const settings = { max_connections: "300" };
  const server = await startEmbeddedServer({ dataDir, progress, settings }).catch(
    async (error: unknown) => {
      await removeData();
      throw error;
    },
  );
  const admin = connect({ ...server.connection }, { max: 1, name: "heliograph-bench" });
  const pid = await postmasterPid(admin);
  return {
    version: server.version,
    createDatabase: ({ isOurs } = { isOurs: true }) => createDatabase(server, admin, isOurs),
    cpuUs: () => familyCpuUs(pid),
    async settle() {
      await admin`checkpoint`;
    },
    async stop() {
      await admin.end();
      await server.stop();
      await removeData();
    },
  };
}

/** Removes what runs that were killed left behind. Their servers end by themselves once their directories are gone. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^heliograph-bench-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function createDatabase(
  server: EmbeddedServer,
  admin: Sql,
  isOurs: boolean,
): Promise<BenchDatabase> {
  const database = `bench_${randomBytes(6).toString("hex")}`;
  await admin`create database ${admin(database)}`;
  const connection = { ...server.connection, database };
  const sql = connect({ ...connection }, { max: 4, name: "heliograph-bench" });
  if (isOurs) await migrate(sql);
  return {
    connection,
    sql,
    async drop() {
      await sql.end({ timeout: 1 });
      await admin`drop database ${admin(database)} with (force)`;
    },
  };
}

/** The server's first process is the parent of the one that serves this connection. */
async function postmasterPid(sql: Sql): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  try {
    return parentOf(row?.pid ?? 0);
  } catch {
    return 0;
  }
}
