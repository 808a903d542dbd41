import type { Fault } from "../src/simulation/faults.ts";
import { makeMarket } from "../src/simulation/companies.ts";
import type { Report } from "../src/simulation/report.ts";
import { simulate } from "../src/simulation/simulation.ts";
import { figureOf } from "./figures.ts";
import { startBenchService, type BenchService } from "./service.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";

export const marketSuite: Suite = {
  name: "market",
  title: "A whole market",
  about: `The simulated market of \`heliograph simulate\`: leads of two sales organizations and two installers walk through the flow by REST as fast as they are
answered, every company has an endpoint, and receivers verify, keep order and account for each delivery. Commands come in with what they depend
on, so it is a mix of all that the flow does. With faults, a share of the deliveries is doubled, swapped or late on the way. The
simulation runs in the process of the benchmark and takes its share of the processors. A round that loses, doubles or swaps an event fails.`,
  minutes: 5,
  run: runMarket,
};

const kinds: Readonly<Record<string, readonly Fault[]>> = {
  "no faults": [],
  "duplicates, reorder, delay": ["duplicates", "reorder", "delay"],
};
const leads = 60;
/** More than can be answered. */
const commandsPerSecond = 100_000;
const settleMs = 60_000;

async function runMarket(bench: Bench): Promise<Table> {
  const database = await bench.server.createDatabase();
  const service = await startBenchService(bench, database, "api,delivery");
  try {
    const found = new Map<string, Measured[]>();
    for (let round = 1; round <= bench.rounds; round += 1) {
      for (const [name, faults] of Object.entries(kinds)) {
        await bench.server.settle();
        const measured = await play(bench, service, { seed: round, faults });
        found.set(name, [...(found.get(name) ?? []), measured]);
      }
      bench.say(`round ${round} of ${bench.rounds}`);
    }
    return { columns, rows: [...found].map(rowOf) };
  } finally {
    await service.stop();
    await database.drop();
  }
}

interface Measured {
  readonly commands: number;
  readonly deliveries: number;
  readonly nodeUs: number;
  readonly storeUs: number;
}

async function play(
  bench: Bench,
  service: BenchService,
  { seed, faults }: { seed: number; faults: readonly Fault[] },
): Promise<Measured> {
  const { url, operatorKey } = service;
  const { signal } = new AbortController();
  const market = await makeMarket({ url, signal }, { operatorKey, seed, orgs: 2 });
  const [node, store, startedMs] = [await service.cpuUs(), bench.server.cpuUs(), performance.now()];
  let lastMs = startedMs;
  const report = await simulate({
    url,
    market,
    seed,
    deals: scaled(bench, leads, 5),
    rate: commandsPerSecond,
    faults,
    settleMs,
    span: null,
    signal,
    onProgress: () => (lastMs = performance.now()),
  });
  requireWhole(report);
  const seconds = (lastMs - startedMs) / 1_000;
  const commands = report.commands.sent;
  const delivered = report.endpoints.reduce((sum, { feed }) => sum + feed, 0);
  return {
    commands: commands / seconds,
    deliveries: delivered / seconds,
    nodeUs: ((await service.cpuUs()) - node) / commands,
    storeUs: (bench.server.cpuUs() - store) / commands,
  };
}

function requireWhole({ verdict, settled, troubles }: Report): void {
  if (verdict === "whole" && settled) return;
  throw new Error(`The market is ${verdict}: ${JSON.stringify(troubles.first)}`);
}

const columns = [
  "commands/s",
  "deliveries they cause/s",
  "node, CPU µs a command",
  "PostgreSQL, CPU µs a command",
];

const rowOf = ([what, runs]: readonly [string, readonly Measured[]]): Row => ({
  what,
  cells: [
    figureOf(runs.map(({ commands }) => commands)),
    figureOf(runs.map(({ deliveries }) => deliveries)),
    figureOf(runs.map(({ nodeUs }) => nodeUs)),
    figureOf(runs.map(({ storeUs }) => storeUs)),
  ],
});
