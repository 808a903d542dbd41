import { startChild } from "./child.ts";
import { figureOf, ratioOf } from "./figures.ts";
import { closedLoop, type Loaded } from "./load.ts";
import { createRestLoad } from "./restLoad.ts";
import type { BenchDatabase } from "./server.ts";
import { startBenchService, type BenchService } from "./service.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";
import { addTenants, type Tenant } from "./tenants.ts";

export const acceptSuite: Suite = {
  name: "accept",
  title: "Commands accepted",
  about: `A note and a change of a customer by turns, over the REST API, by clients that ask again as soon as they are answered, on
the customers of 32 organizations; the service runs without delivery. The limit is the very statements that these commands
issue, recorded from one run of each and driven by as many clients through the same driver, in one transaction each and at
once where the command sends them at once, with no HTTP, no key to look up and no schema.`,
  minutes: 3,
  run: runAccept,
};

const clientCounts = [1, 8, 64];
const secondsEach = 4;

async function runAccept(bench: Bench): Promise<Table> {
  const database = await bench.server.createDatabase();
  const tenants = await addTenants(database.sql, { organizations: 32, customers: 64 });
  const service = await startBenchService(bench, database, "api");
  const bare = await startChild("bareCommandsProcess.ts");
  try {
    const counts = await bare.ask<number[]>("open", { connection: database.connection, tenants });
    bench.say(`statements of a note and of a change: ${counts.join(", ")}`);
    const rounds: Round[][] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      rounds.push(await measureRound(bench, { database, tenants, service, bare }));
      const rates = rounds.at(-1)?.map(({ ours, limit }) => `${show(ours)} of ${show(limit)}`);
      bench.say(`round ${round}: 1, 8, 64 clients, commands/s: ${rates?.join(", ")}`);
    }
    return describe(rounds);
  } finally {
    await bare.ask("stop");
    await bare.stop();
    await service.stop();
    await database.drop();
  }
}

const show = ({ perSecond }: Loaded) => Math.round(perSecond);

interface Round {
  readonly ours: Loaded & Cost;
  readonly limit: Loaded & Cost;
}

/** Microseconds on a processor for each command. */
interface Cost {
  readonly nodeUs: number;
  readonly storeUs: number;
}

interface Setting {
  readonly database: BenchDatabase;
  readonly tenants: readonly Tenant[];
  readonly service: BenchService;
  readonly bare: Awaited<ReturnType<typeof startChild>>;
}

/** One of each number of clients. */
async function measureRound(bench: Bench, setting: Setting): Promise<Round[]> {
  const { tenants, service, bare } = setting;
  const seconds = scaled(bench, secondsEach * 1_000, 1_000) / 1_000;
  const measured: Round[] = [];
  for (const clients of clientCounts) {
    const limit = await costing(bench, setting, {
      run: () => bare.ask<Loaded>("run", { clients, seconds }),
      cpuUs: () => bare.ask<number>("cpu"),
    });
    const ours = await costing(bench, setting, {
      run: () => loadService({ url: service.url, tenants, clients, seconds }),
      cpuUs: () => service.cpuUs(),
    });
    measured.push({ ours, limit });
  }
  return measured;
}

/** @throws {Error} when there are not as many new events as commands: the number would be void. */
async function costing(
  { server }: Bench,
  { database }: Setting,
  measured: { run: () => Promise<Loaded>; cpuUs: () => Promise<number> },
): Promise<Loaded & Cost> {
  await server.settle();
  const eventsBefore = await countEvents(database);
  const [before, storeBefore] = [await measured.cpuUs(), server.cpuUs()];
  const loaded = await measured.run();
  const [after, storeAfter] = [await measured.cpuUs(), server.cpuUs()];
  const events = (await countEvents(database)) - eventsBefore;
  if (events < loaded.count) throw new Error(`${loaded.count} commands made ${events} events`);
  // Those of the warm-up cost too.
  return {
    ...loaded,
    nodeUs: (after - before) / events,
    storeUs: (storeAfter - storeBefore) / events,
  };
}

async function countEvents({ sql }: BenchDatabase): Promise<number> {
  const [row] = await sql<
    { count: number }[]
  >`select coalesce(sum(head), 0)::bigint as count from feeds`;
  return row?.count ?? 0;
}

/** Clients of a service for a while, each note or change on the next customer. */
export async function loadService(given: {
  url: string;
  tenants: readonly Tenant[];
  clients: number;
  seconds: number;
}): Promise<Loaded> {
  const rest = createRestLoad(given.url, { tenants: given.tenants, connections: given.clients });
  const loaded = await closedLoop(given, (number) =>
    number % 2 === 0
      ? rest.createNote(number, "Called, wants a second visit")
      : rest.updateCustomer(number),
  );
  await rest.close();
  return loaded;
}

function describe(rounds: readonly Round[][]): Table {
  const rows = clientCounts.flatMap((clients, index): Row[] => {
    const own = rounds.flatMap((round) => round[index] ?? []);
    const [ours, limit] = [own.map((round) => round.ours), own.map((round) => round.limit)];
    const share = ratioOf(ratesOf(ours), ratesOf(limit));
    const what = clients === 1 ? "1 client" : `${clients} clients`;
    return [
      { what: `${what}, bare SQL`, cells: [...cellsOf(limit), null] },
      {
        what: `${what}, REST`,
        cells: [...cellsOf(ours), share],
        target: { of: share, atLeast: 0.6, unit: "× bare SQL" },
      },
    ];
  });
  const cpu = ["node, CPU µs each", "PostgreSQL, CPU µs each"];
  return { columns: ["commands/s", "p50 ms", "p99 ms", ...cpu, "share of the limit"], rows };
}

const ratesOf = (runs: readonly Loaded[]) => runs.map(({ perSecond }) => perSecond);

const cellsOf = (runs: readonly (Loaded & Cost)[]) => [
  figureOf(ratesOf(runs)),
  figureOf(runs.map(({ p50Ms }) => p50Ms)),
  figureOf(runs.map(({ p99Ms }) => p99Ms)),
  figureOf(runs.map(({ nodeUs }) => nodeUs)),
  figureOf(runs.map(({ storeUs }) => storeUs)),
];
