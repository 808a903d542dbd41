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
import { letWaitsEnd } from "../../test/waits.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import type { Script } from "../../test/receiver.ts";
import type { Sql } from "../base/database.ts";
import { newId } from "../base/id.ts";
import type { Replay } from "../contract/resources/replay.ts";
import { insertAttempts } from "../store/attempts.ts";
import { listReplays } from "../store/replays.ts";

/** Replays of what was delivered before, while their owner does this and that. */

describe("a replay of many events", { timeout: 20_000 }, () => {
  test("sends each once and in order, from a bounded queue", async ({ sql }) => {
    const { receiver, owner, entries, replay } = await given(sql, { customers: 30, each: 40 });
    expect(await owner.replay({ from: 101, to: 1100, dry_run: true })).toEqual({
      id: null,
      state: null,
      matched: 1000,
      queued: 1000,
    });
    const { id } = await owner.replay({ from: 101, to: 1100 });
    const longest: number[] = [];
    await receiver.untilAccepted(1);
    await expect
      .poll(
        async () => {
          longest.push((await sql`select from resends`).count);
          return replay();
        },
        { timeout: 15_000 },
      )
      .toMatchObject({ id, state: "done", sent: 1000, remaining: 0 });

    expect(Math.max(...longest)).toBeLessThanOrEqual(500);
    expect(receiver.sequences().toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, index) => 101 + index),
    );
    expectCustomerOrder(receiver.requests, entries);
  });

  test("goes on past a customer whose event fails, whose later ones wait", async ({ sql }) => {
    // However long the others take, its next attempt by itself lets nothing go.
    let isRefusing = true;
    const { receiver, owner, entries, replay } = await given(sql, {
      customers: 4,
      each: 200,
      script: ({ sequence }) => (sequence === 5 && isRefusing ? 422 : 200),
    });
    await owner.replay({ from: 1, to: 800 });
    await receiver.untilAccepted(601);
    await expect.poll(replay).toMatchObject({ sent: 601, remaining: 199, state: "running" });
    isRefusing = false;
    // An attempt that is under way may put the next one off once more.
    const waitEnded = async () => {
      await sql`update resends set due_at = now() - interval '1 second' where sequence = 5`;
      return replay();
    };
    await expect.poll(waitEnded, { timeout: 10_000 }).toMatchObject({ state: "done", sent: 800 });
    expect(receiver.sequences()).toHaveLength(800);
    expectCustomerOrder(receiver.accepted(), entries);
  });

  test("stops when it is cancelled, and what was dead is dead again", async ({ sql }) => {
    const { receiver, owner, endpoint, entries, replay, node } = await given(sql, {
      customers: 10,
      each: 100,
      script: ({ sequence }) => (sequence > 300 ? 422 : 200),
      maxConcurrency: 1,
    });
    const dead = entries[999];
    await sql`
      insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error)
      values (${endpoint.id}, 1000, ${dead?.id ?? ""}, ${dead?.customerId ?? ""}, 10, '422')
    `;
    const { id } = await owner.replay({ from: 901, to: 1000 });
    await receiver.until(({ requests }) => requests.length >= 5);
    await expect.poll(async () => (await sql`select from dead_events`).count).toBe(0);
    const cancelled = await owner.cancelReplay(id ?? "");
    expect(cancelled).toMatchObject({ state: "cancelled", sent: 0, remaining: 100 });
    await expect(owner.cancelReplay(id ?? "")).rejects.toMatchObject({ rule: "replay_running" });

    const rows = await sql`select attempts, last_error from dead_events where skipped_at is null`;
    expect([...rows]).toEqual([{ attempts: 10, last_error: "422" }]);
    await owner.replay({ from: 1, to: 10 });
    await receiver.untilAccepted(10);
    await expect.poll(replay).toMatchObject({ state: "done", sent: 10 });
    await node.stop();
    expect(receiver.sequences()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await sql`select from resends`).count).toBe(0);
  });

  test("keeps to a filter that becomes narrower, and stands still while paused", async ({
    sql,
  }) => {
    const { receiver, owner, replay } = await given(sql, { customers: 10, each: 120 });
    await owner.pause();
    await owner.replay({ from: 1, to: 1200 });
    await owner.update({ events: ["update_note"] });
    await owner.resume();
    await expect.poll(replay, { timeout: 10_000 }).toMatchObject({ state: "done", sent: 0 });
    expect(receiver.requests).toEqual([]);
  });

  test("ends where the cursor is moved back to, for the rest comes by itself", async ({ sql }) => {
    const { receiver, owner, entries, replay } = await given(sql, { customers: 10, each: 120 });
    await owner.pause();
    await owner.replay({ from: 1, to: 1200 });
    await owner.resume({ from: 1000 });
    await receiver.untilAccepted(1200);
    await expect.poll(replay, { timeout: 10_000 }).toMatchObject({ state: "done", sent: 1000 });
    const [replayed, live] = [true, false].map((is) =>
      receiver.requests.filter(({ headers }) => "heliograph-replay" in headers === is),
    );
    expectCustomerOrder(replayed ?? [], entries);
    expectCustomerOrder(live ?? [], entries);
    expect(new Set(receiver.sequences()).size).toBe(1200);
    expect(receiver.requests).toHaveLength(1200);
  });

  test("leaves out what waited when it was asked for, though it arrives before", async ({
    sql,
  }) => {
    const { receiver, owner, replay, append } = await given(sql, {
      customers: 2,
      each: 10,
      script: ({ sequence, nth }) => (sequence === 21 && nth === 1 ? 422 : 200),
    });
    await append(2);
    await expect.poll(async () => (await sql`select from lanes`).count).toBe(1);
    await receiver.untilAccepted(2);
    await owner.pause();
    const range = { from: 1, to: 1_000 };
    const plan = { matched: 24, queued: 22 };
    // What was delivered is written down a moment later; until then it is not counted.
    await expect.poll(() => owner.replay({ ...range, dry_run: true })).toMatchObject(plan);
    expect(await owner.replay(range)).toMatchObject(plan);
    await append(1);
    await letWaitsEnd(sql);
    await owner.resume();
    await expect.poll(replay, { timeout: 10_000 }).toMatchObject({ state: "done", sent: 22 });
    await receiver.untilAccepted(2 + 2 + 22 + 2);
    const counts = Map.groupBy(receiver.accepted(), ({ sequence }) => sequence);
    expect([21, 23, 25, 26].map((sequence) => counts.get(sequence)?.length)).toEqual([1, 1, 1, 1]);
    expect([22, 24].map((sequence) => counts.get(sequence)?.length)).toEqual([2, 2]);
  });

  test("ends with what there is, however far it is asked to go", async ({ sql }) => {
    const { receiver, owner, endpoint } = await given(sql, { customers: 1, each: 3 });
    const far = Number.MAX_SAFE_INTEGER;
    expect(await owner.replay({ from: 1, to: far })).toMatchObject({ matched: 3, queued: 3 });
    expect(await owner.replay({ from: 7, to: far })).toMatchObject({ matched: 0, state: "done" });
    await receiver.untilAccepted(3);
    const listed = () => listReplays(sql, { endpointId: endpoint.id, page: { limit: 10 } });
    await expect
      .poll(async () => (await listed()).map(({ to, state }) => [to, state]))
      .toEqual([
        [7, "done"],
        [3, "done"],
      ]);
  });

  test("waits for the one before it", async ({ sql }) => {
    const { receiver, owner, endpoint } = await given(sql, { customers: 1, each: 20 });
    await owner.pause();
    await owner.replay({ from: 11, to: 20 });
    await owner.replay({ from: 1, to: 15 });
    await owner.resume();
    await receiver.untilAccepted(20);
    const listed = () => listReplays(sql, { endpointId: endpoint.id, page: { limit: 10 } });
    const states = async () => (await listed()).map(({ state }) => state);
    await expect.poll(states).toEqual(["done", "done"]);
    expect((await listed()).map(({ matched, queued }) => [matched, queued])).toEqual([
      [15, 15],
      [10, 10],
    ]);
    expect(new Set(receiver.sequences()).size).toBe(20);
  });
});

interface Given {
  readonly customers: number;
  readonly each: number;
  readonly script?: Script;
  readonly maxConcurrency?: number;
}

/** An endpoint to which all of its feed was delivered, by the log, and a node that serves it. */
async function given(sql: Sql, wanted: Given) {
  const receiver = await givenReceiver(wanted.script);
  const organizationId = await givenOrganization(sql);
  const customers = await givenCustomers(sql, organizationId, wanted.customers);
  const entries = await givenEvents(sql, organizationId, eventsOf(customers, wanted.each));
  const endpoint = await givenEndpoint(sql, testSeal, {
    organizationId,
    url: receiver.url,
    cursor: entries.length,
    max_concurrency: wanted.maxConcurrency ?? 10,
  });
  await sql`update endpoints set chain_start = 0`;
  await insertAttempts(
    sql,
    entries.map(({ id, sequence, customerId, type }) => ({
      id: newId("att"),
      endpoint_id: endpoint.id,
      event_id: id,
      event_type: type,
      sequence,
      customer_id: customerId,
      attempt: 1,
      kind: "delivery" as const,
      outcome: "delivered" as const,
      status_code: 200,
      error: null,
      response_snippet: "",
      duration_ms: 1,
      attempted_at: new Date().toISOString(),
      fence: 0,
    })),
  );
  const node = createNode(sql);
  await node.start();
  const wake = (organizationIds: readonly string[]) => node.wake(organizationIds);
  const owner = ownerOf(sql, testSeal, { ...endpoint, wake });
  const replay = async (): Promise<Replay | undefined> => {
    const [newest] = await listReplays(sql, { endpointId: endpoint.id, page: { limit: 1 } });
    return newest;
  };
  const append = async (each: number) => {
    entries.push(...(await givenEvents(sql, organizationId, eventsOf(customers, each))));
    node.wake([organizationId]);
  };
  return { receiver, organizationId, endpoint, entries, node, owner, replay, append };
}
