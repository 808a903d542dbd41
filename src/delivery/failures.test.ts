import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { createNode, givenNode, givenReceiver } from "../../test/deliveryNode.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import {
  eventsOf,
  expectCustomerOrder,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
} from "../../test/feedFixture.ts";
import { letWaitsEnd } from "../../test/waits.ts";
import type { TestReceiver } from "../../test/receiver.ts";
import type { Sql } from "../base/database.ts";
import { resendDead } from "../store/dead.ts";
import type { Delivery } from "./delivery.ts";

describe("an event that its receiver refuses", () => {
  test("holds up its customer and nobody else, then goes first", async ({ sql }) => {
    const { receiver, entries, node, retry } = await given(sql, { customers: 3, each: 4 });
    receiver.script(({ sequence, nth }) => (sequence === 1 && nth < 3 ? 422 : 200));
    await node.start();
    await receiver.untilAccepted(8);
    await lanesLike(sql, [{ head_sequence: 1, attempts: 1 }]);
    await cursorAt(sql, 12);
    expect(receiver.sequences().filter((sequence) => sequence % 3 === 1)).toEqual([]);

    await retry();
    await lanesLike(sql, [{ head_sequence: 1, attempts: 2 }]);
    await retry();
    await receiver.untilAccepted(12);
    expectCustomerOrder(receiver.accepted(), entries);
    expect(receiver.accepted().slice(8)).toMatchObject([
      { sequence: 1, attempt: 3 },
      { sequence: 4, attempt: 1 },
      { sequence: 7, attempt: 1 },
      { sequence: 10, attempt: 1 },
    ]);
    await lanesLike(sql, []);
    expect(await reasonsOf(sql)).toEqual([{ state: "active", state_reason: null }]);
  });

  test("is told of the same previous event on every attempt", async ({ sql }) => {
    const { receiver, node, retry } = await given(sql, { customers: 1, each: 3 });
    receiver.script(({ sequence, nth }) => (sequence === 2 && nth === 1 ? 500 : 200));
    await node.start();
    await lanesLike(sql, [{ head_sequence: 2, attempts: 1 }]);
    await retry();
    await receiver.untilAccepted(3);

    const of2 = receiver.requests.filter(({ sequence }) => sequence === 2);
    expect(of2.map(({ headers }) => headers["heliograph-previous"])).toEqual(["1", "1"]);
    expect(of2[0]?.body).toBe(of2[1]?.body);
  });

  test("lets later events of its customer wait, also those that come meanwhile", async ({
    sql,
  }) => {
    const { receiver, entries, node, retry, append } = await given(sql, { customers: 1, each: 1 });
    receiver.script(({ sequence, nth }) => (sequence === 1 && nth === 1 ? 400 : 200));
    await node.start();
    await lanesLike(sql, [{ head_sequence: 1, attempts: 1 }]);
    const later = await append(5);
    await cursorAt(sql, 6);
    expect(receiver.requests).toHaveLength(1);
    await retry();
    await receiver.untilAccepted(6);
    expect(receiver.sequences()).toEqual([1, 2, 3, 4, 5, 6]);
    expectCustomerOrder(receiver.accepted(), [...entries, ...later]);
    await lanesLike(sql, []);
    await append(1);
    await receiver.untilAccepted(7);
  });

  test("is dead when its schedule is exhausted, and the next one goes", async ({ sql }) => {
    const { receiver, node, endpoint, organizationId } = await given(sql, {
      customers: 1,
      each: 2,
    });
    receiver.script(({ sequence, nth }) => (sequence === 1 && nth < 3 ? 422 : 200));
    await node.start();
    await lanesLike(sql, [{ head_sequence: 1, attempts: 1 }]);
    await node.stop();
    await sql`update lanes set attempts = 9, due_at = now() - interval '1 second'`;
    const next = await givenNode(sql);
    await receiver.untilAccepted(1);
    await expect
      .poll(async () => [...(await sql`select sequence, attempts, last_error from dead_events`)])
      .toEqual([{ sequence: 1, attempts: 10, last_error: "422 Unprocessable Entity" }]);
    await lanesLike(sql, []);

    const eventId = receiver.requests[0]?.eventId ?? "";
    expect(await resendDead(sql, { endpointId: endpoint.id, eventId })).toBe(true);
    next.wake([organizationId]);
    await receiver.untilAccepted(2);
    const resent = receiver.requests.at(-1);
    expect(resent).toMatchObject({ sequence: 1, attempt: 3, eventId });
    expect(resent?.headers).not.toHaveProperty("heliograph-replay");
    await expect.poll(async () => (await sql`select from resends`).count).toBe(0);
    expect((await sql`select from dead_events`).count).toBe(0);
  });
});

describe("a receiver that is down", () => {
  test("costs a few probes, and then gets everything once and in order", async ({ sql }) => {
    const { receiver, entries, node, retry } = await given(sql, { customers: 20, each: 15 });
    receiver.script(() => 503);
    await node.start();
    await downAt(sql, 1);
    for (const step of [2, 3, 4]) {
      await retry();
      await downAt(sql, step);
    }
    const failed = receiver.requests.length;
    expect(failed).toBeLessThanOrEqual(10 + 3 * 2);
    expect(await rowsOf(sql, "lanes")).toBe(0);
    await cursorAt(sql, 0);

    receiver.script(() => 200);
    await retry();
    await receiver.untilAccepted(300);
    expectCustomerOrder(receiver.accepted(), entries);
    expect(new Set(receiver.sequences()).size).toBe(300);
    expect(receiver.requests).toHaveLength(300 + failed);
    await cursorAt(sql, 300);
    expect(await reasonsOf(sql)).toEqual([{ state: "active", state_reason: null }]);
    const [probes] = await sql`select count(*) as made from attempts where kind = 'probe'`;
    expect(probes).toEqual({ made: 7 });
  });

  test("is left alone for as long as it asks", async ({ sql }) => {
    const { receiver, node } = await given(sql, { customers: 1, each: 1 });
    receiver.script(() => ({ status: 429, headers: { "retry-after": "120" } }));
    await node.start();
    await downAt(sql, 1);

    const [row] = await sql`
      select extract(epoch from backoff_until - now())::float8 as seconds, state_reason from endpoints
    `;
    expect(row).toMatchObject({ state_reason: "429 Too Many Requests" });
    expect(row?.["seconds"]).toBeGreaterThan(110);
    expect(row?.["seconds"]).toBeLessThanOrEqual(120);
  });

  test("is down too when it refuses one customer after another", async ({ sql }) => {
    const { receiver, node, retry } = await given(sql, {
      customers: 9,
      each: 2,
      max_concurrency: 1,
    });
    receiver.script(() => 500);
    await node.start();
    await downAt(sql, 1);
    expect(receiver.requests).toHaveLength(5);
    expect(await rowsOf(sql, "lanes")).toBe(4);

    receiver.script(() => 200);
    await retry();
    await receiver.untilAccepted(1);
    await retry();
    await receiver.untilAccepted(18);
    await cursorAt(sql, 18);
  });

  test("that closes connections is probed, and not blamed on the event", async ({ sql }) => {
    const { receiver, node, retry } = await given(sql, { customers: 1, each: 2 });
    receiver.script(({ sequence, nth }) => (sequence === 1 && nth < 3 ? "close" : 200));
    await node.start();
    await downAt(sql, 1);
    await retry();
    await downAt(sql, 2);
    await retry();
    await receiver.untilAccepted(2);
    expect(receiver.sequences()).toEqual([1, 2]);
    expect(await rowsOf(sql, "lanes")).toBe(0);
  });

  test("is not taken for down because of one poisonous event", async ({ sql }) => {
    const { receiver, entries, node, retry } = await given(sql, { customers: 4, each: 5 });
    receiver.script(({ sequence, nth }) => (sequence === 2 && nth < 4 ? 503 : 200));
    await node.start();
    await downAt(sql, 1);
    await retry();
    await receiver.untilAccepted(15);
    await lanesLike(sql, [{ head_sequence: 2, attempts: 1 }]);
    expect(await reasonsOf(sql)).toEqual([{ state: "active", state_reason: null }]);

    await retry();
    await downAt(sql, 1);
    await retry();
    await receiver.untilAccepted(20);
    expectCustomerOrder(receiver.accepted(), entries);
  });

  test("that is gone is disabled, and keeps its place", async ({ sql }) => {
    const { receiver, node, organizationId } = await given(sql, { customers: 1, each: 3 });
    receiver.script(({ sequence, nth }) => (sequence === 2 && nth === 1 ? 410 : 200));
    await node.start();
    await expect
      .poll(() => reasonsOf(sql))
      .toEqual([{ state: "disabled", state_reason: "410 Gone" }]);
    await cursorAt(sql, 1);
    expect(receiver.requests).toHaveLength(2);

    await sql`update endpoints set state = 'active', version = version + 1`;
    node.wake([organizationId]);
    await receiver.untilAccepted(3);
    expect(receiver.sequences()).toEqual([1, 2, 3]);
  });

  test("does not override its owner's pause", async ({ sql }) => {
    const { receiver, node } = await given(sql, { customers: 1, each: 1 });
    receiver.script(async () => {
      await sql`update endpoints set state = 'paused', version = version + 1`;
      return 503;
    });
    await node.start();
    await expect.poll(async () => rowsOf(sql, "attempts")).toBe(1);
    await expect.poll(async () => (await sql`select node from endpoints`)[0]?.["node"]).toBeNull();
    expect(await reasonsOf(sql)).toMatchObject([{ state: "paused" }]);
  });
});

interface Given {
  readonly receiver: TestReceiver;
  readonly organizationId: string;
  readonly endpoint: { readonly id: string };
  readonly entries: Awaited<ReturnType<typeof givenEvents>>;
  readonly node: Delivery;
  /** Lets all lanes and probes be due, and looks. */
  retry(): Promise<void>;
  append(each: number): ReturnType<typeof givenEvents>;
}

/** Events for a receiver, and a node that is not started. */
async function given(
  sql: Sql,
  wanted: { customers: number; each: number; max_concurrency?: number },
): Promise<Given> {
  const receiver = await givenReceiver();
  const organizationId = await givenOrganization(sql);
  const { max_concurrency = 10 } = wanted;
  const url = receiver.url;
  const endpoint = await givenEndpoint(sql, testSeal, { organizationId, url, max_concurrency });
  const customers = await givenCustomers(sql, organizationId, wanted.customers);
  const append = (each: number) => givenEvents(sql, organizationId, eventsOf(customers, each));
  const entries = await append(wanted.each);
  const node = createNode(sql);
  return {
    receiver,
    organizationId,
    endpoint,
    entries,
    node,
    append,
    async retry() {
      await letWaitsEnd(sql);
      await node.tick();
    },
  };
}

const patience = { timeout: 5_000 };

const lanesLike = (sql: Sql, lanes: readonly unknown[]) =>
  expect
    .poll(async () => [...(await sql`select head_sequence, attempts from lanes`)], patience)
    .toEqual(lanes);

const cursorAt = (sql: Sql, position: number) =>
  expect
    .poll(async () => (await sql`select cursor from endpoints`)[0]?.["cursor"], patience)
    .toBe(position);

const downAt = (sql: Sql, step: number) =>
  expect
    .poll(async () => [...(await sql`select state, backoff_step from endpoints`)], patience)
    .toEqual([{ state: "backing_off", backoff_step: step }]);

const reasonsOf = async (sql: Sql) => [...(await sql`select state, state_reason from endpoints`)];

const rowsOf = async (sql: Sql, table: string) => (await sql`select from ${sql(table)}`).count;
