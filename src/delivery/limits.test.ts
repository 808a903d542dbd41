import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { createNode, givenNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  ownerOf,
} from "../../test/feedFixture.ts";
import { letWaitsEnd } from "../../test/waits.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import type { Script } from "../../test/receiver.ts";
import { transaction, type Sql } from "../base/database.ts";
import { reconcile } from "../store/reconcile.ts";
import { readFeed } from "../store/feed.ts";

type Fields = Partial<Parameters<typeof givenEndpoint>[2]>;

async function given(sql: Sql, fields: Fields = {}, script?: Script) {
  const receiver = await givenReceiver(script);
  const organizationId = await givenOrganization(sql);
  const { url } = receiver;
  const endpoint = await givenEndpoint(sql, testSeal, { organizationId, url, ...fields });
  return { receiver, organizationId, endpoint };
}

describe("an endpoint that skips what fails", () => {
  test("gets a customer's later events while the failed one waits for its next attempt", async ({
    sql,
  }) => {
    const script: Script = ({ sequence, nth }) => (sequence === 1 && nth === 1 ? 422 : 200);
    const { receiver, organizationId, endpoint } = await given(sql, { on_failure: "skip" }, script);
    const customers = await givenCustomers(sql, organizationId, 1);
    await givenEvents(sql, organizationId, eventsOf(customers, 4));
    const node = await givenNode(sql);
    await receiver.untilAccepted(3);
    await expect.poll(async () => (await sql`select from resends`).count).toBe(1);

    expect(receiver.sequences()).toEqual([2, 3, 4]);
    await expect
      .poll(() => reconcile(sql, endpoint, { from: 1, to: 4 }))
      .toMatchObject({ delivered: 3, waiting: 1 });
    await sql`update resends set due_at = now() - interval '1 second'`;
    await node.tick();
    await receiver.untilAccepted(4);

    expect(receiver.requests.at(-1)).toMatchObject({ sequence: 1, attempt: 2 });
    expect(receiver.requests.at(-1)?.headers).not.toHaveProperty("heliograph-replay");
    expect((await sql`select from lanes`).count).toBe(0);
    await expect.poll(async () => (await sql`select from resends`).count).toBe(0);
  });

  test("holds parked events of one customer apart: none waits for another", async ({ sql }) => {
    const script: Script = ({ sequence, nth }) => (sequence < 3 && nth === 1 ? 422 : 200);
    const { receiver, organizationId } = await given(sql, { on_failure: "skip" }, script);
    const customers = await givenCustomers(sql, organizationId, 1);
    await givenEvents(sql, organizationId, eventsOf(customers, 3));
    const node = await givenNode(sql);
    await receiver.untilAccepted(1);
    await expect.poll(async () => (await sql`select from resends`).count).toBe(2);
    await sql`update resends set due_at = now() - interval '1 second' where sequence = 2`;
    await node.tick();
    await receiver.untilAccepted(2);

    expect(receiver.sequences()).toEqual([3, 2]);
  });

  test("gives a parked event up when its schedule is exhausted", async ({ sql }) => {
    const script: Script = ({ sequence }) => (sequence === 1 ? 422 : 200);
    const { receiver, organizationId } = await given(sql, { on_failure: "skip" }, script);
    const customers = await givenCustomers(sql, organizationId, 1);
    await givenEvents(sql, organizationId, eventsOf(customers, 2));
    const node = await givenNode(sql);
    await expect.poll(async () => (await sql`select from resends`).count).toBe(1);
    for (let attempt = 2; attempt <= 10; attempt += 1) {
      await sql`update resends set due_at = now() - interval '1 second'`;
      await node.tick();
      await receiver.until(({ requests }) => requests.length === attempt + 1);
      await expect.poll(async () => (await sql`select from attempts`).count).toBe(attempt + 1);
    }

    expect([...(await sql`select sequence, attempts from dead_events`)]).toEqual([
      { sequence: 1, attempts: 10 },
    ]);
    expect((await sql`select from resends`).count).toBe(0);
  });
});

describe("an owner's limit", () => {
  test("of deliveries a second spreads them, also when he changes it", async ({ sql }) => {
    const { receiver, organizationId, endpoint } = await given(sql, { rate_limit_per_second: 1 });
    const node = await givenNode(sql);
    const owner = ownerOf(sql, testSeal, { ...endpoint, wake: (ids) => node.wake(ids) });
    const customers = await givenCustomers(sql, organizationId, 60);
    await givenEvents(sql, organizationId, eventsOf(customers, 1));
    node.wake([organizationId]);
    await receiver.untilAccepted(1);
    const startedAt = performance.now();
    await owner.update({ rate_limit_per_second: 40 });
    await receiver.untilAccepted(60);

    // Without the limit they would come at once; a machine that is slow only makes it longer.
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);
  });
});

describe("an endpoint that fails for five days", () => {
  const fiveDaysMs = 5 * 24 * 3_600_000;

  test("is disabled with the reason, keeps its backlog, and goes on when resumed", async ({
    sql,
  }) => {
    const { receiver, organizationId, endpoint } = await given(sql, {}, () => 503);
    const customers = await givenCustomers(sql, organizationId, 3);
    await givenEvents(sql, organizationId, eventsOf(customers, 2));
    let laterMs = 0;
    const node = createNode(sql, { steadyClock: () => performance.now() + laterMs });
    await node.start();
    await stateIs(sql, "backing_off");
    laterMs = fiveDaysMs - 60_000;
    await probeOnce(sql, node);
    await stateIs(sql, "backing_off");
    laterMs = fiveDaysMs;
    await probeUntilDisabled(sql, node);

    const [row] = await sql`select state_reason, cursor from endpoints`;
    expect(row).toMatchObject({ cursor: 0 });
    expect(row?.["state_reason"]).toMatch(
      /^Failing since \d{4}-.+Z; the last attempt got 503 Service Unavailable$/,
    );
    receiver.script(() => 200);
    laterMs = 0;
    await ownerOf(sql, testSeal, { ...endpoint, wake: (ids) => node.wake(ids) }).resume();
    await receiver.untilAccepted(6);
  });

  test("is not, when only somebody sets the clock", async ({ sql }) => {
    const { receiver, organizationId } = await given(sql, {}, () => 503);
    await givenEvents(
      sql,
      organizationId,
      eventsOf(await givenCustomers(sql, organizationId, 1), 1),
    );
    let offMs = 0;
    const node = createNode(sql, { clock: () => Date.now() + offMs });
    await node.start();
    await stateIs(sql, "backing_off");
    offMs = 2 * fiveDaysMs;
    await probeOnce(sql, node);
    await stateIs(sql, "backing_off");
    expect(receiver.requests.length).toBeGreaterThanOrEqual(2);
  });

  test("also when the node changes meanwhile", async ({ sql }) => {
    const { receiver, organizationId } = await given(sql, {}, () => 503);
    const customers = await givenCustomers(sql, organizationId, 1);
    await givenEvents(sql, organizationId, eventsOf(customers, 1));
    const first = await givenNode(sql);
    await stateIs(sql, "backing_off");
    await first.stop();
    await sql`update endpoints set state_since = now() - interval '5 days'`;
    const second = await givenNode(sql);
    await probeUntilDisabled(sql, second);

    expect(receiver.requests.length).toBeGreaterThanOrEqual(2);
  });
});

describe("entries that a commit hands over", () => {
  test("are sent without being read", async ({ sql }) => {
    const { receiver, organizationId } = await given(sql);
    const node = await givenNode(sql);
    const customers = await givenCustomers(sql, organizationId, 1);
    await givenEvents(sql, organizationId, eventsOf(customers, 1));
    node.wake([organizationId]);
    await receiver.untilAccepted(1);
    await node.tick();
    await givenEvents(sql, organizationId, eventsOf(customers, 2));
    const { entries } = await readFeed(sql, { organizationId, after: 1, limit: 10 });
    await transaction(sql, async (tx) => {
      await tx`lock table feed_entries in access exclusive mode`;
      node.grew([{ organizationId, entries }]);
      await receiver.untilAccepted(3);
    });

    expect(receiver.sequences()).toEqual([1, 2, 3]);
    expect(receiver.requests.map(({ headers }) => headers["heliograph-previous"])).toEqual([
      undefined,
      "1",
      "2",
    ]);
  });

  test("are read when something came before them, and sent once", async ({ sql }) => {
    const { receiver, organizationId } = await given(sql, { events: ["new_note"] });
    const node = await givenNode(sql);
    const [customerId = ""] = await givenCustomers(sql, organizationId, 1);
    await givenEvents(sql, organizationId, [
      { customerId },
      { customerId, type: "new_customer" },
      { customerId },
    ]);
    const { entries } = await readFeed(sql, { organizationId, after: 0, limit: 10 });
    await node.tick();
    node.grew([{ organizationId, entries: entries.slice(2) }]);
    node.grew([{ organizationId, entries: entries.slice(1, 2) }]);
    node.grew([{ organizationId, entries: entries.slice(0, 1) }]);
    await receiver.untilAccepted(2);
    await expect.poll(async () => (await sql`select cursor from endpoints`)[0]?.["cursor"]).toBe(3);

    expect(receiver.requests.map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(receiver.requests[1]?.headers["heliograph-previous"]).toBe("1");
  });
});

const stateIs = (sql: Sql, state: string) =>
  expect
    .poll(async () => (await sql`select state from endpoints`)[0]?.["state"], { timeout: 5_000 })
    .toBe(state);

/** Where the endpoint stands: its state and how far its waits have grown. */
async function standingOf(sql: Sql): Promise<string> {
  const [row] = await sql`select state, backoff_step from endpoints`;
  return `${row?.["state"]} ${row?.["backoff_step"]}`;
}

/** Makes the next probe due, and waits until it was made and written down. */
async function probeOnce(sql: Sql, node: { tick(): Promise<void> }): Promise<void> {
  // Its attempts may be written down before what they mean: it is over when the endpoint has gone a step on.
  const before = await standingOf(sql);
  await expect.poll(() => standingAfterTick(sql, node), { timeout: 5_000 }).not.toBe(before);
}

/** Lets it probe until it is disabled, be it by this or by a probe that was due by itself meanwhile. */
async function probeUntilDisabled(sql: Sql, node: { tick(): Promise<void> }): Promise<void> {
  await expect.poll(() => standingAfterTick(sql, node), { timeout: 5_000 }).toBe("disabled 0");
}

async function standingAfterTick(sql: Sql, node: { tick(): Promise<void> }): Promise<string> {
  await letWaitsEnd(sql);
  await node.tick();
  return standingOf(sql);
}
