import { describe, expect } from "vitest";
import { closeAll, closeBefore, test } from "../../test/database.ts";
import { createNode, givenNode, givenProcess, givenReceiver } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  expectCustomerOrder,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import type { Received } from "../../test/receiver.ts";
import { connect, type Sql } from "../base/database.ts";
import { createLog } from "../base/log.ts";

describe("a node that is killed in the middle of 300 deliveries", () => {
  test("leaves nothing out, and little is sent twice", async ({ sql, database }) => {
    const receiver = await givenReceiver(() => ({ status: 200, afterMs: 5 }));
    const feed = await givenFeed(sql, { url: receiver.url, customers: 30, each: 10 });
    const process = await givenProcess(database, "node_to_be_killed");
    await receiver.until(({ requests }) => requests.length >= 130);
    await process.kill();
    const before = receiver.requests.length;
    await givenNode(sql, { nodeId: "node_to_be_killed" });
    await cursorsAt(sql, 300);

    const firsts = firstReceipts(receiver.requests);
    expect(before).toBeLessThan(300);
    expect(firsts.map(({ sequence }) => sequence).toSorted((a, b) => a - b)).toEqual(
      feed.entries.map(({ sequence }) => sequence),
    );
    expectCustomerOrder(firsts, feed.entries);
    // What the last flush had not covered: 50 ms of at most 10 at once, 5 ms each.
    expect(receiver.requests.length - 300).toBeLessThanOrEqual(150);
    const twice = receiver.requests.filter(({ nth }) => nth > 1);
    expect(twice.every(({ attempt }) => attempt <= 2)).toBe(true);
  });
});

describe("a node that takes over", () => {
  test("sends nothing again that was delivered beyond the cursor", async ({ sql }) => {
    const receiver = await givenReceiver(({ sequence, nth }) =>
      sequence === 1 && nth === 1 ? "hang" : 200,
    );
    await givenFeed(sql, { url: receiver.url, customers: 10, each: 10 });
    await givenNode(sql, { nodeId: "node_a" });
    await receiver.untilAccepted(90);
    await expect.poll(async () => (await sql`select from attempts`).count).toBe(90);
    await cursorsAt(sql, 0);

    // The first node hangs: its lease runs out, and whatever it writes from now on is refused.
    await sql`update endpoints set node = 'node_gone', node_until = now() - interval '1 second'`;
    await givenNode(sql, { nodeId: "node_b" });
    await receiver.untilAccepted(100);
    await cursorsAt(sql, 100);
    expect(receiver.requests).toHaveLength(101);
    expect(receiver.requests.filter(({ nth }) => nth > 1)).toMatchObject([{ sequence: 1 }]);
    await receiver[Symbol.asyncDispose]();
  });

  test(
    "does not send while the one before it still does",
    { timeout: 12_000 },
    async ({ sql, database }) => {
      const receiver = await givenReceiver(({ sequence, nth }) =>
        sequence === 1 && nth === 1 ? "hang" : 200,
      );
      await givenFeed(sql, { url: receiver.url, customers: 1, each: 2 });
      const own = connect({ ...database }, { max: 1, name: "node_without_database" });
      closeBefore(sql, () => closeAll(own));
      await givenNode(own, { nodeId: "node_a" });
      await receiver.until(({ requests }) => requests.length === 1);
      // From now on the first node reaches no database, and does not know that its lease runs out.
      const onlyConnection = await own.reserve();
      await givenNode(sql, { nodeId: "node_b" });
      await receiver.untilAccepted(2);
      onlyConnection.release();

      expect(receiver.requests.map(({ sequence }) => sequence)).toEqual([1, 1, 2]);
      expect(receiver.mostAtOnce).toBe(1);
    },
  );

  test(
    "waits for a node that stops, as long as that still sends",
    { timeout: 15_000 },
    async ({ sql }) => {
      const receiver = await givenReceiver(({ sequence }) =>
        sequence === 1 ? { afterMs: 6_500, status: 200 } : 200,
      );
      await givenFeed(sql, { url: receiver.url, customers: 1, each: 2 });
      const first = await givenNode(sql, { nodeId: "node_a" });
      await receiver.until(({ requests }) => requests.length === 1);
      await givenNode(sql, { nodeId: "node_b" });
      await first.stop();
      await receiver.untilAccepted(2);

      expect(receiver.requests.map(({ sequence }) => sequence)).toEqual([1, 2]);
    },
  );
});

describe("a database that breaks off all connections", () => {
  test("costs some time, and nothing is lost", async ({ sql, database }) => {
    const receiver = await givenReceiver(() => ({ status: 200, afterMs: 5 }));
    const feed = await givenFeed(sql, { url: receiver.url, customers: 10, each: 30 });
    const own = connect({ ...database }, { max: 5, name: "node_cut_off" });
    closeBefore(sql, () => closeAll(own));
    await givenNode(own, { log: createLog("silent") });
    for (const accepted of [50, 120, 200]) {
      await receiver.untilAccepted(accepted);
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'node_cut_off' and datname = current_database()
      `;
    }
    await cursorsAt(sql, 300);
    expectCustomerOrder(firstReceipts(receiver.requests), feed.entries);
    expect(firstReceipts(receiver.requests)).toHaveLength(300);
  });
});

describe("two nodes on one database", () => {
  test("share the endpoints, and serve none of them twice", async ({ sql }) => {
    const receivers = await Promise.all(Array.from({ length: 6 }, () => givenReceiver()));
    const feeds = await Promise.all(
      receivers.map(({ url }) => givenFeed(sql, { url, customers: 5, each: 20 })),
    );
    const first = createNode(sql, { nodeId: "node_a" });
    const second = createNode(sql, { nodeId: "node_b" });
    await Promise.all([first.start(), second.start()]);
    for (const receiver of receivers) await receiver.untilAccepted(100);
    await expect.poll(() => mostHeld(sql), { timeout: 10_000 }).toBeLessThanOrEqual(4);
    await cursorsAt(sql, 100);

    for (const [index, receiver] of receivers.entries()) {
      expect(receiver.requests).toHaveLength(100);
      expectCustomerOrder(receiver.requests, feeds[index]?.entries ?? []);
    }
  });

  test("hand over at once when one of them stops", async ({ sql }) => {
    const stops = Promise.withResolvers<void>();
    const receiver = await givenReceiver(async ({ sequence }) => {
      // The first node is not done before it is stopped, however long the second one takes to start.
      if (sequence > 100) await stops.promise;
      return { status: 200, afterMs: 3 };
    });
    const feed = await givenFeed(sql, { url: receiver.url, customers: 10, each: 20 });
    const first = await givenNode(sql, { nodeId: "node_a" });
    await receiver.untilAccepted(30);
    const second = await givenNode(sql, { nodeId: "node_b" });
    const stopped = first.stop();
    stops.resolve();
    await stopped;
    expect(receiver.requests.length).toBeLessThan(200);
    await second.tick();
    await receiver.untilAccepted(200);
    await cursorsAt(sql, 200);

    expect(receiver.requests).toHaveLength(200);
    expectCustomerOrder(receiver.requests, feed.entries);
  });

  test("lose nothing when one of them dies", async ({ sql, database }) => {
    const receivers = await Promise.all(
      Array.from({ length: 4 }, () => givenReceiver(() => ({ status: 200, afterMs: 5 }))),
    );
    const feeds = await Promise.all(
      receivers.map(({ url }) => givenFeed(sql, { url, customers: 5, each: 40 })),
    );
    const process = await givenProcess(database, "node_dies");
    await Promise.all(receivers.map((receiver) => receiver.untilAccepted(20)));
    await process.kill();
    const survivor = await givenNode(sql, { nodeId: "node_lives" });
    await sql`update endpoints set node_until = now() - interval '1 second' where node = 'node_dies'`;
    await sql`update nodes set alive_until = now() - interval '1 second' where id = 'node_dies'`;
    await survivor.tick();
    await cursorsAt(sql, 200);

    for (const [index, receiver] of receivers.entries()) {
      const firsts = firstReceipts(receiver.requests);
      expect(firsts).toHaveLength(200);
      expectCustomerOrder(firsts, feeds[index]?.entries ?? []);
    }
    expect(await ownersOf(sql)).toEqual(new Set(["node_lives"]));
  });
});

async function givenFeed(
  sql: Sql,
  { url, customers, each }: { url: string; customers: number; each: number },
) {
  const organizationId = await givenOrganization(sql);
  await givenEndpoint(sql, testSeal, { organizationId, url });
  const ids = await givenCustomers(sql, organizationId, customers);
  const entries = await givenEvents(sql, organizationId, eventsOf(ids, each));
  return { organizationId, entries };
}

const firstReceipts = (requests: readonly Received[]) => requests.filter(({ nth }) => nth === 1);

const cursorsAt = (sql: Sql, position: number) =>
  expect
    .poll(
      async () => new Set((await sql`select cursor from endpoints`).map((row) => row["cursor"])),
      {
        timeout: 15_000,
      },
    )
    .toEqual(new Set([position]));

const ownersOf = async (sql: Sql) =>
  new Set((await sql<{ node: string }[]>`select node from endpoints`).map(({ node }) => node));

/** Endpoints of the node that has most. */
async function mostHeld(sql: Sql): Promise<number> {
  const [row] = await sql<{ held: number }[]>`
    select count(*) as held from endpoints where node is not null group by node order by 1 desc limit 1
  `;
  return row?.held ?? 0;
}
