import { renderBody } from "../src/contract/formats/render.ts";
import { readFeed } from "../src/store/feed.ts";
import { startChild, type Child } from "./child.ts";
import { familyCpuUs } from "./cpu.ts";
import { drain, startNodes, stopNodes, type Drained } from "./engine.ts";
import {
  addEndpoints,
  addOrganization,
  appendEntries,
  rewind,
  type BenchEndpoint,
} from "./feeds.ts";
import { figureOf, ratioOf } from "./figures.ts";
import type { Job } from "./peers/peer.ts";
import { startRedis, type Redis } from "./peers/redis.ts";
import type { BenchDatabase } from "./server.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";

export const peersSuite: Suite = {
  name: "peers",
  title: "Beside what people would use instead",
  about: `The same bodies to the same receiver, all enqueued before the clock starts: a job for each delivery, signed and posted
with undici, done when the store knows. The peers keep less: no log of attempts, no order of a customer's events, no back-off
of a receiver. BullMQ's Redis runs with \`appendfsync always\`; for it the store is Redis. Each is measured twice: tuned,
with what its documentation names for throughput, and plain, as its first page shows it: a job at a time, posted with the
global \`fetch\`. pg-boss tuned completes 500 jobs together, so that one receiver that fails makes it send all of them again.`,
  minutes: 6,
  run: runPeers,
};

interface Contender {
  readonly title: string;
  readonly name: "pgBoss" | "graphileWorker" | "bullmq";
  /** As its first page shows it, instead of tuned. */
  readonly isPlain?: boolean;
  /** By how much we mean to be faster. */
  readonly goal?: number;
}

const contenders: readonly Contender[] = [
  { title: "pg-boss, tuned", name: "pgBoss", goal: 10 },
  { title: "graphile-worker, tuned", name: "graphileWorker" },
  { title: "BullMQ, tuned", name: "bullmq" },
  { title: "pg-boss, plain", name: "pgBoss", isPlain: true },
  { title: "graphile-worker, plain", name: "graphileWorker", isPlain: true },
  { title: "BullMQ, plain", name: "bullmq", isPlain: true },
];

/** What is slow gets fewer jobs, so that a round does not take minutes. */
const plainShare = 0.05;

/** By how much we mean to be faster than the fastest of them. */
const goalOverBest = 6;

async function runPeers(bench: Bench): Promise<Table> {
  const redis = await startRedis();
  if (!redis) bench.say("no redis-server here: BullMQ is left out (apt-get install redis-server)");
  const database = await bench.server.createDatabase();
  try {
    const organization = await addOrganization(database.sql, 2_003);
    const endpoints = await addEndpoints(database.sql, organization.id, {
      paths: ["/hook/0", "/hook/1"],
      url: bench.receiver.url,
      masterKey: bench.masterKey,
      maxConcurrency: 32,
    });
    await appendEntries(database.sql, organization, { count: scaled(bench, 20_000) });
    const jobs = await readJobs(database, endpoints);
    const present = contenders.filter(({ name }) => name !== "bullmq" || redis !== undefined);
    return describe(
      present,
      await measureRounds(bench, { present, redis, database, endpoints, jobs }),
    );
  } finally {
    await redis?.stop();
    await database.drop();
  }
}

/** What the endpoints lack, as jobs with the very bodies. */
async function readJobs(
  { sql }: BenchDatabase,
  endpoints: readonly BenchEndpoint[],
): Promise<Job[]> {
  const jobs: Job[] = [];
  const [{ organizationId } = { organizationId: "" }] = endpoints;
  for (let after = 0; ;) {
    const page = await readFeed(sql, { organizationId, after, limit: 1_000 });
    for (const entry of page.entries) {
      const { event_id: id, sequence } = entry;
      const body = renderBody(entry, "heliograph");
      for (const { path } of endpoints) jobs.push({ path, id, sequence, body });
    }
    if (page.scannedTo === after) return jobs;
    after = page.scannedTo;
  }
}

interface Setting {
  readonly present: readonly Contender[];
  readonly redis: Redis | undefined;
  readonly database: BenchDatabase;
  readonly endpoints: readonly BenchEndpoint[];
  readonly jobs: readonly Job[];
}

interface Round {
  readonly ours: Drained;
  /** As `present`. */
  readonly theirs: readonly Drained[];
}

async function measureRounds(bench: Bench, setting: Setting): Promise<Round[]> {
  const { present, database, endpoints, jobs } = setting;
  const rounds: Round[] = [];
  for (let round = 1; round <= bench.rounds; round += 1) {
    await rewind(database.sql, endpoints, jobs.length);
    const nodes = await startNodes(bench, database);
    const ours = await drain(bench, database, { endpoints, nodes });
    await stopNodes(nodes);
    const theirs: Drained[] = [];
    for (const contender of present) theirs.push(await measurePeer(bench, contender, setting));
    rounds.push({ ours, theirs });
    const rates = [ours, ...theirs].map(({ perSecond }) => Math.round(perSecond)).join(", ");
    bench.say(`round ${round}: ours, then theirs, deliveries/s: ${rates}`);
  }
  return rounds;
}

async function measurePeer(
  bench: Bench,
  { name, isPlain = false }: Contender,
  setting: Setting,
): Promise<Drained> {
  const { server, receiver } = bench;
  const jobs = isPlain
    ? setting.jobs.slice(0, Math.ceil(setting.jobs.length * plainShare))
    : setting.jobs;
  const database = await server.createDatabase({ isOurs: false });
  const child = await startChild("peerProcess.ts");
  const redisPort = setting.redis?.port ?? null;
  await child.ask("open", {
    name,
    isPlain,
    store: { postgres: database.connection, redisPort },
  });
  await child.ask("enqueue", jobs);
  await database.sql`vacuum analyze`;
  await receiver.expect({ count: jobs.length });
  await server.settle();
  const redisPid = name === "bullmq" ? setting.redis?.pid : undefined;
  const storeCpuUs = () => (redisPid === undefined ? server.cpuUs() : familyCpuUs(redisPid));
  const drained = await measureJobs(bench, child, { count: jobs.length, storeCpuUs });
  await child.ask("stop");
  await child.stop();
  await database.drop();
  return drained;
}

async function measureJobs(
  { receiver }: Bench,
  child: Child,
  { count, storeCpuUs }: { count: number; storeCpuUs: () => number },
): Promise<Drained> {
  const before = await child.ask<number>("cpu");
  const storeBefore = storeCpuUs();
  const startedAt = performance.now();
  await child.ask("work", { url: receiver.url });
  await receiver.reached();
  await allDone(child);
  const perSecond = count / ((performance.now() - startedAt) / 1_000);
  const storeUs = (storeCpuUs() - storeBefore) / count;
  const nodeUs = ((await child.ask<number>("cpu")) - before) / count;
  const { requests, duplicates } = await receiver.tally();
  if (requests !== count || duplicates > 0) {
    throw new Error(`Of ${count} jobs ${requests} came, ${duplicates} of them again`);
  }
  return { deliveries: count, perSecond, nodeUs, storeUs };
}

/** How long jobs that were received may take to be known as done, in milliseconds. */
const doneWithinMs = 60_000;

async function allDone(child: Child): Promise<void> {
  const givenUpAt = performance.now() + doneWithinMs;
  while ((await child.ask<number>("left")) > 0) {
    if (performance.now() > givenUpAt) throw new Error("Received jobs were not known as done");
  }
}

function describe(present: readonly Contender[], rounds: readonly Round[]): Table {
  const ours = rounds.map((round) => round.ours);
  const rates = ours.map(({ perSecond }) => perSecond);
  const rows: Row[] = present.map(({ title, goal }, index) => {
    const runs = rounds.flatMap(({ theirs }) => theirs[index] ?? []);
    const lead = ratioOf(rates, ratesOf(runs));
    const row = { what: title, cells: [...cellsOf(runs), lead] };
    return goal === undefined ? row : { ...row, target: { of: lead, atLeast: goal, unit: "×" } };
  });
  const best = rounds.map(({ theirs }) => Math.max(...ratesOf(theirs)));
  return {
    columns: ["deliveries/s", "node, CPU µs each", "store, CPU µs each", "ours is faster by"],
    rows: [
      {
        what: "Heliograph",
        cells: [...cellsOf(ours), null],
        target: { of: ratioOf(rates, best), atLeast: goalOverBest, unit: "× the fastest" },
      },
      ...rows,
    ],
  };
}

const ratesOf = (runs: readonly Drained[]) => runs.map(({ perSecond }) => perSecond);

const cellsOf = (runs: readonly Drained[]) => [
  figureOf(ratesOf(runs)),
  figureOf(runs.map(({ nodeUs }) => nodeUs)),
  figureOf(runs.map(({ storeUs }) => storeUs)),
];
