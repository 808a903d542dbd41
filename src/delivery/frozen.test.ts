import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { givenNode, givenProcess, givenReceiver } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import { letWaitsEnd } from "../../test/waits.ts";
import { transaction, type Sql } from "../base/database.ts";
import { reconcile } from "../store/reconcile.ts";

/** What a process cannot know of: it stood still while its lease ran out and another took over. */
describe("a process that was frozen and wakes", () => {
  test("writes back nothing", async ({ sql, database }) => {
    const answered = Promise.withResolvers<void>();
    const receiver = await givenReceiver(async ({ sequence, nth }) => {
      if (sequence > 1 || nth > 1) return 200;
      await answered.promise;
      return 422; // for which it would make a lane, and so hold up all that comes after
    });
    const endpoint = await givenFeed(sql, receiver.url, 2);
    const frozen = await givenProcess(database, "node_frozen");
    await receiver.until(({ requests }) => requests.length === 1);
    frozen.freeze();
    await takeOver(sql);
    await receiver.until(({ requests }) => requests.length === 2);
    answered.resolve();
    await receiver.untilAccepted(2);
    const before = await endpointRow(sql);
    await wakes(frozen, sql);

    expect(receiver.requests.map(({ sequence }) => sequence)).toEqual([1, 1, 2]);
    expect(await sql`select from lanes`).toEqual([]);
    expect(await endpointRow(sql)).toEqual(before);
    expect(await reconcile(sql, endpoint, { from: 1, to: 2 })).toMatchObject({ delivered: 2 });
  });

  test("does not send what it was about to send", async ({ sql, database }) => {
    const receiver = await givenReceiver(({ sequence, nth }) =>
      sequence === 1 && nth <= 2 ? 422 : 200,
    );
    await givenFeed(sql, receiver.url, 2);
    // With one connection its second look-up is prepared already: the answer comes in one piece.
    const frozen = await givenProcess(database, "node_frozen", 1);
    await laneLike(sql, { attempts: 1 });
    await letWaitsEnd(sql);
    await laneLike(sql, { attempts: 2 });
    // It looks up what the lane sends next, and stands still while the answer is on its way.
    await transaction(sql, async (tx) => {
      await tx`lock table events in access exclusive mode`;
      await letWaitsEnd(sql);
      await expect.poll(() => isWaiting(sql, "node_frozen")).toBe(true);
      frozen.freeze();
    });
    await expect.poll(() => isWaiting(sql, "node_frozen")).toBe(false);
    await takeOver(sql);
    await receiver.untilAccepted(2);
    await wakes(frozen, sql);

    expect(receiver.requests.map(({ sequence }) => sequence)).toEqual([1, 1, 1, 2]);
  });
});

async function givenFeed(sql: Sql, url: string, events: number) {
  const organizationId = await givenOrganization(sql);
  const endpoint = await givenEndpoint(sql, testSeal, { organizationId, url });
  await givenEvents(
    sql,
    organizationId,
    eventsOf(await givenCustomers(sql, organizationId, 1), events),
  );
  return endpoint;
}

const laneLike = (sql: Sql, lane: object) =>
  expect.poll(() => sql`select attempts from lanes`).toEqual([lane]);

/** Another node takes over as soon as the lease has run out, by everybody's clock. */
const takeOver = (sql: Sql) => givenNode(sql, { nodeId: "node_next" });

async function endpointRow(sql: Sql) {
  await expect.poll(async () => (await sql`select cursor from endpoints`)[0]?.["cursor"]).toBe(2);
  return sql`select node, fence, cursor, state from endpoints`;
}

/** Resolves when a process that was woken has looked round. */
async function wakes(frozen: { wake(): void }, sql: Sql): Promise<void> {
  const read = async () =>
    (await sql`select alive_until from nodes where id = 'node_frozen'`)[0]?.["alive_until"];
  const before = await read();
  frozen.wake();
  await expect.poll(read).not.toBe(before);
}

/** Whether a statement of a node waits for a lock. */
const isWaiting = async (sql: Sql, name: string) =>
  (
    await sql`
      select from pg_stat_activity
      where application_name = ${name} and datname = current_database() and wait_event_type = 'Lock'
    `
  ).count > 0;
