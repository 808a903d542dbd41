import { drain, startNodes, stopNodes, type Drained } from "./engine.ts";
import { loadService } from "./accept.ts";
import {
  addEndpoints,
  addOrganization,
  appendEntries,
  logAttempts,
  pause,
  type BenchEndpoint,
  type BenchOrganization,
} from "./feeds.ts";
import { figureOf, percentile, ratioOf } from "./figures.ts";
import type { Loaded } from "./load.ts";
import { createRestLoad } from "./restLoad.ts";
import type { BenchDatabase } from "./server.ts";
import { startBenchService } from "./service.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";
import { addKey, type Tenant } from "./tenants.ts";

export const historySuite: Suite = {
  name: "history",
  title: "With years of events in the log",
  about: `The same work on three databases by turns: with no history, with a million and with five million events, their feed
entries and one logged attempt each, spread over the twelve months before, all in the one organization that works. Drained are
20,000 new entries to two endpoints; commands come from 8 clients; a page is \`GET /v1/events\` with 200 entries at the feed's end.`,
  minutes: 13,
  run: runHistory,
};

const sizes = [0, 1_000_000, 5_000_000];
const months = 12;
const newEntries = 20_000;
const acceptSeconds = 4;
const pagesRead = 30;
const pageLimit = 200;

interface World {
  readonly size: number;
  readonly database: BenchDatabase;
  readonly tenant: Tenant;
  readonly endpoints: readonly BenchEndpoint[];
}

interface Round {
  readonly drained: Drained;
  readonly accepted: Loaded;
  /** Median of some reads, in milliseconds. */
  readonly pageMs: number;
}

async function runHistory(bench: Bench): Promise<Table> {
  const worlds: World[] = [];
  try {
    for (const size of sizes) worlds.push(await makeWorld(bench, size));
    const rounds: Round[][] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      const measured: Round[] = [];
      for (const world of worlds) measured.push(await measure(bench, world));
      rounds.push(measured);
      const rates = measured.map(({ drained }) => Math.round(drained.perSecond)).join(", ");
      bench.say(`round ${round}: deliveries/s by size of history: ${rates}`);
    }
    return describe(worlds, rounds);
  } finally {
    for (const { database } of worlds) await database.drop();
  }
}

async function makeWorld(bench: Bench, fullSize: number): Promise<World> {
  const size = fullSize === 0 ? 0 : scaled(bench, fullSize);
  const database = await bench.server.createDatabase();
  const organization = await addOrganization(database.sql, 2_003);
  const given = { url: bench.receiver.url, masterKey: bench.masterKey, maxConcurrency: 32 };
  const paths = ["/hook/0", "/hook/1"];
  const endpoints = await addEndpoints(database.sql, organization.id, { ...given, paths });
  if (size > 0) {
    bench.say(`writing ${size.toLocaleString("en-US")} events of the past`);
    await writePast(database, organization, { size, endpoints });
  }
  await database.sql`vacuum analyze`;
  const key = await addKey(database.sql, organization.id);
  return { size, database, endpoints, tenant: { ...organization, key } };
}

/** Events of the months before, each logged as delivered to the endpoints by turns, whose cursors stand behind them. */
async function writePast(
  { sql }: BenchDatabase,
  organization: BenchOrganization,
  { size, endpoints }: { size: number; endpoints: readonly BenchEndpoint[] },
): Promise<void> {
  const now = new Date();
  for (let month = 0; month < months; month += 1) {
    const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months + month, 15));
    for (const [table, prefix] of Object.entries(partitioned)) {
      await sql`select ensure_month_partition(${table}, ${prefix}, date_trunc('month', ${at}::timestamptz, 'UTC'))`;
    }
    const from = Math.round((size / months) * month) + 1;
    const to = Math.round((size / months) * (month + 1));
    await appendEntries(sql, organization, { count: to - from + 1, at, isShort: true });
    const endpoint = endpoints[month % endpoints.length];
    if (endpoint) await logAttempts(sql, endpoint, { from, to, at });
  }
  await sql`update endpoints set cursor = ${size}`;
}

/** Tables with a partition for each month, and the prefix of the ids that they are parted by. */
const partitioned = { events: "evt", feed_entries: "evt", attempts: "att" };

async function measure(bench: Bench, world: World): Promise<Round> {
  const { database, tenant, endpoints } = world;
  const nodes = await startNodes(bench, database);
  await appendEntries(database.sql, tenant, { count: scaled(bench, newEntries) });
  const drained = await drain(bench, database, { endpoints, nodes });
  await stopNodes(nodes);
  await pause(database.sql, endpoints);

  const service = await startBenchService(bench, database, "api");
  const seconds = scaled(bench, acceptSeconds * 1_000, 1_000) / 1_000;
  const accepted = await loadService({ url: service.url, tenants: [tenant], clients: 8, seconds });
  const pageMs = await readPages(service.url, world);
  await service.stop();
  await skipAll(database, endpoints);
  return { drained, accepted, pageMs };
}

async function readPages(url: string, { database, tenant }: World): Promise<number> {
  const [row] = await database.sql<{ head: number }[]>`
    select head from feeds where organization_id = ${tenant.id}
  `;
  const rest = createRestLoad(url, { tenants: [tenant], connections: 1 });
  const times: number[] = [];
  for (let read = 0; read < pagesRead; read += 1) {
    const after = Math.max(0, (row?.head ?? 0) - pageLimit * (read + 1));
    times.push(await rest.readFeed(tenant, { after, limit: pageLimit }));
  }
  await rest.close();
  return percentile(times, 0.5);
}

/** What the clients wrote is not part of the next drain. */
async function skipAll({ sql }: BenchDatabase, endpoints: readonly BenchEndpoint[]): Promise<void> {
  await sql`
    update endpoints e set cursor = f.head, version = e.version + 1 from feeds f
    where f.organization_id = e.organization_id and e.id = any(${endpoints.map(({ id }) => id)}::text[])
  `;
}

function describe(worlds: readonly World[], rounds: readonly Round[][]): Table {
  const ofWorld = worlds.map((_, index) => rounds.flatMap((round) => round[index] ?? []));
  const [without = []] = ofWorld;
  const drainRates = (own: readonly Round[]) => own.map(({ drained }) => drained.perSecond);
  const acceptRates = (own: readonly Round[]) => own.map(({ accepted }) => accepted.perSecond);
  const rows = worlds.flatMap(({ size }, index): Row[] => {
    const own = ofWorld[index] ?? [];
    const what = `${size.toLocaleString("en-US")} events`;
    const drains = ratioOf(drainRates(own), drainRates(without));
    const accepts = ratioOf(acceptRates(own), acceptRates(without));
    const pages = figureOf(own.map(({ pageMs }) => pageMs));
    const isJudged = index === worlds.length - 1;
    const judged = (of: typeof drains) =>
      isJudged ? { target: { of, atLeast: 0.9, unit: "× without history" } } : {};
    const storeUs = figureOf(own.map(({ drained }) => drained.storeUs));
    const nodeUs = figureOf(own.map(({ drained }) => drained.nodeUs));
    return [
      {
        what: `${what}, deliveries`,
        cells: [figureOf(drainRates(own)), nodeUs, storeUs, null, drains],
        ...judged(drains),
      },
      {
        what: `${what}, commands`,
        cells: [figureOf(acceptRates(own)), null, null, null, accepts],
        ...judged(accepts),
      },
      { what: `${what}, pages`, cells: [null, null, null, pages, null] },
    ];
  });
  const cpu = ["node, CPU µs each", "PostgreSQL, CPU µs each"];
  return { columns: ["per second", ...cpu, "p50 ms", "× without history"], rows };
}
