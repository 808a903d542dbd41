import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import postgres from "postgres";
import { postgresInbox, sqliteInbox, type Inbox } from "../../src/receiver/index.ts";
import type { TestPostgres } from "../cluster.ts";

/** Where a receiver keeps its events, by the drivers that it may come with. */
export const drivers = ["pg", "postgres", "node:sqlite"] as const;
export type Driver = (typeof drivers)[number];

/** A receiver's own database, with a table of what its handlers have done. */
export interface ReceiverDatabase {
  readonly inbox: Inbox<unknown>;
  /** Notes in a handler's transaction that it has run. */
  note(tx: unknown, text: string): Promise<void>;
  /** What was noted and committed, in the order in which it was. */
  notes(): Promise<string[]>;
  /** Ends the connections that are in a transaction, as a failing network would; nothing to end with SQLite. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** Where the databases of a test are. */
export interface Place {
  readonly database: TestPostgres;
  /** A directory of the test's own. */
  readonly directory: string;
}

const insert = "insert into receiver_notes (text) values";
const select = "select text from receiver_notes order by id";
const serial = "create table if not exists receiver_notes (id serial primary key, text text)";
const rowid = "create table if not exists receiver_notes (id integer primary key, text text)";
const cutAll = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and state = 'idle in transaction'`;
type Noted = { readonly text: string }[];

/** Opens a receiver's database anew: each time with connections of its own, as another process would. */
export const openDatabase: Readonly<
  Record<Driver, (place: Place, prefix?: string, role?: string) => Promise<ReceiverDatabase>>
> = {
  async pg({ database: { username, ...database } }, prefix = "kit_", role = username) {
    const options = `-c role=${role}`;
    const pool = new pg.Pool({ ...database, user: username, max: 5, options });
    pool.on("error", () => undefined); // cut while idle
    if (role === username) await once(() => pool.query(serial));
    return {
      inbox: postgresInbox(pool, { prefix }),
      note: async (tx, text) => {
        await (tx as pg.PoolClient).query(`${insert} ($1)`, [text]);
      },
      notes: async () => (await pool.query<Noted[number]>(select)).rows.map(({ text }) => text),
      cut: async () => void (await pool.query(cutAll)),
      close: () => pool.end(),
    };
  },
  async postgres({ database }, prefix = "kit_") {
    const sql = postgres({ ...database, max: 5, onnotice: () => undefined });
    await once(() => sql.unsafe(serial));
    return {
      inbox: postgresInbox(sql, { prefix }),
      note: async (tx, text) => {
        await (tx as postgres.TransactionSql)`insert into receiver_notes (text) values (${text})`;
      },
      notes: async () => (await sql.unsafe<Noted>(select)).map(({ text }) => text),
      cut: async () => void (await sql.unsafe(cutAll)),
      close: () => sql.end({ timeout: 1 }),
    };
  },
  async "node:sqlite"({ directory }, prefix = "kit_") {
    return overSqlite(new DatabaseSync(`${directory}/receiver.db`), prefix);
  },
};

function overSqlite(file: DatabaseSync, prefix: string): ReceiverDatabase {
  // Wait in the inbox, not in SQLite: there it would hold up this process.
  file.exec("pragma busy_timeout = 0");
  const patiently = async <T>(work: () => T): Promise<T> => {
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!/locked|busy/i.test(String(error))) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  };
  const ready = patiently(() => file.exec("pragma journal_mode = wal")).then(() =>
    patiently(() => file.exec(rowid)),
  );
  return {
    inbox: sqliteInbox(file, { prefix }),
    note: async (_, text) => {
      file.prepare(`${insert} (?)`).run(text);
    },
    async notes() {
      await ready;
      return (file.prepare(select).all() as Noted).map(({ text }) => text);
    },
    cut: async () => undefined,
    async close() {
      await ready;
      file.close();
    },
  };
}

/** Two who make a table at once may both find it missing. */
async function once(create: () => PromiseLike<unknown>): Promise<void> {
  try {
    await create();
  } catch {
    await create();
  }
}
