import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished } from "vitest";
import { createClient } from "../../src/sdk/index.ts";
import { receiver } from "../../src/receiver/index.ts";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import { createRandom, type Random } from "../random.ts";
import type { Answer, Received } from "../receiver.ts";
import { eventsOf, givenCustomer, givenPair, test, type Pair } from "../service.ts";
import { letWaitsEnd } from "../waits.ts";
import { drivers, openDatabase, type Place } from "./databases.ts";
import type { ProcessOptions } from "./receiverProcess.ts";

const types = ["new_note", "update_note"] as const;

/** Notes of a few customers, in an order left to chance. @returns the matching events. */
async function givenFeed(pair: Pair, random: Random) {
  const { sales } = pair;
  const customers = await Promise.all([1, 2, 3].map(() => givenCustomer(pair)));
  const turns = random.shuffled(customers.flatMap(({ id }) => Array.from({ length: 5 }, () => id)));
  for (const id of turns) {
    const note = await sales.notes.create({ id, body: "Sample" });
    if (random.between(1, 2) === 1) await sales.notes.update({ id: note.id, body: "Changed" });
    // Does not match, so that customers' own numbers have holes.
    else await sales.customers.update({ id, lead_source: `Website ${note.number}` });
  }
  const events = await eventsOf(sales);
  return events.filter(({ type }) => types.some((one) => one === type));
}

/** Starts the receiver's process. @returns where it listens; `hung` resolves when its handler hangs. */
async function startProcess(options: ProcessOptions) {
  const path = fileURLToPath(new URL("receiverProcess.ts", import.meta.url));
  const child = spawn(process.execPath, [path, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  let output = "";
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (output.includes(text)) resolve();
      };
      child.stdout.on("data", check);
      child.once("exit", () => reject(new Error(`It ended before it said ${text}`)));
      check();
    });
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  await said("port ");
  const port = /port (\d+)/.exec(output)?.[1];
  return { url: `http://127.0.0.1:${port}/`, hung: () => said("hangs"), kill };
}

/** A way to the receiver that loses, repeats, delays and breaks off. */
function faultyWay(random: Random, target: () => string | undefined) {
  const kept: Received[] = [];
  const counts = { lost: 0, doubled: 0, late: 0, broken: 0 };
  let isFair = false;
  const forward = async ({ headers, body }: Received): Promise<number> => {
    const url = target();
    if (url === undefined) return 502;
    const { host: _, "content-length": __, connection: ___, ...rest } = headers;
    const answer = await fetch(url, {
      method: "POST",
      headers: rest as Record<string, string>,
      body,
    }).catch(() => undefined);
    return answer?.status ?? 502;
  };
  const carry = async (request: Received): Promise<Answer> => {
    kept.push(request);
    const fate = isFair ? 0 : random.between(1, 8);
    if (fate === 1) {
      counts.lost += 1;
      return 200; // and nobody but the gate will ever know
    }
    if (fate === 2) {
      counts.doubled += 1;
      const [status] = await Promise.all([forward(request), forward(request)]);
      return status;
    }
    if (fate === 3) {
      counts.late += 1;
      await forward(random.pick(kept as [Received, ...Received[]]));
    }
    const status = await forward(request);
    if (fate !== 4) return status;
    counts.broken += 1;
    return "close";
  };
  return { carry, counts, beFair: () => (isFair = true) };
}

describe.for(drivers)("a receiver by %s", (driver) => {
  test("has each event once and in order, whatever happens on the way", async ({
    service,
    database,
    sql,
  }) => {
    const random = createRandom(drivers.indexOf(driver) + 1);
    const directory = await mkdtemp(join(tmpdir(), "heliograph-engine-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const place: Place = { database, directory };
    const pair = await givenPair(service);
    const expected = await givenFeed(pair, random);
    let url: string | undefined;
    const way = faultyWay(random, () => url);
    const between = await givenReceiver(way.carry);
    const endpoint = await pair.sales.endpoints.create({
      url: between.url,
      events: [...types],
      start: "beginning",
    });
    const { key } = await service.operator.keys.create({ id: pair.salesOrg.id });
    const api = { url: service.url, key };
    const options = { driver, place, api, endpoint: endpoint.id, secret: endpoint.secret ?? "" };
    const node = await givenNode(sql);
    const goOn = async () => {
      await letWaitsEnd(sql);
      await node.tick();
    };

    for (const hangAt of [4, 6]) {
      const child = await startProcess({ ...options, hangAt });
      ({ url } = child);
      const hung = child.hung();
      let isHung = false;
      void hung.then(() => (isHung = true));
      await expect.poll(async () => (await goOn(), isHung)).toBe(true);
      url = undefined;
      await child.kill();
    }
    const last = await startProcess({ ...options, hangAt: 0 });
    ({ url } = last);
    await expect
      .poll(async () => {
        await goOn();
        const account = await pair.sales.endpoints.reconcile({ id: endpoint.id });
        return account.delivered;
      })
      .toBe(expected.length);

    await last.kill();

    const own = await openDatabase[driver](place);
    onTestFinished(() => own.close());
    const hooks = receiver({
      secret: options.secret,
      inbox: own.inbox,
      gate: { source: createClient(api), endpoint: endpoint.id, from: 0, graceMs: 0 },
      onPoison: "hold",
      on: {},
      otherwise: async ({ id, data, ...event }, { tx }) => {
        const { customer } = data as { customer: { id: string } };
        await own.note(tx, `${customer.id} ${"sequence" in event ? event.sequence : 0} ${id}`);
      },
    });
    // What was lost at the very end nothing points to: it is found by the service's own account.
    const { fetched, differing, matching, skipped } = await hooks.reconcile();
    expect({ differing, matching, skipped }).toEqual({
      differing: [],
      matching: expected.length,
      skipped: 0,
    });
    expect(await hooks.reconcile()).toMatchObject({ fetched: [], differing: [] });
    await expect.poll(async () => (await own.inbox.list({ state: "pending" })).length).toBe(0);
    await hooks.stop();

    const notes = (await own.notes()).map((text) => text.split(" "));
    expect(notes.map(([, , id = ""]) => id).toSorted()).toEqual(
      expected.map(({ id }) => id).toSorted(),
    );
    for (const each of Map.groupBy(notes, ([customer]) => customer).values()) {
      const order = each.map(([, sequence]) => Number(sequence));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    expect(await own.inbox.gaps()).toEqual([]);
    expect(way.counts.lost).toBeGreaterThan(0);
    expect(fetched.length).toBeLessThanOrEqual(way.counts.lost);
  });
});
