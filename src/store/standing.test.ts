import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { createNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  newSecret,
} from "../../test/feedFixture.ts";
import { createTestSender, testSeal } from "../../test/nodeOptions.ts";
import type { Script } from "../../test/receiver.ts";
import type { Sql } from "../base/database.ts";
import { newId } from "../base/id.ts";
import { Endpoint } from "../contract/resources/delivery.ts";
import { sendTest } from "../delivery/sendTest.ts";
import { deliveredBeyond, insertAttempts, listAttempts } from "./attempts.ts";
import { skipDead } from "./dead.ts";
import { eventDeliveries } from "./deliveries.ts";
import { moveCursor } from "./endpoints.ts";
import { endpointStatus } from "./endpointStatus.ts";
import { readFeed } from "./feed.ts";
import { rotateSecret } from "./ownedEndpoints.ts";
import { reconcile } from "./reconcile.ts";
import { findRecord } from "./records.ts";
import { planReplay, startReplay } from "./replays.ts";

describe("an endpoint's account", () => {
  test("adds up: delivered, waiting, dead and skipped", async ({ sql }) => {
    const { endpoint, entries, organizationId } = await givenDelivered(sql, {
      customers: 3,
      each: 3,
      // Customer 1 fails at once; customer 2 dies at his first.
      script: ({ sequence }) => (sequence === 1 || sequence === 2 ? 422 : 200),
    });
    await sql`
      with dead as (delete from lanes where head_sequence = 2 returning *)
      insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error)
      select d.endpoint_id, d.head_sequence, n.event_id, d.customer_id, 10, '422'
      from dead d join feed_entries n on n.sequence = d.head_sequence
    `;
    await sql`
      insert into attempts (id, endpoint_id, event_id, event_type, sequence, attempt, kind, outcome, duration_ms,
        attempted_at)
      select 'att_' || substr(n.event_id, 5), ${endpoint.id}, n.event_id, n.type, n.sequence, 1, 'delivery',
        'delivered', 1, now() from feed_entries n where n.sequence in (5, 8)
    `;
    const account = await reconcile(sql, endpoint, { from: 1, to: 9 });
    expect(account).toMatchObject({ matching: 9, delivered: 5, waiting: 3, dead: 1, skipped: 0 });
    expect(account.not_delivered.map(({ sequence, state }) => [sequence, state])).toEqual([
      [1, "waiting"],
      [2, "dead"],
      [4, "waiting"],
      [7, "waiting"],
    ]);

    const status = await endpointStatus(sql, endpoint);
    expect(status).toMatchObject({ feed_head: 9, cursor: 9, behind_by: 3, state: "active" });
    expect(status.lanes).toMatchObject([{ head_sequence: 1, waiting: 3, attempts: 1 }]);
    expect(status.dead).toMatchObject([{ sequence: 2, event_type: "new_note", attempts: 10 }]);

    const eventId = entries[1]?.id ?? "";
    const whyDead = async () =>
      (await eventDeliveries(sql, { organizationId, eventId }))[0]?.reason;
    expect(await whyDead()).toMatch(/^Given up after 10 attempts; /);
    await sql`update dead_events set attempts = 1`; // of a receiver that is gone for good
    expect(await whyDead()).toMatch(/^Given up after 1 attempt; /);
    expect(await skipDead(sql, { endpointId: endpoint.id, eventId })).toBe(true);
    expect(await skipDead(sql, { endpointId: endpoint.id, eventId })).toBe(false);
    expect(await reconcile(sql, endpoint, { from: 1, to: 9 })).toMatchObject({
      dead: 0,
      skipped: 1,
    });
    expect((await endpointStatus(sql, endpoint)).dead).toEqual([]);

    const states = await Promise.all(
      entries
        .slice(0, 4)
        .map(({ id }) => eventDeliveries(sql, { organizationId, eventId: id }).then(([it]) => it)),
    );
    expect(states.map((it) => it?.state)).toEqual(["retrying", "skipped", "delivered", "waiting"]);
    expect(states[0]).toMatchObject({ attempts: 1, last_status_code: 422 });
    expect(states[0]?.next_attempt_at).not.toBeNull();
    expect(states.map((it) => it?.reason_code)).toEqual([
      "retry_scheduled",
      "skipped",
      "delivered",
      "behind_event",
    ]);
    expect(states[2]?.reason).toMatch(/^Delivered on attempt 1 at \S+Z, in \d+ ms$/);
    expect(states[3]?.reason).toContain(", which failed 1 time and is tried next at ");
    expect(states[3]).toMatchObject({
      behind: { event_id: entries[0]?.id, type: "new_note", attempts: 1 },
      ahead: null,
    });
  });

  test("does not call delivered what nothing says was delivered", async ({ sql }) => {
    const { endpoint } = await givenDelivered(sql, { customers: 1, each: 3, script: () => 200 });
    await sql`delete from attempts where sequence = 2`;
    const account = await reconcile(sql, endpoint, { from: 1, to: 3 });
    expect(account).toMatchObject({ matching: 3, delivered: 2, waiting: 1 });
    expect(account.not_delivered).toMatchObject([{ sequence: 2, state: "waiting" }]);
  });

  test("leaves out what was before its start, and what its filter leaves out", async ({ sql }) => {
    const organizationId = await givenOrganization(sql);
    const [customerId = ""] = await givenCustomers(sql, organizationId, 1);
    const entries = await givenEvents(sql, organizationId, [
      { customerId, type: "new_note" },
      { customerId, type: "update_note" },
      { customerId, type: "new_note" },
    ]);
    const given = { organizationId, url: "https://example.com/", events: ["new_note"], cursor: 1 };
    const { id } = await givenEndpoint(sql, testSeal, given);
    const endpoint = await requireEndpoint(sql, id);

    const account = await reconcile(sql, endpoint, { from: 0, to: 3 });
    expect(account).toMatchObject({ matching: 1, delivered: 0, waiting: 1 });
    const states = await Promise.all(
      entries.map(({ id: eventId }) => eventDeliveries(sql, { organizationId, eventId })),
    );
    expect(states.map(([it]) => it?.state)).toEqual(["before_start", "not_subscribed", "waiting"]);
    expect(await endpointStatus(sql, endpoint)).toMatchObject({ behind_by: 1, in_flight: false });
  });
});

describe("moveCursor()", () => {
  test("sends again what comes after the position, and drops what waited there", async ({
    sql,
  }) => {
    const { endpoint, receiver, node, organizationId } = await givenDelivered(sql, {
      customers: 2,
      each: 3,
      script: ({ sequence, nth }) => (sequence === 2 && nth === 1 ? 422 : 200),
    });
    await sql.begin((tx) => moveCursor(tx, { endpointId: endpoint.id, position: 1 }));
    node.wake([organizationId]);
    await receiver.untilAccepted(3 + 5);

    const again = receiver.accepted().slice(3);
    expect(again.map(({ sequence }) => sequence).toSorted((a, b) => a - b)).toEqual([
      2, 3, 4, 5, 6,
    ]);
    expect(again.find(({ sequence }) => sequence === 2)?.headers).not.toHaveProperty(
      "heliograph-previous",
    );
    expect((await sql`select from lanes`).count).toBe(0);
  });

  test("does not count what was made before and is written down after it", async ({ sql }) => {
    const { endpoint, node } = await givenDelivered(sql, {
      customers: 1,
      each: 2,
      script: () => 200,
    });
    await node.stop();
    const [, late] = await listAttempts(sql, { endpointId: endpoint.id, page: { limit: 2 } });
    if (!late) throw new Error("There are no attempts");
    await sql.begin((tx) => moveCursor(tx, { endpointId: endpoint.id, position: 0 }));
    const attemptedAt = new Date(Date.now() + 3_600_000).toISOString();
    await insertAttempts(sql, [{ ...late, id: newId("att"), attempted_at: attemptedAt, fence: 1 }]);

    const range = { endpointId: endpoint.id, after: 0, upTo: 2 };
    const history = await deliveredBeyond(sql, range);
    expect(history.map(({ is_settled }) => is_settled)).toEqual([false, false]);
  });
});

describe("a replay", () => {
  test("leaves out what comes anyway", async ({ sql }) => {
    const { endpoint } = await givenDelivered(sql, {
      customers: 2,
      each: 3,
      script: ({ sequence }) => (sequence === 3 ? 422 : 200),
    });
    const range = { endpointId: endpoint.id, from: 1, to: 100 };
    expect(await planReplay(sql, range)).toEqual({ matched: 6, queued: 4 });
    expect(await planReplay(sql, { ...range, types: ["update_note"] })).toEqual({
      matched: 0,
      queued: 0,
    });
    expect(await sql.begin((tx) => startReplay(tx, range))).toMatchObject({
      matched: 6,
      queued: 4,
      sent: 0,
      remaining: 4,
      state: "running",
    });
  });
});

describe("sendTest()", () => {
  test("sends the worked example, signed by each secret, and writes it to the log", async ({
    sql,
  }) => {
    const receiver = await givenReceiver(() => 418);
    const organizationId = await givenOrganization(sql, "epc");
    const given = await givenEndpoint(sql, testSeal, { organizationId, url: receiver.url });
    const rotated = newSecret();
    const secret = testSeal.close(rotated);
    const now = { signing: "hmac_sha256", secret, publicKey: null, overlapHours: 1 } as const;
    await sql.begin((tx) => rotateSecret(tx, { id: given.id, ...now }));
    const send = sendTest({ sql, seal: testSeal, sender: createTestSender(), version: "1.2.3" });
    const attempt = await send(await requireEndpoint(sql, given.id), "new_install");

    const [request] = receiver.requests;
    expect(attempt).toMatchObject({ kind: "test", status_code: 418, outcome: "failed_event" });
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ type: "new_install", role: "epc" });
    for (const live of [rotated, given.secret]) {
      if (request) receiver.verify(request, live);
    }
    const page = { limit: 10 };
    expect(await listAttempts(sql, { endpointId: given.id, page })).toEqual([attempt]);
  });
});

describe("readFeed()", () => {
  test("reads page by page, by type and customer, and says how far it looked", async ({ sql }) => {
    const organizationId = await givenOrganization(sql);
    const customers = await givenCustomers(sql, organizationId, 2);
    await givenEvents(sql, organizationId, eventsOf(customers, 3));
    const read = (after: number, more = {}) =>
      readFeed(sql, { organizationId, after, limit: 2, ...more });

    expect(await read(0)).toMatchObject({ scannedTo: 2, head: 6 });
    expect((await read(4)).entries.map(({ sequence }) => sequence)).toEqual([5, 6]);
    expect(await read(6)).toEqual({ entries: [], scannedTo: 6, head: 6 });
    expect(await read(0, { types: ["update_note"] })).toMatchObject({ entries: [], scannedTo: 6 });
    const [, customerId] = customers;
    const own = await read(2, { customerId });
    expect(own.entries.map(({ sequence }) => sequence)).toEqual([4, 6]);
    expect(await readFeed(sql, { organizationId: "org_none", after: 0, limit: 2 })).toEqual({
      entries: [],
      scannedTo: 0,
      head: 0,
    });
  });
});

/** An endpoint whose cursor has come to the end of its feed. */
async function givenDelivered(
  sql: Sql,
  given: { customers: number; each: number; script: Script },
) {
  const receiver = await givenReceiver(given.script);
  const organizationId = await givenOrganization(sql);
  const { id } = await givenEndpoint(sql, testSeal, { organizationId, url: receiver.url });
  const customers = await givenCustomers(sql, organizationId, given.customers);
  const entries = await givenEvents(sql, organizationId, eventsOf(customers, given.each));
  const node = createNode(sql);
  await node.start();
  await expect
    .poll(async () => (await requireEndpoint(sql, id)).cursor, { timeout: 5_000 })
    .toBe(entries.length);
  return { receiver, organizationId, entries, node, endpoint: await requireEndpoint(sql, id) };
}

async function requireEndpoint(sql: Sql, id: string): Promise<Endpoint> {
  const endpoint = await findRecord(sql, Endpoint, id);
  if (!endpoint) throw new Error(`No endpoint ${id}`);
  return endpoint;
}
