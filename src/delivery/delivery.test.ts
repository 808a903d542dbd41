import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { givenNode, givenReceiver } from "../../test/deliveryNode.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import {
  eventsOf,
  expectCustomerOrder,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  newSecret,
  ownerOf,
} from "../../test/feedFixture.ts";
import type { Received } from "../../test/receiver.ts";
import type { Sql } from "../base/database.ts";
import type { Endpoint } from "../contract/resources/delivery.ts";
import { listAttempts } from "../store/attempts.ts";
import { startReplay } from "../store/replays.ts";

describe("a delivery", () => {
  test("carries the event, its place in the feed, and a signature", async ({ sql }) => {
    const { receiver, organizationId, endpoint, customers } = await given(sql, 2);
    const entries = await givenEvents(sql, organizationId, eventsOf(customers, 1));
    await givenNode(sql);
    await receiver.untilAccepted(2);

    const [first, second] = receiver.requests.toSorted((a, b) => a.sequence - b.sequence);
    expect(first?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Heliograph/0.0.0-test",
      "webhook-id": entries[0]?.id,
      "heliograph-attempt": "1",
      "heliograph-sequence": "1",
    });
    expect(first?.headers).not.toHaveProperty("heliograph-previous");
    expect(first?.headers).not.toHaveProperty("heliograph-replay");
    expect(second?.headers).toMatchObject({ "heliograph-previous": "1" });
    expect(JSON.parse(first?.body ?? "")).toMatchObject({
      id: entries[0]?.id,
      type: "new_note",
      sequence: 1,
      organization_id: organizationId,
      role: "sales_org",
    });
    for (const request of receiver.requests) receiver.verify(request, endpoint.secret);
  });

  test("carries a signature by each secret while one is being replaced", async ({ sql }) => {
    const { receiver, organizationId, endpoint, customers } = await given(sql, 1);
    const node = await givenNode(sql);
    const secret = newSecret();
    await sql`
      update endpoints set old_secrets = array[secret], old_secrets_end_at = array[now() + interval '1 hour'],
        secret = ${testSeal.close(secret)}, version = version + 1
    `;
    await node.tick();
    await givenEvents(sql, organizationId, eventsOf(customers, 1));
    node.wake([organizationId]);
    await receiver.untilAccepted(1);

    const [request] = receiver.requests as [Received];
    receiver.verify(request, secret);
    receiver.verify(request, endpoint.secret);
    expect(String(request.headers["webhook-signature"]).split(" ")).toHaveLength(2);
  });

  test("is chained to the one before it that matches the filter", async ({ sql }) => {
    const { receiver, organizationId, customers } = await given(sql, 1, { events: ["new_note"] });
    const [customerId = ""] = customers;
    const types = ["new_note", "update_note", "new_note", "update_note", "new_note"] as const;
    await givenEvents(
      sql,
      organizationId,
      types.map((type) => ({ customerId, type })),
    );
    await givenNode(sql);
    await receiver.untilAccepted(3);

    const chain = receiver.requests.map(({ headers }) => headers["heliograph-previous"]);
    expect(receiver.sequences()).toEqual([1, 3, 5]);
    expect(chain).toEqual([undefined, "1", "3"]);
    await cursorAt(sql, 5);
  });
});

describe("the deliveries of one endpoint", () => {
  test("keep each customer's order, whatever the receiver's speed", async ({ sql }) => {
    const { receiver, organizationId, customers } = await given(sql, 8);
    receiver.script(({ sequence }) => ({ status: 200, afterMs: (sequence * 7) % 11 }));
    const entries = await givenEvents(sql, organizationId, eventsOf(customers, 15));
    await givenNode(sql);
    await receiver.untilAccepted(entries.length);

    expectCustomerOrder(receiver.requests, entries);
    expect(receiver.mostAtOnce).toBeGreaterThan(1);
    expect(receiver.mostAtOnce).toBeLessThanOrEqual(8);
    await cursorAt(sql, entries.length);
    expect(new Set(receiver.sequences()).size).toBe(entries.length);
  });

  test("are at most as many at once as its owner allows", async ({ sql }) => {
    const { receiver, organizationId, customers } = await given(sql, 6, { max_concurrency: 2 });
    receiver.script(() => ({ status: 200, afterMs: 2 }));
    await givenEvents(sql, organizationId, eventsOf(customers, 3));
    await givenNode(sql);
    await receiver.untilAccepted(18);

    expect(receiver.mostAtOnce).toBe(2);
  });

  test("do not wait for a slow endpoint of the same organization", async ({ sql }) => {
    const { receiver, organizationId, customers } = await given(sql, 3);
    const slow = await givenReceiver(() => "hang");
    await givenEndpoint(sql, testSeal, { organizationId, url: slow.url });
    await givenEvents(sql, organizationId, eventsOf(customers, 20));
    await givenNode(sql);
    await receiver.untilAccepted(60);

    await slow.until(({ requests }) => requests.length >= 3);
    expect(slow.requests).toHaveLength(3);
    await slow[Symbol.asyncDispose]();
  });

  test("go on after a hint from another node", async ({ sql }) => {
    const { receiver, organizationId, customers } = await given(sql, 1);
    await givenNode(sql);
    await givenEvents(sql, organizationId, eventsOf(customers, 1));
    await sql`select pg_notify('heliograph_feed', ${`node_other ${organizationId}`})`;
    await receiver.untilAccepted(1);
  });

  test("are hinted at to other nodes, now and then however much happens", async ({ sql }) => {
    const heard: string[] = [];
    await sql.listen("heliograph_feed", (payload) => heard.push(payload));
    const node = await givenNode(sql, { nodeId: "node_here" });
    for (let commit = 0; commit < 100; commit += 1) node.wake([`org_${commit % 3}`]);
    await expect.poll(() => heard.join(" ")).toContain("org_2");

    expect(heard).toEqual(["node_here org_0", "node_here org_1,org_2,org_0"]);
  });

  test("go on without any hint", async ({ sql }) => {
    const { receiver, organizationId, customers } = await given(sql, 1);
    await givenNode(sql);
    await givenEvents(sql, organizationId, eventsOf(customers, 1));
    await receiver.untilAccepted(1);
  });
});

describe("an owner's change", () => {
  test("stops a paused endpoint, and a resumed one goes on where it was", async ({ sql }) => {
    const { receiver, organizationId, customers } = await given(sql, 1);
    const node = await givenNode(sql);
    await givenEvents(sql, organizationId, eventsOf(customers, 3));
    node.wake([organizationId]);
    await receiver.untilAccepted(3);
    await cursorAt(sql, 3);
    await sql`update endpoints set state = 'paused', version = version + 1`;
    await expect.poll(async () => holderOf(sql)).toBeNull();
    await givenEvents(sql, organizationId, eventsOf(customers, 3));
    await node.tick();
    expect(receiver.requests).toHaveLength(3);

    await sql`update endpoints set state = 'active', version = version + 1`;
    node.wake([organizationId]);
    await receiver.untilAccepted(6);
    expect(receiver.sequences()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("of the filter holds for what was not read, and starts a new chain", async ({ sql }) => {
    const { receiver, organizationId, endpoint, customers } = await given(sql, 1);
    const [customerId = ""] = customers;
    const node = await givenNode(sql);
    await givenEvents(sql, organizationId, eventsOf(customers, 2));
    node.wake([organizationId]);
    await cursorAt(sql, 2);
    await ownerOf(sql, testSeal, { ...endpoint, wake: node.wake }).update({
      events: ["update_note"],
    });
    await givenEvents(sql, organizationId, [
      { customerId, type: "new_note" },
      { customerId, type: "update_note" },
    ]);
    await receiver.untilAccepted(3);

    expect(receiver.sequences()).toEqual([1, 2, 4]);
    expect(receiver.requests.at(-1)?.headers).not.toHaveProperty("heliograph-previous");
  });

  test("of the URL takes the next delivery elsewhere", async ({ sql }) => {
    const { organizationId, customers } = await given(sql, 1);
    const other = await givenReceiver();
    const node = await givenNode(sql);
    await sql`update endpoints set url = ${other.url}, version = version + 1`;
    await node.tick();
    await givenEvents(sql, organizationId, eventsOf(customers, 1));
    await other.untilAccepted(1);
  });

  test("that removes the endpoint ends it", async ({ sql }) => {
    const { receiver, organizationId, customers } = await given(sql, 1);
    const node = await givenNode(sql);
    await sql`delete from endpoints`;
    await node.tick();
    await givenEvents(sql, organizationId, eventsOf(customers, 1));
    node.wake([organizationId]);
    await node.tick();
    expect(receiver.requests).toHaveLength(0);
  });
});

describe("a replay", () => {
  test("sends a range again, marked, in order, with the same event ids", async ({ sql }) => {
    const { receiver, organizationId, endpoint, customers } = await given(sql, 3);
    const node = await givenNode(sql);
    const entries = await givenEvents(sql, organizationId, eventsOf(customers, 3));
    await cursorAt(sql, 9);
    const range = { endpointId: endpoint.id, from: 2, to: 8 };
    const plan = await sql.begin((tx) => startReplay(tx, range));
    node.wake([organizationId]);
    await receiver.untilAccepted(9 + 7);

    const again = receiver.requests.slice(9);
    expect(plan).toMatchObject({ matched: 7, queued: 7 });
    expectCustomerOrder(again, entries);
    expect(again.map(({ eventId }) => eventId).toSorted()).toEqual(
      entries
        .slice(1, 8)
        .map(({ id }) => id)
        .toSorted(),
    );
    for (const { headers } of again) {
      expect(headers).toMatchObject({ "heliograph-replay": "true", "heliograph-attempt": "2" });
    }
    await expect.poll(async () => (await sql`select from resends`).count).toBe(0);
    const page = { limit: 50 };
    const log = await listAttempts(sql, { endpointId: endpoint.id, page });
    expect(log.filter(({ kind }) => kind === "replay")).toHaveLength(7);
  });
});

async function given(
  sql: Sql,
  customerCount: number,
  fields: Partial<Pick<Endpoint, "events" | "max_concurrency">> = {},
) {
  const receiver = await givenReceiver();
  const organizationId = await givenOrganization(sql);
  const url = receiver.url;
  const endpoint = await givenEndpoint(sql, testSeal, { organizationId, url, ...fields });
  const customers = await givenCustomers(sql, organizationId, customerCount);
  return { receiver, organizationId, endpoint, customers };
}

const cursorAt = (sql: Sql, position: number) =>
  expect
    .poll(async () => (await sql`select cursor from endpoints`)[0]?.["cursor"], { timeout: 5_000 })
    .toBe(position);

const holderOf = async (sql: Sql) => (await sql`select node from endpoints`)[0]?.["node"];
