import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { receiver, type Receiver } from "../../src/receiver/index.ts";
import type { ReceiverOptions } from "../../src/receiver/options.ts";
import { test as databaseTest } from "../database.ts";
import { drivers, openDatabase, type Place, type ReceiverDatabase } from "./databases.ts";
import { chainOf, deliveryOf, madeFeed, secret, sourceOf, type MadeEvent } from "./deliveries.ts";

interface Fixtures {
  readonly place: Place;
  /** Opens databases and makes receivers that are closed when the test ends. */
  readonly open: (
    driver: (typeof drivers)[number],
    prefix?: string,
    role?: string,
  ) => Promise<ReceiverDatabase>;
  readonly make: (
    database: ReceiverDatabase,
    options?: Partial<ReceiverOptions<unknown>>,
  ) => Receiver;
}

const test = databaseTest.extend<Fixtures>({
  place: async ({ database }, use) => {
    const directory = await mkdtemp(join(tmpdir(), "heliograph-inbox-"));
    await use({ database, directory });
    await rm(directory, { recursive: true, force: true });
  },
  open: async ({ place }, use) => {
    const opened: ReceiverDatabase[] = [];
    await use(async (driver, prefix, role) => {
      const one = await openDatabase[driver](place, prefix, role);
      opened.push(one);
      return one;
    });
    for (const one of opened) await one.close().catch(() => undefined); // some are closed by their test
  },
  // oxlint-disable-next-line no-empty-pattern -- the runner wants a pattern here
  make: async ({}, use) => {
    const made: Receiver[] = [];
    await use((database, options = {}) => {
      const hooks = receiver({
        secret,
        inbox: database.inbox,
        pollMs: 1e9,
        onError: () => undefined, // failures that are meant
        on: { new_note: async ({ id }, { tx }) => database.note(tx, id) },
        ...options,
      });
      made.push(hooks);
      return hooks;
    });
    for (const hooks of made) await hooks.stop({ withinMs: 2_000 });
  },
});

const feedOf = (...customers: number[]) => madeFeed(customers.map((customer) => ({ customer })));

async function send(hooks: Receiver, event: MadeEvent, previous: number | null = null) {
  const { status, outcome } = await hooks.receive(await deliveryOf(event, { previous }));
  return `${status} ${outcome}`;
}

/** A handler that waits to be let go. */
function gated() {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: left, resolve: letGo } = Promise.withResolvers<void>();
  return { entered, enter, left, letGo };
}

describe("an inbox", () => {
  test("needs no right to make tables that are there", async ({ open, make, sql }) => {
    const database = await open("pg");
    await database.inbox.migrate();
    await sql`revoke create on schema public from public`;
    await sql`grant select, insert, update on all tables in schema public to pg_monitor`;
    await sql`grant usage on all sequences in schema public to pg_monitor`;
    await sql`alter table receiver_notes owner to pg_monitor`;
    // A role that every server has: one of our own would outlive the test's database.
    const guest = await open("pg", "kit_", "pg_monitor");
    const [event] = feedOf(1) as [MadeEvent];
    expect(await send(make(guest), event)).toBe("200 handled");
  });
});

describe.for(drivers)("an inbox by %s", (driver) => {
  test("handles an event once, also when copies come to two processes at once", async ({
    open,
    make,
  }) => {
    const databases = [await open(driver), await open(driver)] as const;
    const processes = databases.map((database) => make(database));
    const feed = feedOf(1, 2, 1, 3, 1);
    const copies = feed.flatMap((event) =>
      processes.flatMap((hooks) => [send(hooks, event), send(hooks, event)]),
    );
    const outcomes = await Promise.all(copies);

    expect(outcomes.filter((outcome) => outcome === "200 handled")).toHaveLength(5);
    expect(new Set(outcomes)).toEqual(new Set(["200 handled", "200 duplicate"]));
    expect((await databases[0].notes()).toSorted()).toEqual(feed.map(({ id }) => id));
    const [hooks] = processes;
    const [first] = feed;
    expect(hooks && first && (await send(hooks, first))).toBe("200 duplicate");
  });

  test("undoes what a failed handler wrote, tries again, and sets poison aside", async ({
    open,
    make,
  }) => {
    const database = await open(driver);
    const told: unknown[] = [];
    const tries: number[] = [];
    const isPoison = { value: true };
    const hooks = make(database, {
      maxTries: 3,
      retryAfterMs: () => 0,
      gate: { from: 0 },
      onError: (error, context) => told.push([String(error), context]),
      on: {
        async new_note({ id }, { tx, attempt }) {
          await database.note(tx, id);
          tries.push(attempt);
          if (id === "evt_000001" && isPoison.value) throw new Error("no");
        },
      },
    });
    const [bad, later, other] = feedOf(1, 1, 2) as [MadeEvent, MadeEvent, MadeEvent];

    expect(await send(hooks, bad)).toBe("202 stored");
    expect(tries).toEqual([1, 2, 3]);
    expect(told.at(-1)).toEqual([
      "Error: no",
      { during: "handling", id: bad.id, type: "new_note", tries: 3, isSetAside: true },
    ]);
    expect(await database.notes()).toEqual([]);
    expect(await send(hooks, bad)).toBe("202 stored");
    expect(await send(hooks, later, 1)).toBe("202 stored"); // held
    expect(await send(hooks, other, 2)).toBe("200 handled");
    await hooks.resume();
    expect(await database.notes()).toEqual([other.id]);
    expect(await database.inbox.list({ state: "poison" })).toMatchObject([
      { id: bad.id, tries: 3, error: expect.stringContaining("Error: no"), via: "delivery" },
    ]);

    isPoison.value = false;
    expect(await database.inbox.retry(bad.id)).toBe(true);
    expect(await database.inbox.retry("evt_unknown")).toBe(false);
    await hooks.resume();
    expect(await database.notes()).toEqual([other.id, bad.id, later.id]);
    expect(await send(hooks, bad)).toBe("200 duplicate");
  });

  test("lets a customer's later events pass poison where that is wished", async ({
    open,
    make,
  }) => {
    const database = await open(driver);
    const hooks = make(database, {
      maxTries: 1,
      onPoison: "pass",
      on: {
        async new_note({ id, sequence }, { tx }) {
          await database.note(tx, id);
          if (sequence === 1) throw new Error("no");
        },
      },
    });
    const feed = feedOf(1, 1);
    for (const event of feed) await send(hooks, event);
    expect(await database.notes()).toEqual(["evt_000002"]);
  });

  test("answers within the deadline, and goes on behind the answer", async ({ open, make }) => {
    const database = await open(driver);
    const { entered, enter, left, letGo } = gated();
    const hooks = make(database, {
      deadlineMs: 1_000,
      on: {
        async new_note({ id }, { tx }) {
          enter();
          await left;
          await database.note(tx, id);
        },
      },
    });
    const [event] = feedOf(1) as [MadeEvent];
    await hooks.start();
    const answer = send(hooks, event);
    await entered;
    expect(await answer).toBe("202 stored");
    letGo();
    await expect.poll(() => database.notes()).toEqual([event.id]);
    expect(await send(hooks, event)).toBe("200 duplicate");
  });

  test("takes up what another process has left, and counts tries that ended a process", async ({
    open,
    make,
  }) => {
    const database = await open(driver);
    const { inbox } = database;
    await inbox.migrate();
    const feed = feedOf(1, 1, 2);
    const arrivals = feed.map((event) => ({
      id: event.id,
      type: event.type,
      lane: event.data.customer.id,
      sequence: event.sequence,
      customerSequence: event.customer_sequence,
      previous: null,
      isReplay: false,
      via: "delivery" as const,
      body: JSON.stringify(event),
      receivedAtMs: Date.now(),
    }));
    await inbox.record(arrivals, null); // and then it was killed
    for (let n = 0; n < 2; n += 1) {
      // As often as its handler took the process with it.
      await inbox.inLane("cus_2", true, (work) => work.noteTry("evt_000003"));
    }
    const attempts: number[] = [];
    const hooks = make(database, {
      on: {
        async new_note({ id }, { tx, attempt }) {
          attempts.push(attempt);
          await database.note(tx, id);
        },
      },
    });
    await hooks.resume();
    expect((await database.notes()).toSorted()).toEqual(feed.map(({ id }) => id));
    expect(attempts.toSorted((a, b) => a - b)).toEqual([1, 1, 3]);
  });

  test("keeps what nobody handles, and hands it over when somebody does", async ({
    open,
    make,
  }) => {
    const database = await open(driver);
    const [event] = madeFeed([{ customer: 1, type: "an_event_of_tomorrow" }]) as [MadeEvent];
    const before = make(database);
    expect(await send(before, event)).toBe("200 kept");
    await before.stop();
    expect(await database.inbox.list({ state: "kept" })).toMatchObject([
      { id: event.id, type: "an_event_of_tomorrow", body: JSON.stringify(event) },
    ]);
    const hooks = make(database, {
      otherwise: async ({ id }, { tx }) => database.note(tx, id),
    });
    expect(await send(hooks, event)).toBe("200 duplicate");
    await database.inbox.retry(event.id);
    await hooks.resume();
    expect(await database.notes()).toEqual([event.id]);
  });

  test("forgets bodies, but not that they came", async ({ open, make }) => {
    const database = await open(driver);
    const hooks = make(database);
    const [event] = feedOf(1) as [MadeEvent];
    await send(hooks, event);
    expect(await database.inbox.forget(new Date(Date.now() - 60_000))).toBe(0);
    expect(await database.inbox.forget(new Date(Date.now() + 1))).toBe(1);
    expect(await database.inbox.find(event.id)).toMatchObject({ body: null, state: "handled" });
    expect(await database.inbox.retry(event.id)).toBe(false);
    expect(await send(hooks, event)).toBe("200 duplicate");
    expect(await database.notes()).toEqual([event.id]);
  });

  test("survives that its connection breaks off in the middle of a handler", async ({
    open,
    make,
  }) => {
    const database = await open(driver);
    const { entered, enter, left, letGo } = gated();
    let runs = 0;
    const hooks = make(database, {
      retryAfterMs: () => 0,
      on: {
        async new_note({ id }, { tx }) {
          runs += 1;
          await database.note(tx, id);
          enter();
          await left;
          await database.note(tx, `${id} again`);
        },
      },
    });
    const [event] = feedOf(1) as [MadeEvent];
    const answer = send(hooks, event);
    await entered;
    await database.cut();
    letGo();
    await answer;
    await hooks.resume();
    await expect.poll(() => database.notes()).toEqual([event.id, `${event.id} again`]);
    expect(runs).toBe(driver.includes("sqlite") ? 1 : 2);
  });

  test("gates as in memory: any order, copies and losses", async ({ open, make }) => {
    let count = 0;
    const entry = fc.record({
      customer: fc.integer({ min: 1, max: 2 }),
      type: fc.constantFrom("new_note", "update_note"),
    });
    const story = fc.array(entry, { minLength: 1, maxLength: 8 }).chain((entries) => {
      const feed = madeFeed(entries);
      const all = chainOf(feed, ["new_note"]);
      return fc.record({
        feed: fc.constant(feed),
        all: fc.constant(all),
        arrivals: fc.shuffledSubarray([...all, ...all]),
      });
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ feed, all, arrivals }) => {
        const database = await open(driver, `kit_${(count += 1)}_`);
        const handled: MadeEvent[] = [];
        const hooks = make(database, {
          gate: { from: 0, graceMs: 0, events: ["new_note"], source: sourceOf(feed) },
          on: {},
          otherwise: (event) => handled.push(event as MadeEvent),
        });
        await Promise.all(arrivals.map(({ event, previous }) => send(hooks, event, previous)));
        await hooks.resume();
        const last = Math.max(0, ...arrivals.map(({ event }) => event.sequence));
        const expected = all.map(({ event }) => event).filter(({ sequence }) => sequence <= last);
        expect(handled.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id));
        for (const own of Map.groupBy(handled, ({ data }) => data.customer.id).values()) {
          const order = own.map(({ sequence }) => sequence);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
        expect(await hooks.gaps()).toEqual([]);
        await hooks.stop();
        await database.close();
      }),
      { numRuns: 25 },
    );
  });
});
