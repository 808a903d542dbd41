import { availableParallelism } from "node:os";
import { startBareLoop, type BareLoop } from "./bare.ts";
import { drain, startNodes, stopNodes, type Drained } from "./engine.ts";
import {
  addEndpoints,
  addOrganization,
  appendEntries,
  rewind,
  type BenchEndpoint,
} from "./feeds.ts";
import { figureOf, ratioOf } from "./figures.ts";
import type { BenchDatabase } from "./server.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";

export const drainSuite: Suite = {
  name: "drain",
  title: "Drain of a backlog",
  about: `Entries wait in one feed and go to every endpoint: read, signed, posted, logged, durable; the clock stops when all
cursors are at the feed's head. The limit beside it is a bare undici \`dispatch\` loop which signs the same bodies, held in
memory, over as many connections to the same receiver, and writes nothing. Two processes share the fifty endpoints.`,
  minutes: 30,
  run: runDrain,
};

/** Deliveries of the bare loop, and of two processes, at most: enough for a rate. */
const enough = 200_000;
/** Two delivering processes, PostgreSQL, and the receiver want one each. */
const coresForTwo = 4;

interface Shape {
  readonly entries: number;
  readonly endpoints: number;
  readonly maxConcurrency: number;
  readonly processes: readonly number[];
}

async function runDrain(bench: Bench): Promise<Table> {
  const few = { entries: scaled(bench, 100_000), endpoints: 2, maxConcurrency: 32, processes: [1] };
  const many = {
    entries: scaled(bench, 20_000),
    endpoints: 50,
    maxConcurrency: 10,
    processes: [1, 2],
  };
  return {
    columns: ["deliveries/s", "node, CPU µs each", "PostgreSQL, CPU µs each", "share of the limit"],
    rows: [...(await measureShape(bench, few)), ...(await measureShape(bench, many))],
  };
}

async function measureShape(bench: Bench, shape: Shape): Promise<Row[]> {
  const database = await bench.server.createDatabase();
  try {
    bench.say(`${shape.entries} entries × ${shape.endpoints} endpoints: writing the feed`);
    const organization = await addOrganization(database.sql, 2_003);
    const endpoints = await addEndpoints(database.sql, organization.id, {
      paths: Array.from({ length: shape.endpoints }, (_, index) => `/hook/${index}`),
      url: bench.receiver.url,
      masterKey: bench.masterKey,
      maxConcurrency: shape.maxConcurrency,
    });
    await appendEntries(database.sql, organization, { count: shape.entries });
    await database.sql`vacuum analyze`;
    const bare = await startBareLoop(bench, database, organization.id);
    bench.say(`a body has ${Math.round(bare.bodyBytes)} bytes on average`);
    const rounds = await measureRounds(bench, { shape, database, endpoints, bare });
    await bare.stop();
    return describe(shape, rounds);
  } finally {
    await database.drop();
  }
}

interface Round {
  readonly bare: Omit<Drained, "storeUs">;
  /** By number of processes, as the shape says. */
  readonly ours: readonly Drained[];
}

interface Setting {
  readonly shape: Shape;
  readonly database: BenchDatabase;
  readonly endpoints: readonly BenchEndpoint[];
  readonly bare: BareLoop;
}

async function measureRounds(bench: Bench, setting: Setting): Promise<Round[]> {
  const { shape, database, endpoints, bare } = setting;
  const paths = endpoints.map(({ path }) => path);
  const each = Math.ceil(Math.min(shape.entries, enough / shape.endpoints));
  const rounds: Round[] = [];
  for (let round = 1; round <= bench.rounds; round += 1) {
    const loop = await bare.run({ paths, connections: shape.maxConcurrency, each });
    const ours: Drained[] = [];
    for (const processes of shape.processes) {
      await rewind(database.sql, endpoints, processes === 1 ? shape.entries : each);
      const nodes = await startNodes(bench, database, processes);
      ours.push(await drain(bench, database, { endpoints, nodes }));
      await stopNodes(nodes);
    }
    rounds.push({ bare: loop, ours });
    const rates = [loop, ...ours].map(({ perSecond }) => Math.round(perSecond)).join(", ");
    bench.say(`round ${round}: bare, then ours, deliveries/s: ${rates}`);
  }
  return rounds;
}

function describe({ entries, endpoints, processes }: Shape, rounds: readonly Round[]): Row[] {
  const what = `${entries.toLocaleString("en-US")} × ${endpoints}`;
  const bare = rounds.map((round) => round.bare);
  const bareRates = bare.map(({ perSecond }) => perSecond);
  const ours = processes.map((_, index) => rounds.flatMap((round) => round.ours[index] ?? []));
  const rates = ours.map((runs) => runs.map(({ perSecond }) => perSecond));
  const rows: Row[] = [
    {
      what: `${what}, bare loop`,
      cells: [figureOf(bareRates), figureOf(bare.map(({ nodeUs }) => nodeUs)), null, null],
    },
  ];
  for (const [index, count] of processes.entries()) {
    const runs = ours[index] ?? [];
    const ownRates = rates[index] ?? [];
    const share = ratioOf(ownRates, bareRates);
    rows.push({
      what: `${what}, ${count === 1 ? "one process" : `${count} processes`}`,
      cells: [
        figureOf(ownRates),
        figureOf(runs.map(({ nodeUs }) => nodeUs)),
        figureOf(runs.map(({ storeUs }) => storeUs)),
        share,
      ],
      target:
        count === 1
          ? { of: share, atLeast: 0.65, unit: "× bare loop" }
          : {
              of: ratioOf(ownRates, rates[0] ?? []),
              atLeast: 1.8,
              unit: "× one process",
              notHere: tooFewCores(),
            },
    });
  }
  return rows;
}

const tooFewCores = () =>
  availableParallelism() < coresForTwo ? `${availableParallelism()} cores` : undefined;
