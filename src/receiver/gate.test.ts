import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chainOf,
  deliveryOf,
  madeFeed,
  secret,
  sourceOf,
  type MadeEvent,
} from "../../test/receiverKit/deliveries.ts";
import { memoryInbox, receiver, type Gap, type GateOptions } from "./index.ts";

const types = ["new_note", "update_note", "new_customer"];

/** A feed of a few customers, its filter, and in which order what of it comes, some more than once. */
const story = fc
  .record({
    entries: fc.array(
      fc.record({ customer: fc.integer({ min: 1, max: 3 }), type: fc.constantFrom(...types) }),
      { minLength: 1, maxLength: 12 },
    ),
    filter: fc.option(fc.subarray(types, { minLength: 1 })),
    atOnce: fc.boolean(),
  })
  .chain(({ entries, ...rest }) => {
    const feed = madeFeed(entries);
    const chain = chainOf(feed, rest.filter);
    const all = [...chain.keys()];
    return fc.record({
      feed: fc.constant(feed),
      chain: fc.constant(chain),
      filter: fc.constant(rest.filter),
      atOnce: fc.constant(rest.atOnce),
      arrivals: fc.shuffledSubarray([...all, ...all], { minLength: 0 }),
      whole: fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
    });
  });

interface Played {
  readonly handled: MadeEvent[];
  readonly gaps: Gap[];
  readonly outcomes: string[];
}

/** Delivers parts of a chain in an order, and lets the receiver come to rest. */
async function play(
  chain: ReturnType<typeof chainOf>,
  order: readonly number[],
  { gate, atOnce = false }: { gate: GateOptions; atOnce?: boolean },
): Promise<Played> {
  const handled: MadeEvent[] = [];
  const hooks = receiver({
    secret,
    inbox: memoryInbox(),
    gate,
    on: {},
    otherwise: async (event) => {
      await Promise.resolve();
      handled.push(event as unknown as MadeEvent);
    },
  });
  const outcomes: string[] = [];
  const deliver = async (index: number) => {
    const { event, previous } = chain[index] ?? chain[0] ?? never();
    const { outcome, status } = await hooks.receive(await deliveryOf(event, { previous }));
    expect(status).toBeLessThan(300);
    outcomes.push(outcome);
  };
  if (atOnce) await Promise.all(order.map(deliver));
  else for (const index of order) await deliver(index);
  await hooks.resume();
  const gaps = await hooks.gaps();
  await hooks.stop();
  return { handled, gaps, outcomes };
}

function never(): never {
  throw new Error("There is no such event");
}

function expectOnceInOrder(handled: readonly MadeEvent[], expected: readonly MadeEvent[]): void {
  const ids = (events: readonly MadeEvent[]) => events.map(({ id }) => id);
  expect(ids(handled).toSorted()).toEqual(ids(expected).toSorted());
  for (const own of Map.groupBy(handled, ({ data }) => data.customer.id).values()) {
    expect(own.map(({ sequence }) => sequence)).toEqual(
      own.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
    );
  }
}

describe("the gate", () => {
  test("handles each event once and in its customer's order, however they come", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ chain, arrivals, whole, atOnce }) => {
        const gate = { from: 0, graceMs: 1e9 };
        const order = [...arrivals, ...whole];
        const { handled, gaps } = await play(chain, order, { gate, atOnce });
        expectOnceInOrder(
          handled,
          chain.map(({ event }) => event),
        );
        expect(gaps).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("fetches what does not come, and handles it in order", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ feed, chain, filter, arrivals, atOnce }) => {
        const gate = {
          from: 0,
          graceMs: 0,
          endpoint: "end_1",
          source: sourceOf(feed, { types: filter, pageSize: 3 }),
        };
        const { handled, gaps } = await play(chain, arrivals, { gate, atOnce });
        const last = Math.max(0, ...arrivals.map((index) => chain[index]?.event.sequence ?? 0));
        const expected = chain.map(({ event }) => event).filter(({ sequence }) => sequence <= last);
        expectOnceInOrder(handled, expected);
        expect(gaps).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("tells once of what is no longer kept, fetches the rest, and goes on in order", async () => {
    const dropping = fc.tuple(story, fc.integer({ min: 0, max: 12 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(dropping, async ([told, keptAfter, isNamed]) => {
        const { feed, chain, filter } = told;
        // What is dropped comes no more: nothing that was told to be lost comes after all.
        const arrivals = [...new Set(told.arrivals)].toSorted((a, b) => a - b);
        const lost: Gap[] = [];
        const gate = {
          from: 0,
          graceMs: 0,
          source: sourceOf(feed, { types: filter, pageSize: 3, keptAfter }),
          onGap: (gap: Gap) => lost.push(gap),
          ...(isNamed ? { endpoint: "end_1" } : { events: filter ?? types }),
        };
        const { handled, gaps } = await play(chain, arrivals, { gate });
        expect(gaps).toEqual(lost);
        const came = arrivals.map((index) => chain[index]?.event ?? never());
        const [first, last] = [came[0]?.sequence ?? 0, came.at(-1)?.sequence ?? 0];
        const fetched = chain
          .map(({ event }) => event)
          .filter(({ sequence }) => sequence > keptAfter && sequence < last);
        expectOnceInOrder(handled, [...new Set([...came, ...fetched])]);
        // What is neither here nor told of lies before all that was read.
        const here = new Set(handled.map(({ sequence }) => sequence));
        for (const { event } of chain) {
          const { sequence } = event;
          if (sequence < first || sequence > last || here.has(sequence)) continue;
          const of = lost.filter(({ after, to }) => after < sequence && to >= sequence);
          expect(of).toHaveLength(1);
        }
        for (const { to } of lost) expect(here).not.toContain(to);
      }),
      { numRuns: 300 },
    );
  });

  test("reports a gap that nothing fills, and goes on in order", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ chain, arrivals, atOnce }) => {
        const lost: Gap[] = [];
        const gate = { from: 0, graceMs: 0, onGap: (gap: Gap) => lost.push(gap) };
        const { handled, gaps } = await play(chain, arrivals, { gate, atOnce });
        const came = [...new Set(arrivals)].map((index) => chain[index]?.event ?? never());
        const ids = (events: readonly MadeEvent[]) => events.map(({ id }) => id).toSorted();
        expect(ids(handled)).toEqual(ids(came));
        expect(gaps.filter(({ state }) => state === "open")).toEqual([]);
        const here = new Set(came.map(({ sequence }) => sequence));
        const late = chain.filter(({ event }) => here.has(event.sequence));
        // Each event whose predecessor never came has told of it.
        for (const { event, previous } of late) {
          if (previous === null || here.has(previous)) continue;
          expect(lost.map(({ at }) => at)).toContain(event.sequence);
        }
      }),
    );
  });

  test("waits only for what may be of the same customer", async () => {
    const chain = chainOf(madeFeed([1, 2, 1, 2, 3].map((customer) => ({ customer }))));
    // The second is missing: customers 1 and 3 have no hole in their own numbers, customer 2 has.
    const { handled, gaps, outcomes } = await play(chain, [0, 2, 3, 4], {
      gate: { from: 0, graceMs: 1e9 },
    });
    expect(handled.map(({ sequence }) => sequence)).toEqual([1, 3, 5]);
    expect(outcomes).toEqual(["handled", "handled", "stored", "handled"]);
    expect(gaps).toMatchObject([{ at: 3, after: 1, to: 2, state: "open", reason: null }]);
  });

  test("does not fetch what the endpoint's owner skips", async () => {
    const feed = madeFeed([1, 1, 1, 1].map((customer) => ({ customer })));
    const gate = {
      from: 0,
      graceMs: 0,
      endpoint: "end_1",
      source: sourceOf(feed, { skipped: [2] }),
    };
    const { handled, gaps } = await play(chainOf(feed), [0, 3], { gate });
    expect(handled.map(({ sequence }) => sequence)).toEqual([1, 3, 4]);
    expect(gaps).toEqual([]);
  });

  test("tells of what is gone from the feed", async () => {
    const feed = madeFeed([1, 1, 1].map((customer) => ({ customer })));
    const source = sourceOf(feed.filter(({ sequence }) => sequence !== 2));
    const { handled, gaps } = await play(chainOf(feed), [0, 2], {
      gate: { from: 0, graceMs: 0, source },
    });
    expect(handled.map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(gaps).toMatchObject([
      { at: 3, after: 1, to: 2, state: "lost", reason: "The feed gave nothing at position 2" },
    ]);
  });

  test("begins with the first delivery unless told, and does not take a replay for it", async () => {
    const chain = chainOf(madeFeed([1, 1, 1, 1, 1, 1].map((customer) => ({ customer }))));
    const handled: number[] = [];
    const hooks = receiver({
      secret,
      inbox: memoryInbox(),
      gate: { graceMs: 1e9 },
      on: { new_note: ({ sequence }) => handled.push(sequence) },
    });
    const send = async (index: number, isReplay = false) => {
      const { event, previous } = chain[index] ?? never();
      return (await hooks.receive(await deliveryOf(event, { previous, isReplay }))).outcome;
    };
    expect(await send(0, true)).toBe("handled");
    expect(await send(4)).toBe("handled");
    expect(await hooks.gaps()).toEqual([]);
    expect(await send(5)).toBe("handled");
    expect(await send(5, true)).toBe("duplicate");
    expect(handled).toEqual([1, 5, 6]);
    await hooks.stop();
  });

  test("asks a source that failed again, and holds what waits for it", async () => {
    const feed = madeFeed([1, 1, 1].map((customer) => ({ customer })));
    const working = sourceOf(feed);
    let isDown = true;
    const source = {
      ...working,
      events: {
        list: (query: { after?: number }) =>
          isDown ? Promise.reject(new Error("down")) : working.events.list(query),
      },
    };
    const errors: unknown[] = [];
    const handled: number[] = [];
    const hooks = receiver({
      secret,
      inbox: memoryInbox(),
      gate: { from: 0, graceMs: 0, source },
      onError: (error, { during }) => errors.push([during, String(error)]),
      on: { new_note: ({ sequence }) => handled.push(sequence) },
    });
    const { event, previous } = chainOf(feed)[2] ?? never();
    await hooks.receive(await deliveryOf(event, { previous }));
    await hooks.resume();
    expect(errors).toEqual([["fetching", "Error: down"]]);
    expect(handled).toEqual([]);
    isDown = false;
    await expect.poll(() => handled).toEqual([1, 2, 3]);
    await hooks.stop();
  });

  test("catches up from a position", async () => {
    const feed = madeFeed([1, 2, 1, 2, 1].map((customer) => ({ customer })));
    const handled: number[] = [];
    const hooks = receiver({
      secret,
      inbox: memoryInbox(),
      gate: { source: sourceOf(feed, { pageSize: 2 }) },
      on: { new_note: ({ sequence }, { via }) => handled.push(via === "pull" ? sequence : 0) },
    });
    expect(await hooks.catchUp({ from: 2 })).toEqual({ fetched: 3, position: 5 });
    expect(await hooks.catchUp()).toEqual({ fetched: 0, position: 5 });
    expect(handled.toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
    expect(await hooks.catchUp({ from: 0 })).toEqual({ fetched: 2, position: 5 });
    expect(handled.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    await hooks.stop();
  });
});
