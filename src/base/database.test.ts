import { once } from "node:events";
import { connect as connectSocket, createServer, type AddressInfo } from "node:net";
import { describe, expect, onTestFinished } from "vitest";
import { test } from "../../test/database.ts";
import { connect, isConnectionLoss, transaction, type Tx } from "./database.ts";

const backendOf = async (tx: Tx) => {
  const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row?.pid ?? 0;
};

describe("arrays", () => {
  test("come back as they went", async ({ sql }) => {
    const texts = [
      "",
      "a",
      'say "no"',
      "C:\\path\\",
      "a,b",
      "{c}",
      "NULL",
      null,
      "line\nline",
      "ä 🌞",
    ];
    const instants = ["2026-03-10T15:47:29.120Z", null];
    const [row] = await sql`
      select ${texts}::text[] as texts, ${[1, -2, null]}::int[] as integers, ${[2 ** 53 - 1]}::bigint[] as bigints,
        ${[0.1, 1e300]}::float8[] as doubles, ${instants}::timestamptz[] as instants,
        array[${Buffer.from([0, 92, 34, 255])}::bytea] as bytes, ${[]}::text[] as none
    `;
    expect(row).toEqual({
      texts,
      integers: [1, -2, null],
      bigints: [2 ** 53 - 1],
      doubles: [0.1, 1e300],
      instants,
      bytes: [Buffer.from([0, 92, 34, 255])],
      none: [],
    });
  });
});

describe("a pool whose server was away for long", () => {
  test("finds it again at once", { timeout: 15_000 }, async ({ database }) => {
    const server = createServer((client) => {
      const { host, port } = database;
      const path = `${host}/.s.PGSQL.${port}`;
      const upstream = host.startsWith("/") ? connectSocket(path) : connectSocket(port, host);
      client.pipe(upstream).pipe(client);
      for (const [end, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        end.on("error", () => other.destroy()).on("close", () => other.destroy());
      }
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    const away = connect({ ...database, host: "127.0.0.1", port }, { max: 1, name: "away" });
    for (let round = 0; round < 12; round += 1) {
      await expect(away`select 1`).rejects.toThrow("ECONNREFUSED");
    }
    await once(server.listen(port, "127.0.0.1"), "listening");
    onTestFinished(() => void server.close());

    expect(await away`select 1 as one`).toEqual([{ one: 1 }]);
    await away.end();
  });
});

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
    await transaction(one, async (tx) => tx`select 1`); // the only connection is a new one
    lose();
    await transaction(one, async (tx) => tx`select 1`); // whatever else was to run on it has run

    expect(await one`select body from marks`).toEqual([]);
    await one.end();
  });

  test("has its connection for itself, whatever else the pool does", async ({ sql }) => {
    await sql`create table marks (body text)`;
    const crowd = Array.from({ length: 1_500 }, () => sql`select pg_sleep(0.001)`);
    const taken = Array.from({ length: 30 }, () =>
      transaction(sql, async (tx) => {
        await tx`insert into marks values ('refused')`;
        throw new RangeError("no");
      }).catch((error: unknown) => error),
    );

    expect((await Promise.all(taken)).every((error) => error instanceof RangeError)).toBe(true);
    await Promise.all(crowd);
    await sql`insert into marks values ('kept')`;
    expect(await transaction(sql, async (tx) => tx`select body from marks`)).toEqual([
      { body: "kept" },
    ]);
  });
});
