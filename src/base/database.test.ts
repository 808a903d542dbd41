import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { connect, isConnectionLoss, transaction, type Tx } from "./database.ts";

const backendOf = async (tx: Tx) => {
  const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row?.pid ?? 0;
};

describe("transaction()", () => {
  test("commits what resolves and rolls back what rejects", async ({ sql }) => {
    await sql`create table marks (body text)`;

    expect(await transaction(sql, async (tx) => tx`insert into marks values ('kept')`)).toEqual([]);
    const refused = transaction(sql, async (tx) => {
      await tx`insert into marks values ('refused')`;
      throw new RangeError("no");
    });
    await expect(refused).rejects.toThrow(RangeError);
    await expect(transaction(sql, async (tx) => tx`select nonsense`)).rejects.toThrow("nonsense");

    expect(await sql`select body from marks`).toEqual([{ body: "kept" }]);
  });

  test("rejects when its connection breaks off in a statement, and the pool goes on", async ({
    sql,
  }) => {
    await sql`create table marks (body text)`;
    for (let round = 0; round < 5; round += 1) {
      const lost = transaction(sql, async (tx) => {
        await tx`insert into marks values ('lost')`;
        const pid = await backendOf(tx);
        await Promise.all([tx`select pg_sleep(60)`, sql`select pg_terminate_backend(${pid})`]);
      });
      expect(isConnectionLoss(await lost.catch((error: unknown) => error))).toBe(true);
    }

    expect(await sql`select body from marks`).toEqual([]);
  });

  test("runs nothing more when its connection breaks off between two statements", async ({
    sql,
    database,
  }) => {
    await sql`create table marks (body text)`;
    const one = connect({ ...database }, { max: 1, name: "heliograph-test-one" });
    const { promise: isLost, resolve: lose } = Promise.withResolvers<void>();

    const lost = transaction(one, async (tx) => {
      await sql`select pg_terminate_backend(${await backendOf(tx)})`;
      await isLost;
      await tx`insert into marks values ('outside')`;
    });
    expect(isConnectionLoss(await lost.catch((error: unknown) => error))).toBe(true);
    await one`select 1`; // the pool's only connection is a new one
    lose();
    await one`select 1`; // whatever else was to run on it has run

    expect(await one`select body from marks`).toEqual([]);
    await one.end();
  });
});
