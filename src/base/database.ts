import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
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

/** Supported majors; older ones lack what the migrations use, newer ones were not tried. */
const majors = { oldest: 15, newest: 18 } as const;

/**
 * Opens a pool. Rows come as the contract wants them: instants as RFC 3339 text, days as text, numbers as numbers.
 * Money stays below 2^53 by the contract's limits, so bigint fits a number.
 */
export function connect(connection: Connection, options: { max: number; name: string }): Sql {
  const settings = {
    max: options.max,
    connection: { application_name: options.name, TimeZone: "UTC" },
    onnotice: () => undefined,
    types: {
      instant: {
        to: 1184,
        from: [1184],
        serialize: (value: Date | string) =>
          typeof value === "string" ? value : value.toISOString(),
        parse: (text: string) => new Date(text).toISOString(),
      },
      day: { to: 1082, from: [1082], serialize: (day: string) => day, parse: (day: string) => day },
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
    },
  };
  // The driver types custom parsers by their names; we only read through the contract.
  const open = postgres as unknown as (...given: unknown[]) => Sql;
  return typeof connection === "string"
    ? open(connection, settings)
    : open({ ...connection, ...settings });
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
