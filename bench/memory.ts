import { setTimeout as delay } from "node:timers/promises";
import { arm, startNodes } from "./engine.ts";
import {
  addEndpoints,
  addOrganization,
  appendEntries,
  pause,
  rewind,
  type BenchEndpoint,
} from "./feeds.ts";
import { figureOf } from "./figures.ts";
import type { BenchDatabase } from "./server.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";

export const memorySuite: Suite = {
  name: "memory",
  title: "Memory of a delivering process",
  about: `One process holds 1,000 endpoints of 10 organizations with 100,000 entries each, all waiting for every endpoint: a million
entries, a hundred million deliveries. It runs for a while with receivers that are all down, with receivers that take 200 ms for an
answer, and with receivers that answer at once, each with a process of its own; shown is the largest resident set seen.`,
  minutes: 5,
  run: runMemory,
};

const organizations = 10;
const secondsEach = 20;
const sampleEveryMs = 100;
/** Each a run of its own; the paths say how the receiver answers. */
const behaviours = ["down", "slow", "hook"] as const;
const titles = { down: "down", slow: "200 ms for an answer", hook: "answer at once" };

interface Sample {
  readonly bytes: number;
  readonly deliveries: number;
  readonly refused: number;
}

async function runMemory(bench: Bench): Promise<Table> {
  const database = await bench.server.createDatabase();
  try {
    const byBehaviour = await makeEndpoints(bench, database);
    const rows: Row[] = [];
    for (const behaviour of behaviours) {
      const endpoints = byBehaviour[behaviour];
      const samples: Sample[] = [];
      // A round is long enough to see a plateau; more than three tell nothing more.
      for (let round = 1; round <= Math.min(3, bench.rounds); round += 1) {
        samples.push(await measure(bench, database, endpoints));
        const { bytes, deliveries } = samples.at(-1) as Sample;
        bench.say(
          `${titles[behaviour]}, round ${round}: ${toMegabytes(bytes).toFixed(0)} MB, ${deliveries} deliveries`,
        );
      }
      const resident = figureOf(samples.map(({ bytes }) => toMegabytes(bytes)));
      rows.push({
        what: `${endpoints.length} endpoints, receivers ${titles[behaviour]}`,
        cells: [
          resident,
          figureOf(samples.map(({ deliveries }) => deliveries)),
          figureOf(samples.map(({ refused }) => refused)),
        ],
        target: { of: resident, atMost: 300, unit: "MB" },
      });
    }
    return { columns: ["largest resident set, MB", "deliveries", "refused"], rows };
  } finally {
    await database.drop();
  }
}

async function makeEndpoints(bench: Bench, { sql }: BenchDatabase) {
  const made = { down: [], slow: [], hook: [] } as Record<
    (typeof behaviours)[number],
    BenchEndpoint[]
  >;
  const each = scaled(bench, 1_000, 20) / organizations;
  const entries = scaled(bench, 1_000_000, 1_000) / organizations;
  for (let index = 0; index < organizations; index += 1) {
    const organization = await addOrganization(sql, 503);
    for (const behaviour of behaviours) {
      const paths = Array.from({ length: each }, (_, path) => `/${behaviour}/${index}-${path}`);
      const given = { paths, url: bench.receiver.url, masterKey: bench.masterKey };
      made[behaviour].push(...(await addEndpoints(sql, organization.id, given)));
    }
    await appendEntries(sql, organization, { count: Math.round(entries) });
  }
  await sql`vacuum analyze`;
  return made;
}

async function measure(
  bench: Bench,
  database: BenchDatabase,
  endpoints: readonly BenchEndpoint[],
): Promise<Sample> {
  const { receiver } = bench;
  await rewind(database.sql, endpoints, Number.MAX_SAFE_INTEGER);
  const nodes = await startNodes(bench, database);
  await receiver.expect({ count: Number.MAX_SAFE_INTEGER });
  await (await arm(database, { endpoints, nodes })).release();
  const endsAt = performance.now() + scaled(bench, secondsEach * 1_000, 8_000);
  let bytes = 0;
  while (performance.now() < endsAt) {
    const [node] = nodes;
    bytes = Math.max(bytes, (await node?.ask<number>("memory")) ?? 0);
    await delay(sampleEveryMs);
  }
  const { requests, refused, duplicates } = await receiver.tally();
  if (requests + refused === 0 || duplicates > 0) {
    throw new Error(`${requests} came, ${duplicates} of them again, ${refused} were refused`);
  }
  // A hundred million deliveries are not waited for: it is ended as it is.
  await Promise.all(nodes.map((node) => node.stop()));
  await pause(database.sql, endpoints);
  return { bytes, deliveries: requests, refused };
}

const toMegabytes = (bytes: number) => bytes / 2 ** 20;
