import { createClient } from "../src/sdk/index.ts";
import {
  activate,
  addEndpoints,
  appendEntries,
  logAttempts,
  type BenchOrganization,
} from "./feeds.ts";
import { createRestLoad } from "./restLoad.ts";
import type { BenchDatabase } from "./server.ts";
import { startBenchService, type BenchService } from "./service.ts";
import { scaled, type Bench } from "./suite.ts";
import { addTenants, type Tenant } from "./tenants.ts";

/** What the console is opened on. */
export interface ConsoleWorld {
  readonly service: BenchService;
  /** Has a long feed with one endpoint, and a deal. */
  readonly busy: Tenant;
  readonly dealId: string;
  /** Has four endpoints, so that the map has more than forty lines. */
  readonly mapped: Tenant;
  /** Lets events happen to one of them while something is measured. */
  withTraffic<T>(
    to: { tenant: Tenant; perSecond: number },
    measure: () => Promise<T>,
  ): Promise<T & Arrived>;
  end(): Promise<void>;
}

/** What happened meanwhile. */
export interface Arrived {
  /** Events each second. */
  readonly arrived: number;
}

/** Rows of the feed before anybody looks. */
export const rowsOfThePast = 100_000;
/** Few, as appending looks at each of them. */
const customers = 40;
const mapEndpoints = 4;

/**
 * Two organizations on a service that delivers: one with many events, one with many endpoints. Its one deal is a bare one and no
 * deal of a simulated market, because the figures of its page are compared with those of earlier versions.
 */
export async function makeConsoleWorld(bench: Bench): Promise<ConsoleWorld> {
  const database = await bench.server.createDatabase();
  const [busy, mapped] = await addTenants(database.sql, { organizations: 2, customers });
  if (!busy || !mapped) throw new Error("No organization was made");
  await addPast(bench, database, busy);
  await addReceivers(bench, database, { organization: mapped, count: mapEndpoints, past: 0 });
  await database.sql`vacuum analyze`;
  const service = await startBenchService(bench, database, "api,delivery");
  return {
    service,
    busy,
    mapped,
    dealId: await addDeal(service.url, busy.key),
    async withTraffic(to, measure) {
      const traffic = startTraffic({ database, service, ...to });
      try {
        const measured = await measure();
        return { ...measured, arrived: await traffic.stop() };
      } finally {
        await traffic.stop();
      }
    },
    async end() {
      await service.stop();
      await database.drop();
    },
  };
}

/** Events that were delivered before anybody looked. */
async function addPast(bench: Bench, database: BenchDatabase, organization: BenchOrganization) {
  const past = scaled(bench, rowsOfThePast);
  bench.say(`writing ${past.toLocaleString("en-US")} events of the past`);
  await addReceivers(bench, database, { organization, count: 1, past });
}

async function addReceivers(
  { masterKey, receiver }: Bench,
  { sql }: BenchDatabase,
  given: { organization: BenchOrganization; count: number; past: number },
): Promise<void> {
  const { organization, count, past } = given;
  const paths = Array.from({ length: count }, (_, number) => `/console/${count}/${number}`);
  const to = { paths, url: receiver.url, masterKey };
  const endpoints = await addEndpoints(sql, organization.id, to);
  const at = new Date();
  await appendEntries(sql, organization, { count: past, at });
  for (const endpoint of endpoints) await logAttempts(sql, endpoint, { from: 1, to: past, at });
  await sql`update endpoints set cursor = ${past} where organization_id = ${organization.id}`;
  await activate(sql, endpoints);
}

async function addDeal(url: string, key: string): Promise<string> {
  const client = createClient({ url, key });
  const address = { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" };
  const customer = await client.customers.create({
    first_name: "Noor",
    last_name: "Example",
    address,
  });
  const { id } = await client.surveys.create({ id: customer.id });
  return id;
}

interface TrafficGiven {
  readonly database: BenchDatabase;
  readonly service: BenchService;
  readonly tenant: Tenant;
  readonly perSecond: number;
}

/** How often events are written, in milliseconds: each time ends with one command over the API, which wakes the streams. */
const tickMs = 100;

/**
 * Events of all types at a rate. Most are written as the write path leaves them behind: commands at that rate would take the
 * processor from the browser that is measured. The last of each tick is a real command, whose commit tells the open streams.
 */
function startTraffic({ database, service, tenant, perSecond }: TrafficGiven) {
  // Its customer is not among those whose events are counted out by appending.
  const [commanded, ...others] = tenant.customerIds;
  const written: BenchOrganization = { id: tenant.id, customerIds: others };
  const own = { ...tenant, customerIds: commanded === undefined ? [] : [commanded] };
  const rest = createRestLoad(service.url, { tenants: [own], connections: 1 });
  const over = new AbortController();
  const run = async () => {
    const began = performance.now();
    let told = 0;
    for (let tick = 1; !over.signal.aborted; tick += 1) {
      const wait = began + tick * tickMs - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      // By the clock, so that a slow tick brings more: the rate is kept.
      const due = Math.round(((performance.now() - began) * perSecond) / 1_000);
      const count = Math.max(0, due - told - 1);
      if (count > 0) await appendEntries(database.sql, written, { count, isOfAllTypes: true });
      await rest.createNote(0, "Asked to be called after 5 pm");
      told += count + 1;
    }
    await rest.close();
    return (told * 1_000) / (performance.now() - began);
  };
  const running = run();
  return {
    async stop() {
      over.abort();
      return running;
    },
  };
}
