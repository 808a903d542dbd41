import { expect } from "vitest";
import { connect, transaction, type Sql, type Tx } from "../src/base/database.ts";
import type { EventEnvelope } from "../src/contract/catalogue.ts";
import { createApp } from "../src/http/app.ts";
import { listen } from "../src/http/listen.ts";
import { createClient, HeliographError, type Client } from "../src/sdk/index.ts";
import type { TestPostgres } from "./cluster.ts";
import { closeBefore } from "./database.ts";
import { primary } from "./deals.ts";
import { eventsOf, givenPair, type Pair, type Service } from "./service.ts";

/** The HTTP side of one more node on the same database, with a pool of its own. @returns where it is reached. */
export async function givenNode(
  { sql, services }: Service,
  database: TestPostgres,
): Promise<string> {
  const pool = connect({ ...database }, { max: 5, name: "heliograph-test-node" });
  closeBefore(sql, () => pool.end({ timeout: 1 }));
  // Connected beforehand, so that its first commands are not behind those of the other node.
  await Promise.all(times(5, () => pool`select 1`));
  const closing: (() => Promise<unknown>)[] = [];
  const url = await listen(
    { port: 0, host: "127.0.0.1" },
    () => createApp({ ...services, sql: pool }),
    closing,
  );
  for (const close of closing) closeBefore(sql, async () => void (await close()));
  return url;
}

/** An organization's key, at each of several nodes. */
export async function givenClients(
  { operator }: Service,
  organizationId: string,
  urls: readonly string[],
): Promise<Client[]> {
  const { key } = await operator.keys.create({ id: organizationId });
  return urls.map((url) => createClient({ url, key }));
}

/** A pair, and the same pair by the same keys at another node. */
export async function givenPairs(
  service: Service,
  database: TestPostgres,
  settings: Parameters<typeof givenPair>[1] = {},
) {
  const near = await givenPair(service, settings);
  const node = await givenNode(service, database);
  const urls = [service.url, node];
  const sales = await givenClients(service, near.salesOrg.id, urls);
  const installer = await givenClients(service, near.epc.id, urls);
  const at = (place: number): Pair => {
    const [seller, builder] = [sales[place], installer[place]];
    return { ...near, ...(seller && { sales: seller }), ...(builder && { installer: builder }) };
  };
  return [at(0), at(1)] as const;
}

/** An order for another price, with one signer. */
export const givenChangeOrder = ({ installer }: Pair, { id }: { id: string }, price: number) =>
  installer.changeOrders.create({
    id,
    reason: "Another price",
    changes: { contract_price_cents: price },
    signers: [primary],
  });

/** @returns what a step came to: `done`, or status with rule or code, `409 deal_open`. */
export async function outcome(step: () => Promise<unknown>): Promise<string> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof HeliographError)) throw error;
    const { status, code, rule } = error.problem;
    return `${status} ${rule ?? code}`;
  }
  return "done";
}

/** Runs all of them at once. @returns what each came to. */
export const outcomes = (steps: readonly (() => Promise<unknown>)[]): Promise<string[]> =>
  Promise.all(steps.map(outcome));

/** What a customer is made of. */
export const person = {
  first_name: "Avery",
  last_name: "Sample",
  address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
};

/** So many of the same. */
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Every event of some feeds once, in each customer's own order. Each feed is checked to have no hole and no disorder. */
export async function toldTo(parties: readonly Client[]): Promise<EventEnvelope[]> {
  const feeds = await Promise.all(parties.map((party) => eventsOf(party)));
  for (const feed of feeds) expectWhole(feed);
  const told = [...new Map(feeds.flat().map((event) => [event.id, event])).values()];
  return told.toSorted((a, b) => a.customer_sequence - b.customer_sequence);
}

/** A feed from its start: positions without holes, each event once, each customer's events in his order. */
export function expectWhole(feed: readonly EventEnvelope[]): void {
  expect(feed.map(({ sequence }) => sequence)).toEqual(feed.map((_, index) => index + 1));
  expect(new Set(feed.map(({ id }) => id)).size).toBe(feed.length);
  for (const own of Map.groupBy(feed, customerOf).values()) {
    const order = own.map((event) => event.customer_sequence);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
}

/** Each customer's events number 1, 2, 3 without a hole, and none is dated before the one before it. */
export function expectOwnOrder(told: readonly EventEnvelope[]): void {
  for (const own of Map.groupBy(told, customerOf).values()) {
    expect(own.map((event) => event.customer_sequence)).toEqual(own.map((_, index) => index + 1));
    const dates = own.map(({ timestamp }) => timestamp);
    expect(dates).toEqual(dates.toSorted());
  }
}

export const customerOf = ({ data }: EventEnvelope): string => data.customer.id;

/**
 * Holds a lock that all steps need, and sends one step after the other, each when the one before waits for a lock. So
 * each has begun before any ends, and they have come in their order.
 * @param lock takes the lock, in a transaction of its own; what it writes is committed.
 * @param act runs while all of them wait; gets the server's processes that do, in the order of the steps.
 */
export async function inARow<T>(
  sql: Sql,
  lock: (tx: Tx) => Promise<unknown>,
  steps: readonly (() => Promise<T>)[],
  act: (processes: readonly number[]) => Promise<unknown> = async () => undefined,
): Promise<T[]> {
  const sent: Promise<T>[] = [];
  await transaction(sql, async (held) => {
    await lock(held);
    for (const step of steps) {
      sent.push(step());
      await expect.poll(() => waiting(sql), patience).toHaveLength(sent.length);
    }
    await act(await waiting(sql));
  });
  return Promise.all(sent);
}

const patience = { timeout: 20_000, interval: 5, message: "commands that wait for a lock" };

/** The server's processes that wait for a lock in this database, the one that waits longest first. */
async function waiting(sql: Sql): Promise<number[]> {
  const rows = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and backend_type = 'client backend'
    order by xact_start
  `;
  return rows.map(({ pid }) => pid);
}
