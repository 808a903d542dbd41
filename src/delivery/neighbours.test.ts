import { describe, expect, onTestFinished } from "vitest";
import { closeAll, closeBefore, test } from "../../test/database.ts";
import { createNode, givenNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import { connect, type Sql } from "../base/database.ts";
import { createLog } from "../base/log.ts";
import { createEgressGuard, parseEgressAllow } from "./egress.ts";
import { createSender } from "./send.ts";

/** Endpoints of one node do not feel each other, and those that are down cost next to nothing. */

describe("an endpoint with a thousand lanes that are due", () => {
  test("does not hold up the lane of another", { timeout: 10_000 }, async ({ sql }) => {
    const stuck = await givenReceiver(() => "hang");
    const crowded = await givenLanes(sql, { url: stuck.url, customers: 1_100, dueSince: "1 hour" });
    const receiver = await givenReceiver();
    await givenLanes(sql, { url: receiver.url, customers: 1, dueSince: "1 minute" });
    await givenNode(sql);
    await receiver.untilAccepted(1);

    expect(stuck.requests.length).toBeLessThanOrEqual(crowded.max_concurrency);
    await stuck[Symbol.asyncDispose]();
  });
});

describe("two endpoints that hang on one host", () => {
  test("do not hold up another tenant's there", { timeout: 10_000 }, async ({ sql }) => {
    const receiver = await givenReceiver();
    const tenants = await Promise.all(
      Array.from({ length: 3 }, () => givenFeed(sql, { url: receiver.url, customers: 3, each: 1 })),
    );
    const [, , spared] = tenants;
    receiver.script(({ body }) =>
      JSON.parse(body).organization_id === spared?.organizationId ? 200 : "hang",
    );
    await givenNode(sql, { sender: givenSender(3) });
    await receiver.untilAccepted(3);

    await receiver[Symbol.asyncDispose]();
  });
});

describe("an endpoint that cannot be opened", () => {
  test("because the database fails is taken up as soon as it answers", async ({ sql }) => {
    const receiver = await givenReceiver();
    await givenFeed(sql, { url: receiver.url, customers: 1, each: 1 });
    await sql`alter table lanes rename to lanes_away`;
    const node = createNode(sql, { log: createLog("silent") });
    await node.start();
    await sql`alter table lanes_away rename to lanes`;
    const answered = performance.now();
    await receiver.untilAccepted(1);

    expect(performance.now() - answered).toBeLessThan(5_000);
  });

  test("because its secret is another's is set aside, and others are served", async ({ sql }) => {
    const receiver = await givenReceiver();
    const sealed = await givenFeed(sql, { url: receiver.url, customers: 1, each: 1 });
    await sql`update endpoints set secret = '\\x00'`;
    await givenFeed(sql, { url: receiver.url, customers: 1, each: 1 });
    const errors: unknown[] = [];
    const log = { ...createLog("silent"), error: (_: string, fields = {}) => errors.push(fields) };
    await givenNode(sql, { log });
    await receiver.untilAccepted(1);

    expect(errors).toMatchObject([{ endpoint_id: sealed.id }]);
    const owners = await sql`select node from endpoints where id = ${sealed.id}`;
    expect(owners).toMatchObject([{ node: null }]);
  });
});

describe("what a node reads ahead", () => {
  test("is no more than a probe needs while the receiver is down", async ({ sql, database }) => {
    const receiver = await givenReceiver();
    const { id, organizationId, customers } = await givenFeed(sql, {
      url: receiver.url,
      customers: 30,
      each: 20,
    });
    await sql`
      update endpoints set state = 'backing_off', backoff_step = 9, backoff_until = now() + interval '1 hour'
    `;
    const { own, reads } = givenTap(sql, database);
    const node = await givenNode(own);
    await expect.poll(() => reads.length).toBeGreaterThan(0);
    await givenEvents(sql, organizationId, eventsOf(customers, 5));
    node.wake([organizationId]);
    for (let looks = 0; looks < 3; looks += 1) await node.tick();
    expect(askedFor(reads)).toBeLessThanOrEqual(20);

    await sql`update endpoints set backoff_until = now() - interval '1 second' where id = ${id}`;
    await receiver.untilAccepted(30 * 25);
    expect(new Set(receiver.sequences()).size).toBe(30 * 25);
  });

  test("brings more customers, to try one against the other", async ({ sql }) => {
    const receiver = await givenReceiver(({ sequence }) => (sequence <= 60 ? 503 : 200));
    const { organizationId } = await givenFeed(sql, { url: receiver.url, customers: 2, each: 30 });
    const others = await givenCustomers(sql, organizationId, 1);
    await givenEvents(sql, organizationId, eventsOf(others, 1));
    await sql`
      update endpoints set state = 'backing_off', backoff_step = 9, backoff_until = now() + interval '1 second'
    `;
    await givenNode(sql);
    await receiver.untilAccepted(1);

    expect(receiver.sequences()).toEqual([61]);
  });

  test("brings what is to be sent again, when there is nothing else to try", async ({ sql }) => {
    const receiver = await givenReceiver(() => 503);
    const given = { url: receiver.url, customers: 5, dueSince: "-1 hour" };
    const { id } = await givenLanes(sql, given);
    await sql`
      with revived as (delete from lanes where head_sequence = 5 returning *)
      insert into resends (endpoint_id, sequence, event_id, customer_id, kind)
      select r.endpoint_id, 5, n.event_id, r.customer_id, 'replay' from revived r, feed_entries n where n.sequence = 5
    `;
    await sql`
      update endpoints set state = 'backing_off', backoff_step = 3, backoff_until = now() + interval '1 second'
    `;
    await givenNode(sql);
    await expect.poll(() => receiver.requests.length, { timeout: 5_000 }).toBe(2);

    expect(receiver.requests[0]?.sequence).toBe(5);
    const stepOf = async () =>
      (await sql`select backoff_step from endpoints where id = ${id}`)[0]?.["backoff_step"];
    await expect.poll(stepOf).toBe(4);
  });

  test("is let go of when the receiver goes down", async ({ sql, database }) => {
    let asked = 0;
    const receiver = await givenReceiver(() => ((asked += 1) <= 10 ? 503 : 200));
    await givenFeed(sql, { url: receiver.url, customers: 30, each: 20 });
    const { own, reads } = givenTap(sql, database);
    await givenNode(own);
    await receiver.untilAccepted(600);

    expect(receiver.sequences()).toHaveLength(600);
    expect(new Set(receiver.sequences()).size).toBe(600);
    // Most of what was read at first is read once more when the receiver is up again.
    const [first, second] = reads;
    expect(first).toEqual({ after: 0, limit: 100 });
    expect(second?.after).toBeLessThan(30);
  });

  test("is bounded by its size too", { timeout: 10_000 }, async ({ sql, database }) => {
    const receiver = await givenReceiver(({ sequence, nth }) =>
      sequence === 1 && nth === 1 ? "hang" : 200,
    );
    await givenFeed(sql, { url: receiver.url, customers: 1, each: 500 });
    await sql`update events set data = data || repeat(' ', 100000)`;
    const { own, reads } = givenTap(sql, database);
    const node = await givenNode(own);
    await receiver.until(({ requests }) => requests.length > 0);
    for (let looks = 0; looks < 3; looks += 1) await node.tick();

    expect(askedFor(reads)).toBeLessThanOrEqual(100);
    await receiver[Symbol.asyncDispose]();
  });
});

async function givenFeed(
  sql: Sql,
  { url, customers: count, each }: { url: string; customers: number; each: number },
) {
  const organizationId = await givenOrganization(sql);
  const { id } = await givenEndpoint(sql, testSeal, { organizationId, url });
  const customers = await givenCustomers(sql, organizationId, count);
  await givenEvents(sql, organizationId, eventsOf(customers, each));
  return { id, organizationId, customers };
}

/** An endpoint whose customers all wait in lanes that are due. */
async function givenLanes(
  sql: Sql,
  { url, customers, dueSince }: { url: string; customers: number; dueSince: string },
) {
  const { id } = await givenFeed(sql, { url, customers, each: 1 });
  await sql`
    insert into lanes (endpoint_id, customer_id, head_sequence, attempts, due_at)
    select e.id, n.customer_id, n.sequence, 1, now() - ${dueSince}::interval
    from endpoints e join feed_entries n on n.organization_id = e.organization_id where e.id = ${id}
  `;
  const [row] = await sql<{ max_concurrency: number }[]>`
    update endpoints set cursor = ${customers} where id = ${id} returning max_concurrency
  `;
  return { id, max_concurrency: row?.max_concurrency ?? 0 };
}

function givenSender(connectionsPerOrigin: number) {
  const guard = createEgressGuard(parseEgressAllow("127.0.0.0/8"));
  const sender = createSender({ guard, connectionsPerOrigin });
  onTestFinished(() => sender.close());
  return sender;
}

/** A pool of a node's own; `reads` is told of each read of a feed: after which position, and how many entries at most. */
function givenTap(sql: Sql, database: object) {
  const reads: { after: number; limit: number }[] = [];
  const debug = (_: number, query: string, parameters: unknown[]) => {
    const places =
      /from feeds f left join lateral .* n\.sequence > \$(\d+) .* limit \$(\d+)\s+\) e on/s.exec(
        query,
      );
    if (!places) return;
    const [after, limit] = places.slice(1).map((place) => Number(parameters[Number(place) - 1]));
    reads.push({ after: after ?? 0, limit: limit ?? 0 });
  };
  const own = connect({ ...database, debug }, { max: 5, name: "heliograph-test-tap" });
  closeBefore(sql, () => closeAll(own));
  return { own, reads };
}

const askedFor = (reads: readonly { limit: number }[]) =>
  reads.reduce((total, { limit }) => total + limit, 0);
