import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { arrayTypes, instantOf } from "./arrayTypes.ts";
import { StartError } from "./startError.ts";

/** A pool of connections. */
export type Sql = postgres.Sql<SqlTypes>;
/** The one connection of an open transaction. */
export type Tx = postgres.TransactionSql<SqlTypes>;
/** Where a statement may run: both read the same way. */
export type Db = Sql | Tx;
/** Values that PostgreSQL's types are read as; the driver's own choice is kept for all others. */
type SqlTypes = Record<string, never>;

/** What `postgres` needs to connect: a URL, or the socket and password of the embedded server. */
export type Connection = string | postgres.Options<Record<string, postgres.PostgresType>>;

/** What the driver and PostgreSQL say when a connection breaks off. */
const connectionLost =
  /^(ECONN\w+|EPIPE|CONNECT_TIMEOUT|CONNECTION_(CLOSED|DESTROYED|ENDED)|57P0[123])$/;

/** Whether an error means that the connection is gone, and with it the transaction. */
export const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error && "code" in error && connectionLost.test(String(error.code));

/**
 * Runs a function in one transaction: committed when it resolves, rolled back when it rejects.
 *
 * The only way to begin one. The driver answers a rejection with a rollback, and on a connection that is gone it does
 * so on no socket at all, which ends the process; and it would run a later statement of the function on a new connection,
 * outside the transaction. So on a lost connection the function is let go of, runs no statement more, and the driver's
 * own word that the connection closed is what the caller gets.
 * @throws whatever the function throws, or the driver's error when the connection was lost or the commit failed.
 */
export async function transaction<T>(sql: Sql, run: (tx: Tx) => Promise<T>): Promise<T> {
  let isOver = false;
  const guarded = (tx: Tx) =>
    new Proxy(tx, {
      apply(target, self, given: Parameters<typeof tx>) {
        if (isOver) throw new Error("The transaction is over");
        return Reflect.apply(target, self, given);
      },
    });
  try {
    const done = await (transactional.get(sql) ?? sql).begin(async (tx) => {
      try {
        return { result: await run(guarded(tx)) };
      } catch (error) {
        if (isOver || isConnectionLoss(error)) return await new Promise<never>(() => undefined);
        throw error;
      }
    });
    return done.result;
  } finally {
    isOver = true;
  }
}

/**
 * Runs a part of a transaction: when it rejects, what it wrote is undone, and the rest of the transaction stands.
 * @throws whatever the part throws.
 */
export async function partOf<T>(tx: Tx, run: () => Promise<T>): Promise<T> {
  await tx`savepoint part`;
  try {
    const result = await run();
    await tx`release savepoint part`;
    return result;
  } catch (error) {
    if (!isConnectionLoss(error)) await tx`rollback to savepoint part`;
    throw error;
  }
}

/** Supported majors; older ones lack what the migrations use, newer ones were not tried. */
const majors = { oldest: 15, newest: 18 } as const;

/** The connections that a pool keeps for transactions alone. */
const transactional = new WeakMap<Sql, Sql>();
/** Those that it keeps for `atOnce`. */
const single = new WeakMap<Sql, Sql>();

/**
 * Where a statement runs that is a transaction by itself, with the settings that transactions have: one round trip in place
 * of three.
 */
export const atOnce = (sql: Sql): Sql => single.get(sql) ?? sql;

/** How long a statement of a transaction may wait for a lock, in milliseconds: who waits holds a connection that others need. */
const lockTimeoutMs = 10_000;

/**
 * Statements of transactions find rows by their keys, or take them from arrays. Left to itself PostgreSQL plans the latter
 * anew each time, because it guesses ten items where there is one; that was a third of what a command cost the server.
 */
const planCacheMode = "force_generic_plan";

/** Connections for statements that are transactions by themselves at most: what uses them does one thing at a time. */
const mostSingle = 2;

/**
 * Wait before a connection that failed is tried again, in seconds. The driver's own grows to 20 s, of all connections of
 * a pool together, so that the first second of an outage makes them wait long after the server is back.
 */
const reconnectAfter = (failures: number) =>
  (0.5 + Math.random() / 2) * Math.min(0.02 * 2 ** failures, 0.5);

/**
 * Opens a pool, with as many connections again for transactions, and a few for `atOnce`: the driver may begin one on a
 * connection that has other statements under way, and then loses track of it, so that nothing else may run where transactions begin. Rows come as the contract wants them: instants as RFC 3339 text, days as text, numbers as numbers.
 * Money stays below 2^53 by the contract's limits, so bigint fits a number.
 */
export function connect(
  connection: Connection,
  options: { max: number; name: string; searchPath?: string },
): Sql {
  const settings = {
    backoff: reconnectAfter,
    connection: {
      application_name: options.name,
      TimeZone: "UTC",
      ...(options.searchPath !== undefined && { search_path: options.searchPath }),
    },
    onnotice: () => undefined,
    fetch_types: false,
    types: {
      ...arrayTypes,
      instant: {
        to: 1184,
        from: [1184],
        serialize: (value: Date | string) =>
          typeof value === "string" ? value : value.toISOString(),
        parse: instantOf,
      },
      day: { to: 1082, from: [1082], serialize: (day: string) => day, parse: (day: string) => day },
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
    },
  };
  // The driver types custom parsers by their names; we only read through the contract.
  const open = postgres as unknown as (...given: unknown[]) => Sql;
  const openWith = (max: number, more: object) => {
    const all = { ...settings, max, connection: { ...settings.connection, ...more } };
    return typeof connection === "string" ? open(connection, all) : open({ ...connection, ...all });
  };
  const sql = openWith(options.max, {});
  const write = { lock_timeout: lockTimeoutMs, plan_cache_mode: planCacheMode };
  const own = openWith(options.max, write);
  const alone = openWith(Math.min(options.max, mostSingle), write);
  transactional.set(sql, own);
  single.set(sql, alone);
  const end = sql.end.bind(sql);
  return Object.assign(sql, {
    end: async (how?: { timeout?: number }) => {
      await Promise.all([end(how), own.end(how), alone.end(how)]);
    },
  });
}

/**
 * Checks that the server can be reached and is one we know.
 * @throws {StartError} with one sentence when it cannot, or is too old.
 */
export async function checkServer(sql: Sql): Promise<void> {
  const major = await serverMajor(sql);
  if (major < majors.oldest) {
    throw new StartError(
      `PostgreSQL ${major} is too old: use ${majors.oldest} to ${majors.newest}, or unset DATABASE_URL for the embedded server`,
    );
  }
}

/** How long a server may take to say what it is, in milliseconds. */
const answerLimitMs = 10_000;

async function serverMajor(sql: Sql): Promise<number> {
  const settled = new AbortController();
  try {
    const rows = await Promise.race([
      sql<{ server_version_num: string }[]>`show server_version_num`,
      silence(settled.signal),
    ]);
    return Math.floor(Number(rows[0]?.server_version_num ?? 0) / 10_000);
  } catch (error) {
    await sql.end({ timeout: 0 });
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`Cannot reach PostgreSQL: ${reason || "no answer"}; check DATABASE_URL`, {
      cause: error,
    });
  } finally {
    settled.abort();
  }
}

/** The driver would go on for ever with a server that closes connections or says something else than PostgreSQL. */
async function silence(signal: AbortSignal): Promise<never> {
  await delay(answerLimitMs, undefined, { signal });
  throw new Error(`no answer of PostgreSQL within ${answerLimitMs / 1000} s`);
}
