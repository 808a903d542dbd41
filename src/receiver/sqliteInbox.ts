import type { Inbox } from "./inbox.ts";
import type { InboxOptions } from "./postgresInbox.ts";
import { sqlInbox, type Query, type Row, type SqlDatabase, type SqlValue } from "./sqlInbox.ts";
import { defaultPrefix } from "./sqlTables.ts";

/** A `DatabaseSync` of `node:sqlite`, a `Database` of `better-sqlite3` or of `bun:sqlite`, as far as an inbox needs it. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): {
    all(...values: SqlValue[]): unknown[];
    run(...values: SqlValue[]): unknown;
  };
}

/** How long to wait before a database that another process has locked is tried again, in milliseconds. */
const busyWaitMs = { first: 5, most: 100 };

/**
 * An inbox in an SQLite database. Handlers get the database itself as `context.tx`, in an open transaction: events are
 * handled one at a time. Whatever else runs on the same object while a handler awaits runs in its transaction too, so give
 * the inbox an object of its own when handlers await. Several processes may share the file; WAL mode is advised then.
 * @throws {TypeError} when the prefix could not stand in a name.
 * @example const inbox = sqliteInbox(new DatabaseSync("receiver.db"));
 */
export function sqliteInbox<D extends SqliteDatabase>(
  database: D,
  { prefix = defaultPrefix }: InboxOptions = {},
): Inbox<D> {
  return sqlInbox(overSqlite(database), prefix);
}

function overSqlite<D extends SqliteDatabase>(database: D): SqlDatabase<D> {
  const run: Query = async (text, values = []) => {
    const statement = database.prepare(text);
    if (/^\s*select|\sreturning\s/.test(text)) return statement.all(...values) as Row[];
    statement.run(...values);
    return [];
  };
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: there is one connection, and with it one transaction. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    query: (text, values) => inTurn(() => persistently(() => run(text, values))),
    lock: async () => true, // the transaction has locked the database
    inTransaction: (work) =>
      inTurn(async () => {
        await persistently(async () => database.exec("begin immediate"));
        try {
          const result = await work(run, database);
          await persistently(async () => database.exec("commit"));
          return result;
        } catch (error) {
          rollBack(database);
          throw error;
        }
      }),
  };
}

/** SQLite itself rolls back on some errors, and then says that there is nothing to roll back. */
function rollBack(database: SqliteDatabase): void {
  try {
    database.exec("rollback");
  } catch {
    // it is rolled back
  }
}

async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let waitMs = busyWaitMs.first; ; waitMs = Math.min(2 * waitMs, busyWaitMs.most)) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** By the code of `better-sqlite3` and `bun:sqlite`, or by the number of `node:sqlite`. */
function isBusy(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return (
    (typeof code === "string" && code.startsWith("SQLITE_BUSY")) ||
    (typeof errcode === "number" && errcode % 256 === 5)
  );
}
