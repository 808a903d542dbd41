import type { Inbox } from "./inbox.ts";
import { sqlInbox, type Query, type Row, type SqlDatabase, type SqlValue } from "./sqlInbox.ts";
import { defaultPrefix } from "./sqlTables.ts";

/** A connection of `pg`, as far as an inbox needs it. */
export interface PgClient {
  query(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** A `Pool` of `pg`. `Client` is what it lends, and what handlers get as `context.tx`. */
export interface PgPool<Client> {
  readonly totalCount: number;
  connect: {
    (): Promise<Client>;
    (callback: (error: never, client: never, done: never) => void): void;
  };
  query(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** A `sql` of `postgres`. `Tx` is what it gives to the function of `begin`, and handlers as `context.tx`. */
export interface PostgresSql<Tx> {
  unsafe(text: string, values?: never[]): PromiseLike<readonly Row[]>;
  begin(options: string, work: (tx: Tx) => Promise<unknown>): Promise<unknown>;
}

export interface InboxOptions {
  /** Stands before the names of the tables; one inbox per endpoint. `heliograph_inbox_` unless told. */
  readonly prefix?: string;
}

/** What a connection that was lent has, whatever its declared type. */
interface LentClient extends PgClient {
  release(error?: boolean): void;
  on(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
}

/**
 * An inbox in a PostgreSQL database (15 or newer), by the pool that the receiver uses anyway: a `Pool` of `pg` or a `sql`
 * of `postgres`. Several processes may share it. While an event is handled it holds one connection, so leave some to others.
 * @throws {TypeError} when the prefix could not stand in a name.
 * @example const inbox = postgresInbox(new Pool({ connectionString }), { prefix: "solar_" });
 * @example const inbox = postgresInbox(postgres(connectionString));
 */
export function postgresInbox<Client>(pool: PgPool<Client>, options?: InboxOptions): Inbox<Client>;
export function postgresInbox<Tx>(sql: PostgresSql<Tx>, options?: InboxOptions): Inbox<Tx>;
export function postgresInbox(
  database: PgPool<unknown> | PostgresSql<unknown>,
  { prefix = defaultPrefix }: InboxOptions = {},
): Inbox<unknown> {
  return sqlInbox("unsafe" in database ? overPostgres(database) : overPg(database), prefix);
}

async function lock(query: Query, name: string, wait: boolean): Promise<boolean> {
  if (wait) {
    await query("select pg_advisory_xact_lock(hashtextextended(?, 0))", [name]);
    return true;
  }
  const [row] = await query(
    "select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as is_locked",
    [name],
  );
  return row?.["is_locked"] === true;
}

function overPg(pool: PgPool<unknown>): SqlDatabase<unknown> {
  const queryOn =
    (client: PgClient): Query =>
    async (text, values = []) =>
      (await client.query(numbered(text), [...values])).rows;
  return {
    query: queryOn(pool),
    lock,
    async inTransaction(work) {
      const client = (await pool.connect()) as LentClient;
      const isLost = () => undefined; // the statement under way says so; unheard it would end the process
      client.on("error", isLost);
      let isBroken = true;
      try {
        await client.query("begin");
        const result = await work(queryOn(client), client);
        await client.query("commit");
        isBroken = false;
        return result;
      } catch (error) {
        isBroken = await client.query("rollback").then(
          () => false,
          () => true,
        );
        throw error;
      } finally {
        client.off("error", isLost);
        client.release(isBroken);
      }
    },
  };
}

/** What the driver and PostgreSQL say when a connection breaks off. */
const connectionLost =
  /^(ECONN\w+|EPIPE|CONNECT_TIMEOUT|CONNECTION_(CLOSED|DESTROYED|ENDED)|57P0[123])$/;
const isConnectionLoss = (error: unknown) =>
  error instanceof Error && "code" in error && connectionLost.test(String(error.code));

function overPostgres(sql: PostgresSql<unknown>): SqlDatabase<unknown> {
  const queryOn =
    (on: Pick<PostgresSql<unknown>, "unsafe">): Query =>
    async (text, values: readonly SqlValue[] = []) => [
      ...(await on.unsafe(numbered(text), [...values] as never[])),
    ];
  return {
    query: queryOn(sql),
    lock,
    async inTransaction<T>(work: (query: Query, tx: unknown) => Promise<T>) {
      let isOver = false;
      let result: T | undefined;
      try {
        await sql.begin("", async (tx) => {
          try {
            const guarded = whileOpen(tx as PostgresSql<unknown>, () => !isOver);
            result = await work(queryOn(guarded), guarded);
          } catch (error) {
            // The driver would answer with a rollback on a connection that is gone, which ends the process.
            if (isOver || isConnectionLoss(error)) await new Promise<never>(() => undefined);
            throw error;
          }
        });
        return result as T;
      } finally {
        isOver = true;
      }
    },
  };
}

/** Once its connection is lost the driver would run a statement of the transaction on another one, by itself. */
function whileOpen<T extends object>(tx: T, isOpen: () => boolean): T {
  const check = () => {
    if (!isOpen()) throw new Error("The transaction is over");
  };
  return new Proxy(tx, {
    apply(target, self, given) {
      check();
      return Reflect.apply(target as () => unknown, self, given);
    },
    get(target, name, self) {
      check();
      return Reflect.get(target, name, self) as unknown;
    },
  });
}

/** `$1`, `$2` … in place of the question marks, of which our statements have no others. */
function numbered(text: string): string {
  let count = 0;
  return text.replaceAll("?", () => `$${(count += 1)}`);
}
