import { startChild, type Child } from "./child.ts";
import { activate, addEndpoints } from "./feeds.ts";
import { figureOf, percentile, ratioOf } from "./figures.ts";
import { openLoop } from "./load.ts";
import { sharedNow } from "./receiver.ts";
import { createRestLoad } from "./restLoad.ts";
import { startBenchService } from "./service.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";
import { addTenants, type Tenant } from "./tenants.ts";

export const latencySuite: Suite = {
  name: "latency",
  title: "From the command to the receiver",
  about: `Notes are written over the REST API at a steady rate, on the customers of 8 organizations with an endpoint each; one
process runs API and delivery. _Sent_ is when the client sends the command, _accepted_ when it has the answer, _received_ when
the receiver has the whole body. Beside it: one row inserted in a transaction, and after its commit one signed POST.
The target holds the whole way of ours, with HTTP, checks and all statements of the command, against the bare insert and POST.`,
  minutes: 6,
  run: runLatency,
};

const rates = [100, 500, 1_000];
const secondsEach = 10;
/** What is sent in this part of a run is not counted. */
const warmUpShare = 0.2;

/** Of one event, by the clock that all processes share, in milliseconds. */
export interface Moments {
  readonly sentMs: number;
  readonly acceptedMs: number;
}

/** Of one run, in milliseconds. */
interface Latency {
  readonly acceptedP50: number;
  readonly acceptedP99: number;
  readonly receivedP50: number;
  readonly receivedP99: number;
  /** From accepted to received. */
  readonly afterP50: number;
}

interface Round {
  readonly ours: Latency;
  readonly bare: Latency;
}

async function runLatency(bench: Bench): Promise<Table> {
  const database = await bench.server.createDatabase();
  const tenants = await addTenants(database.sql, { organizations: 8, customers: 250 });
  for (const [index, { id }] of tenants.entries()) {
    const given = {
      paths: [`/hook/${index}`],
      url: bench.receiver.url,
      masterKey: bench.masterKey,
    };
    await activate(database.sql, await addEndpoints(database.sql, id, given));
  }
  const service = await startBenchService(bench, database, "api,delivery");
  const bare = await startChild("bareWriterProcess.ts");
  await bare.ask("open", { connection: database.connection });
  try {
    const rounds: Round[][] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      const measured: Round[] = [];
      for (const perSecond of rates) {
        const seconds = scaled(bench, secondsEach * 1_000, 2_000) / 1_000;
        const load = { perSecond, seconds };
        const limit = await measureBare(bench, bare, load);
        const ours = await measureOurs(bench, { url: service.url, tenants, ...load });
        measured.push({ ours, bare: limit });
        const [own, least] = [ours.receivedP50.toFixed(1), limit.receivedP50.toFixed(1)];
        bench.say(`round ${round}, ${perSecond}/s: received after ${own} ms, bare ${least} ms`);
      }
      rounds.push(measured);
    }
    return describe(rounds);
  } finally {
    await bare.ask("stop");
    await bare.stop();
    await service.stop();
    await database.drop();
  }
}

interface Load {
  readonly perSecond: number;
  readonly seconds: number;
}

async function measureBare({ server, receiver }: Bench, bare: Child, load: Load): Promise<Latency> {
  await server.settle();
  await receiver.expect({ count: load.perSecond * load.seconds, isTimed: true });
  const moments = await bare.ask<Moments[]>("run", { url: receiver.url, ...load });
  await receiver.reached();
  return summarize(moments, await receiver.times());
}

async function measureOurs(
  { server, receiver }: Bench,
  { url, tenants, ...load }: Load & { url: string; tenants: readonly Tenant[] },
): Promise<Latency> {
  await server.settle();
  await receiver.expect({ count: load.perSecond * load.seconds, isTimed: true });
  const rest = createRestLoad(url, { tenants, connections: 64 });
  const moments: Moments[] = [];
  await openLoop(load, async (number) => {
    const sentMs = sharedNow();
    await rest.createNote(number, `bench#${number} `);
    moments[number] = { sentMs, acceptedMs: sharedNow() };
  });
  await rest.close();
  await receiver.reached();
  return summarize(moments, await receiver.times());
}

/** @throws {Error} when an event was not received, or more than once: the number would be void. */
function summarize(moments: readonly Moments[], times: readonly [number, number][]): Latency {
  const receivedAt = new Map(times);
  if (times.length !== moments.length || receivedAt.size !== moments.length) {
    throw new Error(
      `Of ${moments.length} events ${receivedAt.size} came, in ${times.length} posts`,
    );
  }
  const accepted: number[] = [];
  const received: number[] = [];
  const after: number[] = [];
  for (const [number, { sentMs, acceptedMs }] of moments.entries()) {
    if (number < moments.length * warmUpShare) continue;
    const at = receivedAt.get(number) ?? Number.NaN;
    accepted.push(acceptedMs - sentMs);
    received.push(at - sentMs);
    after.push(at - acceptedMs);
  }
  return {
    acceptedP50: percentile(accepted, 0.5),
    acceptedP99: percentile(accepted, 0.99),
    receivedP50: percentile(received, 0.5),
    receivedP99: percentile(received, 0.99),
    afterP50: percentile(after, 0.5),
  };
}

function describe(rounds: readonly Round[][]): Table {
  const rows = rates.flatMap((perSecond, index): Row[] => {
    const own = rounds.flatMap((round) => round[index] ?? []);
    const [ours, bare] = [own.map((round) => round.ours), own.map((round) => round.bare)];
    const ratio = ratioOf(
      ours.map(({ receivedP50 }) => receivedP50),
      bare.map(({ receivedP50 }) => receivedP50),
    );
    const row = { what: `${perSecond}/s, Heliograph`, cells: [...cellsOf(ours), ratio] };
    const target = { of: ratio, atMost: 1.5, unit: "× bare p50" };
    return [
      { what: `${perSecond}/s, bare`, cells: [...cellsOf(bare), null] },
      perSecond === 500 ? { ...row, target } : row,
    ];
  });
  return {
    columns: [
      "sent → accepted p50 ms",
      "p99 ms",
      "sent → received p50 ms",
      "p99 ms",
      "accepted → received p50 ms",
      "× bare, sent → received p50",
    ],
    rows,
  };
}

const cellsOf = (runs: readonly Latency[]) =>
  (["acceptedP50", "acceptedP99", "receivedP50", "receivedP99", "afterP50"] as const).map((name) =>
    figureOf(runs.map((run) => run[name])),
  );
