import { setTimeout as delay } from "node:timers/promises";
import type { Sql } from "../src/base/database.ts";
import type { Child } from "./child.ts";
import { arm, cursorsAtHead, startNodes, stopNodes } from "./engine.ts";
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

export const outageSuite: Suite = {
  name: "outage",
  title: "An endpoint that is down",
  about: `200,000 events pass to a healthy endpoint and to one whose receiver answers 503. The same is run with that second
endpoint paused, which costs nothing: the difference is what the outage cost in attempts, in rows and in write-ahead log, and
what it took from the neighbour. Then the receiver is up again, and the clock runs until its cursor is at the head.`,
  minutes: 14,
  run: runOutage,
};

/** Tables to which delivery may write. */
const tables = ["attempts", "lanes", "dead_events", "resends"] as const;
/** Longest that a receiver may take to be found up again, and to be served, in milliseconds. */
const recoveryLimitMs = 900_000;

/** What passing all events to the healthy endpoint left behind. */
interface Passed {
  readonly perSecond: number;
  readonly walBytes: number;
  /** By table. */
  readonly rows: ReadonlyMap<string, number>;
  /** At the endpoint that is down. */
  readonly attempts: number;
}

interface Round {
  readonly calm: Passed;
  readonly outage: Passed;
  /** From the receiver's first 200 until the cursor is at the head, in seconds. */
  readonly catchUpSeconds: number;
  /** From being up again until that first 200, in seconds: the wait for the next probe. */
  readonly probeSeconds: number;
}

interface Setting {
  readonly database: BenchDatabase;
  readonly healthy: BenchEndpoint;
  readonly failing: BenchEndpoint;
  readonly entries: number;
}

async function runOutage(bench: Bench): Promise<Table> {
  const database = await bench.server.createDatabase();
  try {
    const organization = await addOrganization(database.sql, 2_003);
    const given = { url: bench.receiver.url, masterKey: bench.masterKey, maxConcurrency: 32 };
    const paths = ["/hook/0", "/down/0"];
    const made = await addEndpoints(database.sql, organization.id, { ...given, paths });
    const [healthy, failing] = made as [BenchEndpoint, BenchEndpoint];
    const entries = scaled(bench, 200_000, 1_000);
    await appendEntries(database.sql, organization, { count: entries });
    await database.sql`vacuum analyze`;
    const setting = { database, healthy, failing, entries };
    const rounds: Round[] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      rounds.push(await measureRound(bench, setting));
      const { outage, catchUpSeconds } = rounds.at(-1) as Round;
      bench.say(
        `round ${round}: ${outage.attempts} attempts at the failing one, then ${catchUpSeconds.toFixed(1)} s to catch up`,
      );
    }
    return describe(rounds, entries);
  } finally {
    await database.drop();
  }
}

async function measureRound(bench: Bench, setting: Setting): Promise<Round> {
  const { healthy, failing } = setting;
  const calmNodes = await begin(bench, setting);
  const calm = await pass(bench, setting, { nodes: calmNodes, active: [healthy] });
  await stopNodes(calmNodes);

  const nodes = await begin(bench, setting);
  const outage = await pass(bench, setting, { nodes, active: [healthy, failing] });
  const recovery = await recover(bench, setting);
  await stopNodes(nodes);
  return { calm, outage, ...recovery };
}

async function begin(bench: Bench, { database, healthy, failing, entries }: Setting) {
  await rewind(database.sql, [healthy, failing], entries);
  return startNodes(bench, database);
}

async function pass(
  { server, receiver }: Bench,
  { database, healthy, failing, entries }: Setting,
  { nodes, active }: { nodes: readonly Child[]; active: readonly BenchEndpoint[] },
): Promise<Passed> {
  const { sql } = database;
  await receiver.expect({ count: entries });
  const armed = await arm(database, { endpoints: active, nodes });
  await server.settle();
  const walBefore = await walPosition(sql);
  const startedAt = performance.now();
  await armed.release();
  await receiver.reached();
  await cursorsAtHead(sql, [healthy]);
  const perSecond = entries / ((performance.now() - startedAt) / 1_000);
  const walBytes = (await walPosition(sql)) - walBefore;
  const rows = await countRows(sql);
  const attempts = await attemptsAt(sql, failing);
  const { requests, duplicates } = await receiver.tally();
  const logged = await attemptsAt(sql, healthy);
  if (active.includes(failing) && attempts === 0)
    throw new Error("The failing endpoint was not tried");
  if (requests !== entries || duplicates > 0 || logged !== entries) {
    throw new Error(`The healthy endpoint got ${requests} of ${entries}, ${duplicates} again`);
  }
  return { perSecond, walBytes, rows, attempts };
}

async function recover(
  { receiver }: Bench,
  { database: { sql }, failing, entries }: Setting,
): Promise<Pick<Round, "catchUpSeconds" | "probeSeconds">> {
  await receiver.heal();
  const upAt = performance.now();
  const until = async (isThere: () => Promise<boolean>) => {
    while (!(await isThere())) {
      if (performance.now() - upAt > recoveryLimitMs) throw new Error("It was not served again");
      await delay(20);
    }
    return performance.now();
  };
  const firstAt = await until(async () => (await receiver.tally()).requests > entries);
  await until(async () => (await receiver.tally()).requests >= 2 * entries);
  await cursorsAtHead(sql, [failing]);
  const endedAt = performance.now();
  const { requests, duplicates } = await receiver.tally();
  if (requests !== 2 * entries || duplicates > 0) {
    throw new Error(`The recovered endpoint got ${requests - entries} of ${entries}`);
  }
  return { probeSeconds: (firstAt - upAt) / 1_000, catchUpSeconds: (endedAt - firstAt) / 1_000 };
}

async function walPosition(sql: Sql): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`
    select (pg_current_wal_lsn() - '0/0')::bigint as bytes
  `;
  return row?.bytes ?? 0;
}

async function countRows(sql: Sql): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const [row] = await sql<
      { count: number }[]
    >`select count(*)::bigint as count from ${sql(table)}`;
    counts.set(table, row?.count ?? 0);
  }
  return counts;
}

async function attemptsAt(sql: Sql, { id }: BenchEndpoint): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::bigint as count from attempts where endpoint_id = ${id}
  `;
  return row?.count ?? 0;
}

function describe(rounds: readonly Round[], entries: number): Table {
  const [calm, outage] = [rounds.map((round) => round.calm), rounds.map((round) => round.outage)];
  const ratesOf = (runs: readonly Passed[]) => runs.map(({ perSecond }) => perSecond);
  const megabytes = (runs: readonly Passed[]) =>
    figureOf(runs.map(({ walBytes }) => walBytes / 2 ** 20));
  const attempts = figureOf(outage.map((run) => run.attempts));
  const rowsOf = (runs: readonly Passed[], table: string) =>
    figureOf(runs.map(({ rows }) => rows.get(table) ?? 0));
  const extra = figureOf(
    outage.map((run, round) => totalRows(run) - totalRows(calm[round] as Passed)),
  );
  const rows: Row[] = [
    {
      what: "attempts at the failing endpoint",
      cells: [0, attempts],
      target: { of: attempts, atMost: 100, unit: "attempts" },
    },
    ...tables.map((table) => ({
      what: `rows of ${table}`,
      cells: [rowsOf(calm, table), rowsOf(outage, table)],
    })),
    {
      what: "rows that the outage cost, all tables",
      cells: [null, extra],
      target: {
        of: extra,
        atMost: 100,
        unit: `rows, of ${entries.toLocaleString("en-US")} events`,
      },
    },
    { what: "write-ahead log, MB", cells: [megabytes(calm), megabytes(outage)] },
    {
      what: "neighbour, deliveries/s",
      cells: [figureOf(ratesOf(calm)), figureOf(ratesOf(outage))],
    },
    {
      what: "neighbour's rate, × without the outage",
      cells: [1, ratioOf(ratesOf(outage), ratesOf(calm))],
    },
    {
      what: "up again to its first delivery, s",
      cells: [null, figureOf(rounds.map(({ probeSeconds }) => probeSeconds))],
    },
    {
      what: "first delivery to cursor at the head, s",
      cells: [null, figureOf(rounds.map(({ catchUpSeconds }) => catchUpSeconds))],
    },
    {
      what: "caught up with, deliveries/s",
      cells: [null, figureOf(rounds.map(({ catchUpSeconds }) => entries / catchUpSeconds))],
    },
  ];
  return { columns: ["without the outage", "with it"], rows };
}

const totalRows = ({ rows }: Passed) => [...rows.values()].reduce((sum, count) => sum + count, 0);
