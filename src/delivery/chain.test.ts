import fc from "fast-check";
import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { createNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  ownerOf,
  type GivenEntry,
} from "../../test/feedFixture.ts";
import { letWaitsEnd } from "../../test/waits.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import type { Received } from "../../test/receiver.ts";
import type { Sql } from "../base/database.ts";
import type { EventType } from "../contract/catalogue.ts";
import { manifestOf } from "../receiver/index.ts";
import { openManifest } from "../store/manifests.ts";
import { reconcile } from "../store/reconcile.ts";

/**
 * What a receiver can tell from `heliograph-previous`, against the feed as it is stored: while events come, some fail,
 * some are replayed, and the owner changes the filter or the cursor between.
 */

const types = ["new_note", "update_note", "new_customer"] as const satisfies EventType[];
const customerCount = 4;

/** One round: what happens, and then how its owner goes on. */
const rounds = fc.array(
  fc.record({
    events: fc.array(
      fc.record({ customer: fc.nat(customerCount - 1), type: fc.constantFrom(...types) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    ),
    failing: fc.integer({ min: 2, max: 9 }),
    replay: fc.boolean(),
    goOn: fc.oneof(
      fc.record({ filter: fc.option(fc.subarray([...types], { minLength: 1 })) }),
      fc.record({ position: fc.nat(100) }),
      fc.constant({ latest: true }),
      fc.constant({}),
    ),
  }),
  { minLength: 2, maxLength: 4 },
);

describe("the chain", () => {
  test(
    "leads through exactly what matches, and shows every gap",
    { timeout: 60_000 },
    async ({ sql }) => {
      const run = fc.asyncProperty(rounds, async (story) => {
        const world = await given(sql);
        for (const round of story) {
          const { chainStart, filter, requests } = await world.play(round);
          const matching = world.entries
            .filter(
              ({ sequence, type }) => sequence > chainStart && (filter?.includes(type) ?? true),
            )
            .map(({ sequence }) => sequence);
          expectTrue(requests, matching);
          expectGapsShow(requests, matching);
          await world.goOn(round.goOn);
        }
        await world.expectManifest();
        await world.stop();
      });
      await fc.assert(run, { numRuns: 5, endOnFailure: true });
    },
  );
});

/** Each names the matching entry before it, or none at the start of the chain and before that. */
function expectTrue(requests: readonly Received[], matching: readonly number[]): void {
  for (const request of requests) {
    const before = matching.findLast((sequence) => sequence < request.sequence);
    expect([request.sequence, previousOf(request)]).toEqual([request.sequence, before ?? null]);
  }
}

/** From any delivery of the chain back, whichever one was lost on the way is missed. */
function expectGapsShow(requests: readonly Received[], matching: readonly number[]): void {
  const chained = requests.filter(({ sequence }) => matching.includes(sequence));
  const links = new Map(chained.map((request) => [request.sequence, previousOf(request)]));
  const newest = Math.max(...links.keys());
  for (const lost of matching.filter((sequence) => sequence < newest)) {
    const got = new Map([...links].filter(([sequence]) => sequence !== lost));
    const missed = [...got.values()].filter((previous) => previous !== null && !got.has(previous));
    const first = Math.min(...missed.map(Number), newest);
    expect(first, `nobody misses ${lost}`).toBeLessThan(newest);
  }
}

const previousOf = ({ headers }: Received) => {
  const previous = headers["heliograph-previous"];
  return previous === undefined ? null : Number(previous);
};

type Round = typeof rounds extends fc.Arbitrary<(infer R)[]> ? R : never;

/** An endpoint, its owner, a receiver that refuses some events at first, and a node. */
async function given(sql: Sql) {
  const receiver = await givenReceiver();
  const organizationId = await givenOrganization(sql);
  const customers = await givenCustomers(sql, organizationId, customerCount);
  const endpoint = await givenEndpoint(sql, testSeal, { organizationId, url: receiver.url });
  const entries: GivenEntry[] = [];
  const node = createNode(sql);
  await node.start();
  const wake = (organizationIds: readonly string[]) => node.wake(organizationIds);
  const owner = ownerOf(sql, testSeal, { ...endpoint, wake });
  let checked = 0;
  let filter: readonly string[] | null = null;

  async function settle(): Promise<void> {
    const left = async () => {
      await letWaitsEnd(sql);
      await sql`update resends set due_at = now() - interval '1 second'`;
      const { waiting } = await reconcile(sql, endpoint, { from: 1, to: 1_000 });
      const replays = await sql`select from replays where state = 'running'`;
      return waiting + replays.count;
    };
    await expect.poll(left, { timeout: 15_000 }).toBe(0);
  }

  return {
    entries,
    async play({ events, failing, replay }: Round) {
      receiver.script(({ sequence, nth }) =>
        sequence % failing === 0 && nth % 2 === 1 ? 422 : 200,
      );
      const added = events.map(({ customer, type }) => ({
        customerId: customers[customer] ?? "",
        type,
      }));
      entries.push(...(await givenEvents(sql, organizationId, added)));
      node.wake([organizationId]);
      if (replay) await owner.replay({ from: 1, to: entries.length });
      await settle();
      const [row] = await sql<{ chain_start: number }[]>`
        select chain_start from endpoints where id = ${endpoint.id}
      `;
      const requests = receiver.requests.slice(checked);
      checked = receiver.requests.length;
      return { chainStart: row?.chain_start ?? 0, filter, requests };
    },
    async goOn(how: Round["goOn"]) {
      if ("filter" in how) {
        filter = how.filter;
        await owner.update({ events: how.filter });
      }
      if ("position" in how) await owner.resume({ from: Math.min(how.position, entries.length) });
      if ("latest" in how) await owner.resume({ from: "latest" });
    },
    async expectManifest() {
      const open = await openManifest(sql, endpoint.id);
      if (!open) return;
      const held = entries.filter(
        ({ sequence, type }) =>
          sequence >= open.from && sequence <= open.to && (open.events?.includes(type) ?? true),
      );
      expect(open).toMatchObject(await manifestOf(held));
    },
    stop: () => node.stop(),
  };
}
