import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished } from "vitest";
import {
  feedClient,
  nodeHandler,
  receiver,
  sqliteInbox,
  type FeedSource,
  type Gap,
  type GateOptions,
} from "../../src/receiver/index.ts";
import { createClient } from "../../src/sdk/index.ts";
import { test } from "../mainProcess.ts";
import {
  dayMs,
  forward,
  givenCustomer,
  givenSales,
  operatorOf,
  testServer,
} from "../testServer.ts";
import { deliveryOf } from "./deliveries.ts";

const notKept = "The service no longer keeps it";

/** A receiver on a file of SQLite, with what it has handled and what it was told to be lost. */
async function givenKit(secret: string, gate: GateOptions) {
  const directory = await mkdtemp(join(tmpdir(), "heliograph-kept-"));
  const database = new DatabaseSync(join(directory, "receiver.db"));
  const handled: number[] = [];
  const lost: Gap[] = [];
  const errors: unknown[] = [];
  const inbox = sqliteInbox(database);
  const hooks = receiver({
    secret,
    inbox,
    pollMs: 1e9,
    gate: { graceMs: 0, ...gate, onGap: (gap) => lost.push(gap) },
    onError: (error) => errors.push(error),
    on: {},
    otherwise: (event) => void handled.push((event as unknown as { sequence: number }).sequence),
  });
  await hooks.start();
  onTestFinished(async () => {
    await hooks.stop();
    database.close();
    await rm(directory, { recursive: true, force: true });
  });
  return { hooks, inbox, handled, lost, errors };
}

const inOrder = (positions: readonly number[]) => positions.toSorted((a, b) => a - b);

/** Where deliveries come in. Some are answered for and lost, as by a proxy that is set up wrong. */
async function givenDoor() {
  let take = (_sequence: number): ReturnType<typeof nodeHandler> | null => null;
  const taken: number[] = [];
  const server = createServer((request, response) => {
    const sequence = Number(request.headers["heliograph-sequence"]);
    response.once("finish", () => taken.push(sequence));
    const handler = take(sequence);
    if (handler) handler(request, response);
    else request.resume().once("end", () => response.writeHead(204).end());
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => void server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    taken,
    lead: (to: typeof take) => void (take = to),
  };
}

describe("a receiver of a service that drops old months", () => {
  test("is told once what is lost, fetches the rest, and finds its own whole", async ({
    dataDir,
    start,
  }) => {
    const url = await start({ ...testServer, HELIOGRAPH_HISTORY_MONTHS: "1" }).ready;
    const operator = await operatorOf(dataDir, url);
    const { sales, key } = await givenSales(operator, url);
    const [door, torn] = [await givenDoor(), await givenDoor()];
    const made = await sales.endpoints.create({ url: door.url });
    const other = await sales.endpoints.create({ url: torn.url });
    const sources: Record<string, FeedSource> = {
      own: feedClient({ url, key }),
      sdk: createClient({ url, key, retries: 0 }),
    };
    const gateOf = (of: { id: string }, source = sources["own"]) => ({
      endpoint: of.id,
      from: 0,
      ...(source && { source }),
    });
    const whole = await givenKit(made.secret ?? "", gateOf(made));
    const holed = await givenKit(other.secret ?? "", gateOf(other));
    door.lead(() => nodeHandler(whole.hooks));
    // Of what was dropped it has the first only; of what is kept the next is lost on the way.
    torn.lead((sequence) => ([2, 3, 4].includes(sequence) ? null : nodeHandler(holed.hooks)));

    await givenCustomer(sales);
    const second = await givenCustomer(sales);
    await givenCustomer(sales);
    await expect.poll(() => [door.taken.length, torn.taken.length]).toEqual([3, 3]);
    const old = (await sales.events.list()).data;
    const positions = async () => {
      await forward(operator, 65 * dayMs);
      return (await sales.events.list()).data.map(({ sequence }) => sequence);
    };
    await expect.poll(positions).toEqual([]);

    // Nothing is left of the feed: what is lost of it is told even so.
    const alone = await givenKit(made.secret ?? "", gateOf(made));
    expect(await alone.hooks.catchUp({ from: 2 })).toEqual({ fetched: 0, position: 3 });
    expect(alone.lost).toMatchObject([{ at: 3, after: 2, to: 3, state: "lost", reason: notKept }]);
    const unnamed = await givenKit(made.secret ?? "", { source: sources["own"] as FeedSource });
    await expect(unnamed.hooks.catchUp({ from: 2 })).rejects.toMatchObject({
      status: 409,
      rule: "history_kept",
    });

    await givenCustomer(sales);
    await sales.customers.update({ id: second.id, lead_source: "Website" });
    await expect.poll(() => inOrder(door.taken)).toEqual([1, 2, 3, 4, 5]);
    await expect.poll(() => inOrder(whole.handled)).toEqual([1, 2, 3, 4, 5]);
    expect(await whole.hooks.reconcile()).toEqual({
      matching: 2,
      from: 4,
      to: 5,
      fetched: [],
      skipped: 0,
      differing: [],
    });
    expect(await whole.hooks.catchUp({ from: 1 })).toEqual({ fetched: 0, position: 5 });
    expect(whole.lost).toEqual([]);
    expect(whole.errors).toEqual([]);

    // The last one waits: of its customer, the second, nothing is here.
    await expect.poll(() => inOrder(torn.taken)).toEqual([1, 2, 3, 4, 5]);
    await holed.hooks.resume();
    expect(inOrder(holed.handled)).toEqual([1, 4, 5]);
    const gap = { at: 5, after: 1, to: 3, state: "lost", reason: notKept };
    expect(holed.lost).toMatchObject([gap]);
    expect(await holed.hooks.gaps()).toMatchObject([gap]);
    for (let count = 0; count < 2; count += 1) {
      expect(await holed.hooks.reconcile()).toMatchObject({
        matching: 2,
        from: 4,
        fetched: [],
        differing: [{ from: 1, to: 3 }],
      });
      await holed.hooks.catchUp({ from: 1 });
    }
    expect(holed.lost).toHaveLength(1);
    expect(holed.errors).toEqual([]);

    for (const [name, source] of Object.entries(sources)) {
      const secret = made.secret ?? "";
      // Of the past it is not told but by manifests.
      const restored = await givenKit(secret, gateOf(made, source));
      for (const event of old.filter(({ sequence }) => sequence !== 2))
        await restored.hooks.receive(await deliveryOf(event, { signedWith: secret }));
      for (let count = 0; count < 2; count += 1) {
        const { fetched, differing } = await restored.hooks.reconcile();
        expect([fetched.length, differing], name).toEqual([
          count === 0 ? 2 : 0,
          [{ from: 1, to: 3 }],
        ]);
      }
      expect(inOrder(restored.handled), name).toEqual([1, 3, 4, 5]);
      expect(restored.lost, name).toMatchObject([{ at: 2, after: 1, to: 2, reason: notKept }]);

      const late = await givenKit(secret, gateOf(made, source));
      expect(await late.hooks.catchUp({ from: 2 }), name).toEqual({ fetched: 2, position: 5 });
      expect(inOrder(late.handled), name).toEqual([4, 5]);
      expect(late.lost, name).toMatchObject([{ at: 3, after: 2, to: 3, reason: notKept }]);

      // Who has read nothing yet has missed nothing.
      const fresh = await givenKit(secret, gateOf(made, source));
      expect(await fresh.hooks.catchUp({ from: 0 }), name).toEqual({ fetched: 2, position: 5 });
      expect(await fresh.hooks.reconcile(), name).toMatchObject({ matching: 2, differing: [] });
      expect(fresh.lost, name).toEqual([]);
    }
  });
});
