import { describe, expect } from "vitest";
import type { Sql } from "../../src/base/database.ts";
import { deliveryStoreOn } from "../../src/delivery/deliveryStore.ts";
import type { Subscription } from "../../src/store/feed.ts";
import { reconcile } from "../../src/store/reconcile.ts";
import { test } from "../database.ts";
import {
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  ownerOf as realOwnerOf,
} from "../feedFixture.ts";
import { testSeal } from "../nodeOptions.ts";
import { anyProgress, laterMs } from "./anyProgress.ts";
import { createChance, type Chance } from "./chance.ts";
import { Clock } from "./clock.ts";
import { ownerOf } from "./owner.ts";
import { readsOf } from "./reads.ts";
import { topUpReplays } from "./replays.ts";
import { matches, standing, type Tables } from "./tables.ts";
import { eventTypes, givenEndpointTables, storedEntry } from "./world.ts";
import { writesOf } from "./writes.ts";

/** The store in memory is worth what it has in common with the real one: whatever is done, both read the same. */
describe("the store of the simulation", () => {
  test.for([1, 2, 3, 4, 5])(
    "does as the real one does (seed %i)",
    { timeout: 60_000 },
    async (seed, { sql }) => {
      const chance = createChance(seed);
      const both = await givenBoth(sql, chance);
      expect(await both.real()).toEqual(await both.simulated());
      for (let step = 0; step < 40; step += 1) {
        const done = await both.act();
        expect({ step, done, ...(await both.real()) }).toEqual({
          step,
          done,
          ...(await both.simulated()),
        });
      }
    },
  );
});

const customerCount = 3;
const node = "node_of_test";

async function givenBoth(sql: Sql, chance: Chance) {
  const organizationId = await givenOrganization(sql);
  const customers = await givenCustomers(sql, organizationId, customerCount);
  const events = Array.from({ length: 16 }, () => ({
    customerId: chance.ofAny(customers) ?? "",
    type: chance.of(eventTypes),
  }));
  const given = await givenEvents(sql, organizationId, events);
  const { id } = await givenEndpoint(sql, testSeal, {
    organizationId,
    url: "https://receiver.test/",
  });
  const feed = given.map(({ sequence, customerId: customer, id: event_id }, index) => {
    const type = events[index]?.type ?? "new_note";
    return Object.assign(storedEntry({ sequence, customer, type, at: 0 }), { event_id });
  });
  const tables: Tables = { feed, endpoints: new Map(), nodes: new Map() };
  const endpoint = givenEndpointTables(feed, chance, id);
  Object.assign(endpoint.row, { events: null, on_failure: "hold", max_concurrency: 10 });
  tables.endpoints.set(id, endpoint);
  const clock = new Clock();
  const store = deliveryStoreOn(sql);
  const simulated = { ...readsOf(tables, clock), ...writesOf(tables, clock) };
  const owner = ownerOf(endpoint, clock);
  const realOwner = realOwnerOf(sql, testSeal, {
    id,
    organizationId,
    secret: "",
    wake: () => undefined,
  });
  let lastReplay = "";

  const anyRange = () => {
    const [a, b] = [chance.between(1, feed.length), chance.between(1, feed.length)];
    return { from: Math.min(a, b), to: Math.max(a, b) };
  };

  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    async claim() {
      const claim = { node, leaseMs: laterMs, limit: 1, except: [] };
      simulated.claimEndpoints(claim);
      await store.claimEndpoints(claim);
    },
    async write() {
      const progress = anyProgress(endpoint, chance);
      const held = [...simulated.writeBack([progress])];
      expect([...(await store.writeBack([progress]))]).toEqual(held);
      return progress;
    },
    async filter() {
      const types = eventTypes.filter(() => chance.is(0.7));
      const wanted = types.length === 0 ? null : types;
      if (JSON.stringify(wanted) === JSON.stringify(endpoint.row.events)) return;
      owner.update({ events: wanted });
      await realOwner.update({ events: wanted });
    },
    async pause() {
      owner.pause();
      await realOwner.pause();
    },
    async resume() {
      owner.resume();
      await realOwner.resume();
    },
    async moveTo() {
      const from = chance.between(0, feed.length);
      owner.moveTo(from);
      await realOwner.resume({ from });
      return from;
    },
    async latest() {
      owner.skipToLatest();
      await realOwner.resume({ from: "latest" });
    },
    async skip() {
      const entry = chance.ofAny(feed);
      if (!entry) return;
      expect(await succeeds(realOwner.skip(entry.event_id))).toBe(owner.skipHead(entry));
      return entry.sequence;
    },
    async resend() {
      const entry = chance.ofAny(feed);
      if (!entry) return;
      expect(await succeeds(realOwner.resend(entry.event_id))).toBe(owner.resend(entry));
      return entry.sequence;
    },
    async replay() {
      const wanted = anyRange();
      owner.replay(wanted);
      lastReplay = (await realOwner.replay(wanted)).id ?? "";
      return wanted;
    },
    async topUp() {
      topUpReplays({ tables, clock, freeLimit: 500 }, [id]);
      await store.topUpReplays([id]);
    },
    async cancelReplay() {
      if (endpoint.replays.at(-1)?.state !== "running") return;
      owner.cancelReplay();
      await realOwner.cancelReplay(lastReplay);
    },
  };

  const subscription = (): Subscription => ({
    organizationId,
    endpointId: id,
    types: endpoint.row.events,
    chainStart: endpoint.row.chain_start,
    fence: endpoint.row.fence,
  });

  /** What both are asked, with the answers of one. */
  async function answersOf(from: Pick<typeof store, keyof ReturnType<typeof readsOf>>) {
    const whole = subscription();
    const [news] = await from.endpointNews({ node, ids: [id] });
    const served = await from.loadServed(id);
    const page = await from.readFeed({ organizationId, after: 3, limit: 5, types: whole.types });
    const history = await from.deliveredBeyond({ endpointId: id, after: 0, upTo: feed.length });
    const range = { after: 0, upTo: feed.length };
    const next = customers.map((customerId) =>
      from.nextOfCustomer(whole, { customerId, ...range }),
    );
    const found = (await Promise.all(next)).map(
      (entry) => entry && [entry.sequence, entry.previous, entry.made],
    );
    return {
      news,
      served: [served?.cursor, served?.chain_start, served?.fence, served?.version, served?.state],
      backoff: served?.backoff_step,
      lanes: (await from.loadLanes(id)).map((lane) => [
        lane.customer_id,
        lane.head_sequence,
        lane.attempts,
      ]),
      due: (await from.dueLanes([id])).map(({ customer_id }) => customer_id).toSorted(),
      resends: (await from.dueResends(whole, 50)).map(({ entry, kind, attempts }) => [
        entry.sequence,
        entry.previous,
        entry.made,
        kind,
        attempts,
      ]),
      page: [page.entries.map(({ sequence }) => sequence), page.scannedTo, page.head],
      history: history.toSorted((a, b) => a.sequence - b.sequence),
      tried: await from.lastTried(id),
      previous: await from.previousMatching(whole, 9),
      found,
    };
  }

  const standings = () => {
    const wanted = feed.filter((entry) => matches(endpoint.row.events, entry));
    const all = wanted
      .map((entry) => standing(endpoint, entry))
      .filter((is) => is !== "before_start");
    const count = (...of: string[]) => all.filter((is) => of.includes(is)).length;
    return {
      matching: all.length,
      delivered: count("delivered"),
      skipped: count("skipped"),
      waiting: count("waiting", "lost"),
      dead: count("dead"),
    };
  };

  return {
    async act() {
      const what = chance.is(0.5) ? "write" : (chance.ofAny(Object.keys(acts)) ?? "");
      return [what, await acts[what]?.()];
    },
    async real() {
      const account = await reconcile(sql, { id }, { from: 1, to: feed.length });
      const { matching, delivered, skipped, waiting, dead } = account;
      const counts = { matching, delivered, skipped, waiting, dead };
      return { ...(await answersOf(store)), counts };
    },
    async simulated() {
      // The same questions, answered at once.
      const answers = Object.fromEntries(
        Object.entries(simulated).map(([name, read]) => [
          name,
          (...asked: never[]) =>
            Promise.resolve((read as (...given: never[]) => unknown)(...asked)),
        ]),
      );
      return { ...(await answersOf(answers as unknown as typeof store)), counts: standings() };
    },
  };
}

const succeeds = (command: Promise<unknown>) =>
  command.then(
    () => true,
    () => false,
  );
