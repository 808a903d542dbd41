import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect, type Sql } from "../../src/base/database.ts";
import { isServerOf } from "../../src/base/embedded/processes.ts";
import { startEmbeddedServer } from "../../src/base/embedded/server.ts";
import type { Random } from "../random.ts";

/**
 * How it is struck: its first process alone, so that the others see it and go; all of its processes at once; or one that
 * serves a connection, after which the first one throws all connections out and recovers.
 */
export type Blow = "postmaster" | "everything" | "backend";

/** A PostgreSQL server that is there to be killed, as `npm start` sets it up and brings it back. */
export interface MortalServer {
  readonly dataDir: string;
  /** The environment of a service that is told where it is. */
  readonly reach: Readonly<Record<string, string>>;
  readonly sql: Sql;
  /** Kills it without a warning. Resolves when it answers again, which nobody here had to see to. */
  strike(blow: Blow): Promise<void>;
  /** Shuts it down and removes its data. Whoever uses it has ended by now. */
  stop(): Promise<void>;
}

const pollMs = 20;

/**
 * Commits have a time, for the ledger. What was committed has been given to the system, which lives on when processes are
 * killed; to wait for the disk would only make each recovery last, by seconds where others use the disk as well.
 */
const settings = { track_commit_timestamp: "on", fsync: "off" };

export async function startMortalServer(random: Random): Promise<MortalServer> {
  const parent = await mkdtemp(join(tmpdir(), `heliograph-test-${process.pid}-`));
  await chmod(parent, 0o711); // root's server runs as nobody, which has to pass through here
  const dataDir = join(parent, "data");
  const server = await startEmbeddedServer({ dataDir, progress: () => undefined, settings });
  const { host, port, username, password, database } = server.connection;
  const sql = connect(server.connection, { max: 4, name: "heliograph faults" });
  // Also when a service starts it again.
  for (const [name, value] of Object.entries(settings)) {
    await sql.unsafe(`alter system set ${name} = ${value}`);
  }

  return {
    dataDir,
    // A URL has no place for the directory of a socket; the driver takes it from where PostgreSQL's own programs do.
    reach: {
      DATABASE_URL: `postgres:///${database}`,
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: username,
      PGPASSWORD: password,
    },
    sql,
    async strike(blow) {
      const data = join(dataDir, "postgres", "data");
      const before = await persistently(() => lookInto(sql, data));
      const { first, workers } = before;
      const [backend] = random.shuffled(workers.filter(({ isClient }) => isClient));
      if (blow === "backend") kill(backend?.pid ?? first, data);
      else kill(first, data);
      if (blow === "everything") for (const { pid } of workers) kill(pid, data);
      await livesAgain(sql, data, before);
    },
    async stop() {
      await untilAlone(sql);
      await sql.end({ timeout: 1 });
      await server.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

/** A server as it is now. */
interface Life {
  /** Its first process. */
  readonly first: number;
  readonly workers: readonly { readonly pid: number; readonly isClient: boolean }[];
  /** Differs after each recovery; a process that outlives the first one for a moment does not know it yet. */
  readonly name: string;
}

async function lookInto(sql: Sql, data: string): Promise<Life> {
  const rows = await sql<{ pid: number; type: string; started: string }[]>`
    select pid, backend_type as type, backend_start::text as started from pg_stat_activity where pid <> pg_backend_pid()
  `;
  const lock = await readFile(join(data, "postmaster.pid"), "utf8");
  const name = rows.find(({ type }) => type === "checkpointer")?.started;
  if (name === undefined) throw new Error("It is not up yet");
  const workers = rows.map(({ pid, type }) => ({ pid, isClient: type === "client backend" }));
  return { first: Number(lock.split("\n")[0]), workers, name };
}

/** Never anything but a process of this very server. */
function kill(pid: number, data: string): void {
  if (isServerOf(pid, data)) process.kill(pid, "SIGKILL");
}

/** Resolves when a server that was struck has recovered. */
async function livesAgain(sql: Sql, data: string, before: Life): Promise<void> {
  await persistently(async () => {
    const { name } = await lookInto(sql, data);
    if (name === before.name) throw new Error("It has not recovered yet");
  });
}

/** How long a server may be away, in milliseconds. */
const awayMs = 120_000;

/** Asks until there is an answer: connections end with the server, and each finds out by itself. */
export async function persistently<T>(ask: () => PromiseLike<T>): Promise<T> {
  const end = performance.now() + awayMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > end) throw error;
      await delay(pollMs);
    }
  }
}

/** Resolves when nobody else uses it, as PostgreSQL notices by and by that a client was killed. */
async function untilAlone(sql: Sql): Promise<void> {
  await persistently(async () => {
    const [row] = await sql<{ others: number }[]>`
      select count(*) - 1 as others from pg_stat_activity where application_name = 'heliograph supervisor'
    `;
    if (row?.others !== 0) throw new Error("PostgreSQL is still in use");
  });
}
