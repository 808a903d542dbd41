import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { createNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  expectCustomerOrder,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  ownerOf,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import type { Answer, Script } from "../../test/receiver.ts";
import type { Sql } from "../base/database.ts";
import { explainEvent } from "../store/deliveries.ts";
import { endpointStatus } from "../store/endpointStatus.ts";
import { reconcile } from "../store/reconcile.ts";

/** What an owner does about events that wait: goes on from elsewhere, skips, sends again. */

describe("resuming", { timeout: 15_000 }, () => {
  test("after a later position skips what waited before it, and says so", async ({ sql }) => {
    const { owner, receiver, account } = await givenPaused(sql, { customers: 3, each: 4 });
    expect(await owner.resume({ from: 9, dry_run: true })).toMatchObject({
      state: "paused",
      waiting: 12,
      would_send: 3,
      would_skip: 9,
    });
    expect(await owner.resume({ dry_run: true })).toMatchObject({ would_send: 12, would_skip: 0 });
    await owner.resume({ from: 9 });
    await receiver.untilAccepted(3);
    await expect
      .poll(account)
      .toMatchObject({ matching: 12, delivered: 3, skipped: 9, waiting: 0 });
    expect((await account()).not_delivered[0]).toMatchObject({ sequence: 1, state: "skipped" });

    expect(await owner.resume({ from: 6, dry_run: true })).toMatchObject({
      waiting: 0,
      would_send: 6,
      would_skip: 0,
    });
    await owner.resume({ from: 6 });
    await receiver.untilAccepted(9);
    await expect
      .poll(account)
      .toMatchObject({ matching: 12, delivered: 6, skipped: 6, waiting: 0 });
  });

  test("since an instant sends all that occurred from then on", async ({ sql }) => {
    const { owner, receiver, account } = await givenPaused(sql, { customers: 2, each: 5 });
    await sql`update events set occurred_at = '2026-03-10T15:00:00Z'::timestamptz + customer_sequence * interval '1 minute'`;
    await owner.resume({ from: "2026-03-10T15:08:00Z" });
    await receiver.untilAccepted(3);
    await expect.poll(account).toMatchObject({ delivered: 3, skipped: 7, waiting: 0 });
    expect(receiver.sequences().toSorted((a, b) => a - b)).toEqual([8, 9, 10]);

    const future = new Date(Date.now() + 60_000).toISOString();
    await expect(owner.resume({ from: future })).rejects.toMatchObject({ code: "invalid" });
  });

  test("with the latest sends each customer's newest only, before what happens then", async ({
    sql,
  }) => {
    const { owner, receiver, account, append, entries, customers } = await givenPaused(sql, {
      customers: 6,
      each: 5,
    });
    const [first = ""] = customers;
    await append([first, first]);
    expect(await owner.resume({ from: "latest", dry_run: true })).toMatchObject({
      waiting: 32,
      would_send: 6,
      would_skip: 26,
    });
    await owner.resume({ from: "latest" });
    await append(customers);
    await receiver.untilAccepted(12);
    await expect.poll(account).toMatchObject({
      matching: 38,
      delivered: 12,
      skipped: 26,
      waiting: 0,
    });
    expect(receiver.sequences().toSorted((a, b) => a - b)).toEqual([
      26, 27, 28, 29, 30, 32, 33, 34, 35, 36, 37, 38,
    ]);
    expectCustomerOrder(receiver.accepted(), entries);
  });

  test("with the latest skips what waits in lanes too, and keeps what was delivered", async ({
    sql,
  }) => {
    const { owner, receiver, account, endpoint, entries } = await givenPaused(sql, {
      customers: 2,
      each: 3,
      script: ({ sequence, nth }) => (sequence === 1 && nth === 1 ? 422 : 200),
    });
    await owner.resume();
    await expect.poll(account).toMatchObject({ delivered: 3, waiting: 3 });
    expect(await owner.resume({ from: "latest", dry_run: true })).toMatchObject({
      waiting: 3,
      would_send: 1,
      would_skip: 2,
    });
    await owner.resume({ from: "latest" });
    await receiver.untilAccepted(4);
    await expect.poll(account).toMatchObject({ delivered: 4, skipped: 2, waiting: 0 });
    expect(receiver.sequences().at(-1)).toBe(5);
    const event = { endpointId: endpoint.id, eventId: entries[0]?.id ?? "" };
    const explained = await explainEvent(sql, event);
    expect(explained).toMatchObject({ reason_code: "skipped", since: expect.any(String) });
  });
});

describe("an event that its customer's later ones passed", { timeout: 15_000 }, () => {
  test("is skipped with the latest, and can be skipped by itself", async ({ sql }) => {
    const { owner, receiver, account, endpoint, entries } = await givenPaused(sql, {
      customers: 3,
      each: 2,
      script: ({ sequence }) => (sequence === 1 || sequence === 2 || sequence === 6 ? 422 : 200),
      onFailure: "skip",
    });
    await owner.resume();
    await expect.poll(account).toMatchObject({ delivered: 3, waiting: 3 });
    const eventId = entries[0]?.id ?? "";
    const reason = await explainEvent(sql, { endpointId: endpoint.id, eventId });
    expect(reason).toMatchObject({ state: "retrying", reason_code: "retry_scheduled" });
    expect(await owner.skip(eventId)).toMatchObject({ reason_code: "skipped" });

    receiver.script(() => 200);
    expect(await owner.resume({ from: "latest", dry_run: true })).toMatchObject({
      waiting: 2,
      would_send: 1,
      would_skip: 1,
    });
    await owner.resume({ from: "latest" });
    await receiver.untilAccepted(4);
    await expect.poll(account).toMatchObject({ delivered: 4, skipped: 2, waiting: 0 });
    expect(receiver.sequences().at(-1)).toBe(6);
  });

  test("is not sent once it is skipped, when one before it is the newest to go", async ({
    sql,
  }) => {
    const { owner, receiver, account, entries } = await givenPaused(sql, {
      customers: 1,
      each: 2,
      script: () => 422,
      onFailure: "skip",
    });
    await owner.resume();
    await expect.poll(async () => (await sql`select from resends`).count).toBe(2);
    await owner.skip(entries[1]?.id ?? "");
    receiver.script(() => 200);
    await owner.resume({ from: "latest" });
    await expect.poll(account).toMatchObject({ delivered: 1, skipped: 1, waiting: 0 });
    await expect.poll(async () => (await sql`select from lanes`).count).toBe(0);
    expect(receiver.sequences()).toEqual([1]);
  });
});

describe("skipping", { timeout: 15_000 }, () => {
  test("the head of a lane lets the customer's next one go", async ({ sql }) => {
    const { owner, receiver, account, entries } = await givenPaused(sql, {
      customers: 2,
      each: 3,
      script: ({ sequence }) => (sequence === 1 ? 422 : 200),
    });
    await owner.resume();
    await expect.poll(account).toMatchObject({ delivered: 3, waiting: 3 });
    await expect(owner.skip(entries[2]?.id ?? "")).rejects.toMatchObject({
      rule: "event_heads_wait",
    });
    await expect(owner.skip(entries[1]?.id ?? "")).rejects.toMatchObject({
      rule: "event_heads_wait",
    });
    expect(await owner.skip(entries[0]?.id ?? "")).toMatchObject({ reason_code: "skipped" });
    await receiver.untilAccepted(5);
    await expect.poll(account).toMatchObject({ delivered: 5, skipped: 1, waiting: 0 });
    expect(receiver.requests.filter(({ sequence }) => sequence === 1)).toHaveLength(1);
    expectCustomerOrder(receiver.accepted(), entries);
  });

  test("an event that is under way, and arrives, leaves it delivered", async ({ sql }) => {
    const slow = Promise.withResolvers<Answer>();
    const { owner, receiver, account, entries } = await givenPaused(sql, {
      customers: 1,
      each: 3,
      script: ({ sequence, nth }) => {
        if (sequence > 1) return 200;
        return nth === 1 ? 422 : slow.promise;
      },
    });
    await owner.resume();
    await expect.poll(async () => (await sql`select from lanes`).count).toBe(1);
    await sql`update lanes set due_at = now() - interval '1 second'`;
    await receiver.until(({ requests }) => requests.length === 2);
    await owner.skip(entries[0]?.id ?? "");
    slow.resolve(200);
    await receiver.untilAccepted(3);
    await expect.poll(account).toMatchObject({ delivered: 3, skipped: 0, waiting: 0 });
    expect(receiver.sequences()).toEqual([1, 2, 3]);
  });

  test("a failing resend drops it, and does not undo that it was delivered", async ({ sql }) => {
    let isRefusing = false;
    const { owner, receiver, account, entries } = await givenPaused(sql, {
      customers: 1,
      each: 2,
      script: () => (isRefusing ? 422 : 200),
    });
    await owner.resume();
    await receiver.untilAccepted(2);
    await expect.poll(account).toMatchObject({ delivered: 2 });
    isRefusing = true;
    const eventId = entries[0]?.id ?? "";
    expect(await owner.resend(eventId)).toMatchObject({ reason_code: "being_resent", ahead: 0 });
    await expect(owner.resend(eventId)).rejects.toMatchObject({ rule: "event_settled" });
    await receiver.until(({ requests }) => requests.length === 3);
    expect(await owner.skip(eventId)).toMatchObject({ reason_code: "delivered" });
    expect(await account()).toMatchObject({ delivered: 2, skipped: 0, waiting: 0 });
    isRefusing = false;
    await owner.resend(eventId);
    await receiver.untilAccepted(3);
    expect(receiver.sequences()).toEqual([1, 2, 1]);
  });

  test("the newest event leaves the one that comes after it to come", async ({ sql }) => {
    const { owner, receiver, account, append, customers, entries } = await givenPaused(sql, {
      customers: 1,
      each: 1,
      script: ({ sequence }) => (sequence === 1 ? 422 : 200),
    });
    await owner.resume();
    await expect.poll(async () => (await sql`select from lanes`).count).toBe(1);
    await owner.skip(entries[0]?.id ?? "");
    await expect.poll(async () => (await sql`select from lanes`).count).toBe(0);
    await append(customers);
    await receiver.untilAccepted(1);
    await expect.poll(account).toMatchObject({ delivered: 1, skipped: 1, waiting: 0 });
  });

  test("is undone by a resend", async ({ sql }) => {
    const { owner, receiver, account, endpoint, entries } = await givenPaused(sql, {
      customers: 1,
      each: 3,
    });
    await owner.resume({ from: 2 });
    await receiver.untilAccepted(1);
    await expect.poll(account).toMatchObject({ delivered: 1, skipped: 2 });
    await owner.resend(entries[1]?.id ?? "");
    await receiver.untilAccepted(2);
    await expect.poll(account).toMatchObject({ delivered: 2, skipped: 1, waiting: 0 });
    const status = await endpointStatus(sql, { id: endpoint.id, events: null });
    expect(status).toMatchObject({ behind_by: 0 });
  });
});

/** A paused endpoint for which events wait, its owner, and a node. */
async function givenPaused(
  sql: Sql,
  {
    customers: count,
    each,
    script,
    onFailure = "hold",
  }: { customers: number; each: number; script?: Script; onFailure?: "hold" | "skip" },
) {
  const receiver = await givenReceiver(script);
  const organizationId = await givenOrganization(sql);
  const customers = await givenCustomers(sql, organizationId, count);
  const entries = await givenEvents(sql, organizationId, eventsOf(customers, each));
  const endpoint = await givenEndpoint(sql, testSeal, {
    organizationId,
    url: receiver.url,
    on_failure: onFailure,
  });
  const node = createNode(sql);
  const wake = (organizationIds: readonly string[]) => node.wake(organizationIds);
  const owner = ownerOf(sql, testSeal, { ...endpoint, wake });
  await owner.pause();
  await node.start();
  const append = async (of: readonly string[]) => {
    entries.push(...(await givenEvents(sql, organizationId, eventsOf(of, 1))));
    node.wake([organizationId]);
  };
  const account = () => reconcile(sql, endpoint, { from: 1, to: 1_000 });
  return { receiver, endpoint, customers, entries, owner, append, account };
}
