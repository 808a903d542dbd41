import { readdir, readFile } from "node:fs/promises";
import { transaction, type Sql, type Tx } from "./database.ts";
import { StartError } from "./startError.ts";
import { claimTestClock, type TestClockSetting } from "./clockInDatabase.ts";

const directory = new URL("../../migrations/", import.meta.url);
/** Any number that no other program on the same database is likely to lock. */
const migrationLock = 720_114_400;

/**
 * Brings the database to the schema of this version: runs the numbered `.sql` files that it has not seen, all in
 * one transaction. Of several nodes that start at once one runs them, the others wait.
 * @param testClock null for a normal server.
 * @returns names of the migrations that were run.
 * @throws {StartError} when the database is ahead of this version, is of the other kind of server, or a migration fails.
 */
export async function migrate(
  sql: Sql,
  testClock: TestClockSetting | null = null,
): Promise<string[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  const run = await transaction(sql, (tx) => runMissing(tx, { files, testClock })).catch(
    (error: unknown) => {
      if (error instanceof StartError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError(`The database cannot be migrated: ${reason}`, { cause: error });
    },
  );
  await ensurePartitions(sql);
  return run;
}

async function runMissing(
  tx: Tx,
  { files, testClock }: { files: readonly string[]; testClock: TestClockSetting | null },
): Promise<string[]> {
  const run: string[] = [];
  await tx`set local lock_timeout = 0`; // another node may be at it for long
  await tx`select pg_advisory_xact_lock(${migrationLock})`;
  await claimTestClock(tx, testClock);
  await tx`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`;
  const applied = await tx<{ name: string }[]>`select name from migrations order by name`;
  const known = new Set(applied.map(({ name }) => name));
  const ahead = [...known].filter((name) => !files.includes(name));
  if (ahead.length > 0) {
    throw new StartError(
      `The database was migrated by a newer version (${ahead.join(", ")}): start that version`,
    );
  }
  for (const name of files) {
    if (known.has(name)) continue;
    await apply(tx, name);
    run.push(name);
  }
  return run;
}

async function apply(tx: Tx, name: string): Promise<void> {
  const text = await readFile(new URL(name, directory), "utf8");
  try {
    await tx`insert into migrations (name) values (${name})`;
    await tx.unsafe(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`Migration ${name} failed: ${reason}`, { cause: error });
  }
}

/** Tables that are partitioned by month, with the prefix of the ids that partition them. */
const partitioned = [
  ["events", "evt"],
  ["feed_entries", "evt"],
  ["attempts", "att"],
  ["receipts", "rcv"],
] as const;

/**
 * Makes the partitions of the month before, this month and the two to come. Cheap when they are there.
 *
 * Each table in a transaction of its own: a new partition locks its table against readers for a moment, and readers lock
 * several of these tables, so that holding two of them here could deadlock.
 * @param at RFC 3339; an instant of this month, where it is not the present one.
 */
export async function ensurePartitions(sql: Sql, at: string | null = null): Promise<void> {
  for (const [table, prefix] of partitioned) {
    await transaction(sql, async (tx) => {
      await tx`select pg_advisory_xact_lock(${migrationLock})`;
      // Readers queue up behind a lock that waits; the months to come can wait for the next try.
      await tx`set local lock_timeout = '3s'`;
      await tx`
        select ensure_month_partition(${table}, ${prefix},
          (date_trunc('month', coalesce(${at}::timestamptz, now()) at time zone 'UTC') + n * interval '1 month') at time zone 'UTC')
        from generate_series(-1, 2) n
      `;
    });
  }
}
