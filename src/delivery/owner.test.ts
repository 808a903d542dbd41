import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { createNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  ownerOf,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import type { Answer, Received } from "../../test/receiver.ts";
import type { Sql } from "../base/database.ts";
import { createLog } from "../base/log.ts";
import type { EventType } from "../contract/catalogue.ts";
import type { Endpoint } from "../contract/resources/delivery.ts";
import { endpointStatus } from "../store/endpointStatus.ts";
import { reconcile } from "../store/reconcile.ts";
import type { DeliveryOptions } from "./delivery.ts";

/** Owners change endpoints by the commands of the API, while a node delivers and nobody waits for it to look. */

describe("a changed filter", () => {
  test("holds for all that happens after the change", { timeout: 10_000 }, async ({ sql }) => {
    const { receiver, owner, append, endpoint } = await given(sql, {
      events: ["new_note"],
    });
    await append(["new_note", "new_note"]);
    await receiver.untilAccepted(2);
    await cursorAt(sql, 2);

    await owner.update({ events: ["new_note", "update_note"] });
    await append(["update_note", "new_note"]);
    await receiver.untilAccepted(4);

    expect(receiver.sequences()).toEqual([1, 2, 3, 4]);
    await cursorAt(sql, 4);
    const account = await reconcile(sql, endpoint, { from: 3, to: 4 });
    expect(account).toMatchObject({ matching: 2, delivered: 2 });
  });

  test(
    "sends nothing again that was delivered beyond the cursor",
    { timeout: 10_000 },
    async ({ sql }) => {
      const slow = Promise.withResolvers<Answer>();
      const { receiver, owner, customers, append } = await given(sql, {
        customers: 3,
        events: ["new_note"],
        script: ({ sequence }) => (sequence === 1 ? slow.promise : 200),
      });
      await append(["new_note", "new_note", "new_note"], customers);
      await receiver.untilAccepted(2);
      await owner.update({ events: null });
      await append(["update_note", "new_note"], customers);
      slow.resolve(200);
      await receiver.untilAccepted(5);
      await cursorAt(sql, 5);

      expect(receiver.requests).toHaveLength(5);
      expect(new Set(receiver.sequences())).toEqual(new Set([1, 2, 3, 4, 5]));
    },
  );

  test(
    "brings what it left out before, also from behind the head of a lane",
    { timeout: 10_000 },
    async ({ sql }) => {
      const slow = Promise.withResolvers<Answer>();
      const { receiver, owner, customers, append } = await given(sql, {
        customers: 2,
        events: ["new_note"],
        script: ({ sequence, nth }) => {
          if (sequence === 1) return slow.promise;
          return sequence === 3 && nth === 1 ? 422 : 200;
        },
      });
      const [held = "", failing = ""] = customers;
      await append(["new_note", "update_note", "new_note"], [held, failing, failing]);
      await expect.poll(async () => (await sql`select from lanes`).count).toBe(1);
      await owner.update({ events: null });
      slow.resolve(200);
      await receiver.untilAccepted(3);

      expect(receiver.sequences()).toEqual([1, 2, 3]);
      await cursorAt(sql, 3);
    },
  );
});

describe("an owner's change", () => {
  test("is told to the node, which stops and goes on at once", async ({ sql }) => {
    const { owner, told, endpoint } = await given(sql);
    await owner.pause();
    await servedBy(sql, null);
    await owner.resume();
    await expect.poll(() => servedByNow(sql)).not.toBeNull();
    expect(told).toEqual([[endpoint.organizationId], [endpoint.organizationId]]);
  });

  test(
    "of the cursor breaks off what is under way, and it is sent anew",
    { timeout: 10_000 },
    async ({ sql }) => {
      const { receiver, owner, append } = await given(sql, {
        script: ({ sequence, nth }) => (sequence === 1 && nth === 1 ? "hang" : 200),
      });
      await append(["new_note", "new_note"]);
      await receiver.until(({ requests }) => requests.length === 1);
      await owner.resume({ from: 0 });
      await receiver.untilAccepted(2);

      expect(receiver.requests.map(({ sequence }) => sequence)).toEqual([1, 1, 2]);
      expect(receiver.mostAtOnce).toBe(1);
    },
  );

  test(
    "of the cursor does not depend on the node's clock",
    { timeout: 10_000 },
    async ({ sql }) => {
      const { receiver, owner, append } = await given(sql, {
        node: { clock: () => Date.now() + 3_600_000 },
      });
      await append(["new_note", "new_note", "new_note"]);
      await receiver.untilAccepted(3);
      await cursorAt(sql, 3);
      await owner.resume({ from: 1 });
      await receiver.untilAccepted(5);

      expect(receiver.sequences()).toEqual([1, 2, 3, 2, 3]);
    },
  );

  test("that ends a back-off is not undone by what was decided before", async ({ sql }) => {
    const unwritten = Promise.withResolvers<void>();
    const log = { ...createLog("silent"), warn: () => unwritten.resolve() };
    const script = ({ nth }: Received) => (nth <= 2 ? 503 : 200);
    const { receiver, owner, append } = await given(sql, { node: { log }, script });
    await append(["new_note"]);
    await expect.poll(() => stateOf(sql)).toMatchObject({ backoff_step: 1 });
    // The failure of the next probe cannot be written down until its owner has ended the back-off.
    await sql`alter table attempts rename to attempts_away`;
    await unwritten.promise;
    await owner.resume();
    await sql`alter table attempts_away rename to attempts`;

    await receiver.untilAccepted(1);
    await cursorAt(sql, 1);
    expect(await stateOf(sql)).toEqual({ state: "active", backoff_step: 0, backoff_until: null });
  });
});

describe("a secret that is replaced twice", () => {
  test("signs as long as was promised each time", async ({ sql }) => {
    const { receiver, owner, append, endpoint } = await given(sql);
    const second = await owner.rotateSecret(48);
    const third = await owner.rotateSecret(24);
    const fourth = await owner.rotateSecret(0);
    // Heard before the event is read: the node that takes the endpoint up anew has the newest secrets.
    await owner.pause();
    await servedBy(sql, null);
    await owner.resume();
    await append(["new_note"]);
    await receiver.untilAccepted(1);

    const [request] = receiver.requests as [Received];
    for (const secret of [fourth.secret, second.secret, endpoint.secret]) {
      receiver.verify(request, secret);
    }
    expect(() => receiver.verify(request, third.secret)).toThrow();
  });
});

describe("a replay", () => {
  test("brings what was delivered beyond the cursor too", { timeout: 10_000 }, async ({ sql }) => {
    const slow = Promise.withResolvers<Answer>();
    const { receiver, owner, customers, append } = await given(sql, {
      customers: 3,
      script: ({ sequence }) => (sequence === 1 ? slow.promise : 200),
    });
    await append(["new_note", "new_note", "new_note"], customers);
    await expect.poll(async () => (await sql`select from attempts`).count).toBe(2);
    const plan = await owner.replay({ from: 1, to: 3 });
    expect(plan).toMatchObject({ matched: 3, queued: 2 });
    await receiver.untilAccepted(4);
    slow.resolve(200);
    await cursorAt(sql, 3);

    const again = receiver.requests.filter(({ headers }) => "heliograph-replay" in headers);
    expect(new Set(again.map(({ sequence }) => sequence))).toEqual(new Set([2, 3]));
    expect(receiver.requests).toHaveLength(5);
  });

  test("of a dead event takes it off the list", { timeout: 10_000 }, async ({ sql }) => {
    const { receiver, owner, append, endpoint } = await given(sql, {
      script: ({ nth }) => (nth === 1 ? 422 : 200),
    });
    await append(["new_note"]);
    await expect.poll(async () => (await sql`select from lanes`).count).toBe(1);
    await sql`
      with gone as (delete from lanes returning *)
      insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error)
      select g.endpoint_id, 1, n.event_id, g.customer_id, 10, '422' from gone g, feed_entries n
    `;
    await owner.replay({ from: 1, to: 1 });
    await receiver.untilAccepted(1);
    expect((await endpointStatus(sql, record(endpoint))).dead).toEqual([]);
    await expect.poll(async () => (await sql`select from resends`).count).toBe(0);

    const account = await reconcile(sql, record(endpoint), { from: 1, to: 1 });
    expect(account).toMatchObject({ delivered: 1, dead: 0 });
  });

  test("of a dead event beyond the cursor sends it once", { timeout: 10_000 }, async ({ sql }) => {
    const { receiver, endpoint, owner, customers, append, node } = await given(sql, {
      customers: 2,
      isStarted: false,
    });
    const [, dead] = await append(["new_note", "new_note"], customers);
    await sql`
      insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error)
      values (${endpoint.id}, 2, ${dead?.id ?? ""}, ${dead?.customerId ?? ""}, 10, '422')
    `;
    await sql`
      insert into attempts (id, endpoint_id, event_id, event_type, sequence, attempt, kind, outcome, duration_ms,
        attempted_at)
      select 'att_' || substr(event_id, 5), ${endpoint.id}, event_id, type, sequence, 10, 'delivery',
        'failed_event', 1, now() from feed_entries where sequence = 2
    `;
    const plan = await owner.replay({ from: 1, to: 2 });
    expect(plan).toMatchObject({ matched: 2, queued: 1 });
    await node.start();
    await receiver.untilAccepted(2);
    await cursorAt(sql, 2);
    await expect.poll(async () => (await sql`select from resends`).count).toBe(0);

    expect(new Set(receiver.sequences())).toEqual(new Set([1, 2]));
    expect(receiver.requests).toHaveLength(2);
  });
});

interface Given extends Partial<Pick<Endpoint, "events">> {
  readonly node?: Partial<DeliveryOptions>;
  readonly customers?: number;
  readonly script?: (request: Received) => Answer | Promise<Answer>;
  readonly isStarted?: boolean;
}

/** An endpoint with its owner and receiver, and a node that is told of commits as the service tells it. */
async function given(sql: Sql, wanted: Given = {}) {
  const { events = null, customers: count = 1, isStarted = true } = wanted;
  const receiver = await givenReceiver(wanted.script);
  const organizationId = await givenOrganization(sql);
  const endpoint = await givenEndpoint(sql, testSeal, {
    organizationId,
    url: receiver.url,
    events,
  });
  const customers = await givenCustomers(sql, organizationId, count);
  const node = createNode(sql, wanted.node);
  if (isStarted) await node.start();
  const told: (readonly string[])[] = [];
  const wake = (organizationIds: readonly string[]) => {
    told.push(organizationIds);
    node.wake(organizationIds);
  };
  const owner = ownerOf(sql, testSeal, { ...endpoint, wake });
  const append = async (types: readonly EventType[], of: readonly string[] = customers) => {
    const added = types.map((type, index) => ({ customerId: of[index % of.length] ?? "", type }));
    const entries = await givenEvents(sql, organizationId, added);
    node.wake([organizationId]);
    return entries;
  };
  return { receiver, endpoint, customers, node, owner, told, append };
}

const record = ({ id }: { id: string }) => ({ id, events: null });

const cursorAt = (sql: Sql, position: number) =>
  expect
    .poll(async () => (await sql`select cursor from endpoints`)[0]?.["cursor"], { timeout: 5_000 })
    .toBe(position);

const servedByNow = async (sql: Sql) => (await sql`select node from endpoints`)[0]?.["node"];
const servedBy = (sql: Sql, node: string | null) =>
  expect.poll(() => servedByNow(sql), { timeout: 5_000 }).toBe(node);

const stateOf = async (sql: Sql) =>
  (await sql`select state, backoff_step, backoff_until from endpoints`)[0];
