import { randomBytes } from "node:crypto";
import { inject, test as base } from "vitest";
import { connect, type Sql } from "../src/base/database.ts";
import type { TestPostgres } from "./cluster.ts";

/** What tests with a database are given. */
export interface DatabaseFixtures {
  /** A pool on a migrated database of the test's own, dropped afterwards. */
  readonly sql: Sql;
  /** How to reach that database, for other pools and processes. */
  readonly database: TestPostgres;
}

const closers = new WeakMap<Sql, (() => Promise<void>)[]>();

/** Ends something that uses the database when the test ends, while the database is still there. */
export function closeBefore(sql: Sql, close: () => Promise<void>): void {
  closers.set(sql, [...(closers.get(sql) ?? []), close]);
}

/** Ends all that uses a pool, and then the pool. */
export async function closeAll(sql: Sql): Promise<void> {
  for (const close of closers.get(sql)?.toReversed() ?? []) await close();
  await sql.end({ timeout: 1 });
}

/** Tests with a database of their own. */
export const test = base.extend<DatabaseFixtures>({
  // oxlint-disable-next-line no-empty-pattern -- the runner wants a pattern here
  database: async ({}, use) => {
    const server = inject("postgres");
    const admin = connect({ ...server }, { max: 1, name: "heliograph-test-admin" });
    const name = `test_${randomBytes(8).toString("hex")}`;
    await admin`create database ${admin(name)} template ${admin(inject("template"))} strategy file_copy`;
    await use({ ...server, database: name });
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
  },
  sql: async ({ database }, use) => {
    const sql = connect({ ...database }, { max: 10, name: "heliograph-test" });
    await use(sql);
    await closeAll(sql);
  },
});
