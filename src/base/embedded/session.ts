import postgres from "postgres";
import { StartError } from "../startError.ts";
import type { Address } from "./address.ts";
import { roleName } from "./cluster.ts";
import { errorCode } from "./files.ts";

/**
 * The connection each service keeps for as long as it uses a server. It holds a shared lock, so a
 * service that stops can see whether another one still uses the same server; being PostgreSQL's, the
 * lock goes with its holder however that ends.
 */
export interface Session {
  /** For example "18.4". */
  readonly version: string;
  /** Resolves when the connection ends, and with it the lock, however that happens. */
  readonly ended: Promise<void>;
  /** Gives the server up; true when nobody else uses it, and then nobody can until it is stopped. */
  release(): Promise<boolean>;
  close(): Promise<void>;
}

/** Advisory locks in the database `postgres`, where nothing else takes any. */
const useLock = 1;
const createLock = 2;

/**
 * Connects to the server at `address`, makes sure that it serves the cluster in `data` and that the
 * database is there.
 * @returns `undefined` when the server is on its way up or down: ask again.
 * @throws {StartError} when it is not ours.
 */
export async function openSession(
  address: Address,
  { data, password }: { data: string; password: string },
): Promise<Session | undefined> {
  const { promise: ended, resolve: onclose } = Promise.withResolvers<void>();
  const sql = postgres({
    ...address,
    onclose: () => onclose(),
    username: roleName,
    password,
    database: "postgres",
    ssl: false,
    max: 1,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: "heliograph supervisor" },
  });
  try {
    const [row] = await sql<{ directory: string; version: string; in_use: boolean }[]>`
      select current_setting('data_directory') as directory,
        current_setting('server_version') as version,
        pg_try_advisory_lock_shared(${useLock}) as in_use
    `;
    if (row?.directory !== data) throw new Error(`It serves ${row?.directory}`);
    if (!row.in_use) {
      await sql.end({ timeout: 0 }); // a service is stopping this server right now
      return undefined;
    }
    await createDatabase(sql);
    return describeSession(sql, row.version, ended);
  } catch (error) {
    await sql.end({ timeout: 0 });
    if (isPassing(error)) return undefined;
    throw new StartError(
      `The PostgreSQL server that runs in ${data} does not let this service in: stop it, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

function describeSession(sql: postgres.Sql, version: string, ended: Promise<void>): Session {
  return {
    ended,
    version: version.split(" ")[0] ?? version,
    async release() {
      const [row] = await sql<{ alone: boolean }[]>`
        select pg_advisory_unlock_shared(${useLock}), pg_try_advisory_lock(${useLock}) as alone
      `;
      return row?.alone === true;
    },
    close: () => sql.end({ timeout: 0 }),
  };
}

async function createDatabase(sql: postgres.Sql): Promise<void> {
  const existing = await sql`select from pg_database where datname = ${roleName}`;
  if (existing.length > 0) return;
  await sql`select pg_advisory_lock(${createLock})`;
  const still = await sql`select from pg_database where datname = ${roleName}`;
  if (still.length === 0) await sql`create database ${sql(roleName)}`;
  await sql`select pg_advisory_unlock(${createLock})`;
}

/** Refused or cut connections of a server that starts or stops, and its own words for it. */
function isPassing(error: unknown): boolean {
  const passing = /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|CONNECT\w+|57P0[123])$/;
  return passing.test(errorCode(error));
}
