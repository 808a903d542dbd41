import { setTimeout as delay } from "node:timers/promises";
import type { Sql } from "../src/base/database.ts";
import { asStarted, startChild, type Child } from "./child.ts";
import { activate, type BenchEndpoint } from "./feeds.ts";
import type { BenchDatabase } from "./server.ts";
import type { Bench } from "./suite.ts";

/** What a drain cost. */
export interface Drained {
  readonly deliveries: number;
  readonly perSecond: number;
  /** Microseconds on a processor for each delivery, of all delivering processes together. */
  readonly nodeUs: number;
  /** The same of all processes of the store. */
  readonly storeUs: number;
}

/** Starts delivering nodes that find nothing to do yet. */
export async function startNodes(
  bench: Bench,
  database: BenchDatabase,
  count = 1,
): Promise<Child[]> {
  const nodeOptions = asStarted(bench.profileDirectory);
  const { connection } = database;
  return Promise.all(
    Array.from({ length: count }, async () => {
      const node = await startChild("engineProcess.ts", { nodeOptions });
      await node.ask("start", { connection, masterKey: bench.masterKey });
      return node;
    }),
  );
}

export async function stopNodes(nodes: readonly Child[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.ask("stop")));
  await Promise.all(nodes.map((node) => node.stop()));
}

/** Endpoints that nodes hold, and entries that these do not see yet. */
export interface Armed {
  /** From now on the entries are there, and the nodes know. */
  release(): Promise<void>;
}

/** How long nodes may take to hold all endpoints, in milliseconds. */
const holdWithinMs = 60_000;

/**
 * Hides what paused endpoints lack, lets nodes take the endpoints up, and waits until each holds its share: taking over
 * goes by the rhythm of leases, and is not what a drain measures.
 */
export async function arm(
  { sql }: BenchDatabase,
  { endpoints, nodes }: { endpoints: readonly BenchEndpoint[]; nodes: readonly Child[] },
): Promise<Armed> {
  const ids = endpoints.map(({ id }) => id);
  // A feed ends where its row says; what lies beyond is not read.
  const hidden = await sql<{ organization_id: string; head: number }[]>`
    update feeds f set head = e.cursor from feeds before, (
      select organization_id, min(cursor) as cursor from endpoints where id = any(${ids}::text[]) group by 1
    ) e
    where f.organization_id = e.organization_id and before.organization_id = f.organization_id
    returning f.organization_id, before.head
  `;
  const release = async () => {
    await sql`
      update feeds f set head = h.head
      from unnest(${hidden.map((row) => row.organization_id)}::text[], ${hidden.map(({ head }) => head)}::bigint[]) as h (id, head)
      where f.organization_id = h.id
    `;
    await tickAll(nodes);
  };
  await activate(sql, endpoints);
  await allHeld(sql, { ids, nodes });
  return { release };
}

async function allHeld(
  sql: Sql,
  { ids, nodes }: { ids: readonly string[]; nodes: readonly Child[] },
): Promise<void> {
  const givenUpAt = performance.now() + holdWithinMs;
  for (;;) {
    await tickAll(nodes);
    const shares = await sql<{ endpoints: number }[]>`
      select count(*)::int as endpoints from endpoints
      where id = any(${ids as string[]}::text[]) and node_until > now() group by node
    `;
    const held = shares.reduce((sum, share) => sum + share.endpoints, 0);
    if (held === ids.length && shares.length === nodes.length) return;
    if (performance.now() > givenUpAt)
      throw new Error(`Of ${ids.length} endpoints ${held} are held`);
    await delay(50);
  }
}

async function tickAll(nodes: readonly Child[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.ask("tick")));
}

/**
 * Lets nodes deliver all that paused endpoints lack: signed, logged and durable. The clock runs from the moment the
 * entries are there until every attempt is written down and every cursor is at its feed's head.
 * @throws {Error} when anything came twice, not at all, or was not logged as delivered: the number would be void.
 */
export async function drain(
  bench: Bench,
  database: BenchDatabase,
  { endpoints, nodes }: { endpoints: readonly BenchEndpoint[]; nodes: readonly Child[] },
): Promise<Drained> {
  const { sql } = database;
  const { server, receiver } = bench;
  const waiting = await waitingOf(sql, endpoints);
  const deliveries = waiting.reduce((sum, { count }) => sum + count, 0);
  await receiver.expect({ count: deliveries });
  const armed = await arm(database, { endpoints, nodes });
  await server.settle();
  const before = await cpuOf(nodes);
  const storeBefore = server.cpuUs();
  const startedAt = performance.now();
  await armed.release();
  await receiver.reached();
  await cursorsAtHead(sql, endpoints);
  const seconds = (performance.now() - startedAt) / 1_000;
  const storeUs = (server.cpuUs() - storeBefore) / deliveries;
  const nodeUs = ((await cpuOf(nodes)) - before) / deliveries;
  await checkDrained(bench, sql, waiting);
  return { deliveries, perSecond: deliveries / seconds, nodeUs, storeUs };
}

async function cpuOf(processes: readonly Child[]): Promise<number> {
  const each = await Promise.all(processes.map((child) => child.ask<number>("cpu")));
  return each.reduce((sum, us) => sum + us, 0);
}

interface Waiting {
  readonly id: string;
  /** Its cursor. */
  readonly after: number;
  /** Entries after it. */
  readonly count: number;
}

async function waitingOf(sql: Sql, endpoints: readonly BenchEndpoint[]): Promise<Waiting[]> {
  const rows = await sql<Waiting[]>`
    select e.id, e.cursor as after, f.head - e.cursor as count
    from endpoints e join feeds f on f.organization_id = e.organization_id
    where e.id = any(${endpoints.map(({ id }) => id)}::text[])
  `;
  return [...rows];
}

/** Resolves when every cursor is at its feed's head, which it is written down to be. */
export async function cursorsAtHead(sql: Sql, endpoints: readonly BenchEndpoint[]): Promise<void> {
  const ids = endpoints.map(({ id }) => id);
  const givenUpAt = performance.now() + 60_000;
  for (;;) {
    const behind = await sql`
      select from endpoints e join feeds f on f.organization_id = e.organization_id
      where e.id = any(${ids}::text[]) and e.cursor < f.head limit 1
    `;
    if (behind.length === 0) return;
    if (performance.now() > givenUpAt) throw new Error("A cursor did not come to its feed's head");
    await delay(5); // asking without a pause would take PostgreSQL's time from what is measured
  }
}

async function checkDrained(bench: Bench, sql: Sql, waiting: readonly Waiting[]): Promise<void> {
  const { requests, duplicates } = await bench.receiver.tally();
  const expected = waiting.reduce((sum, { count }) => sum + count, 0);
  const [log] = await sql<{ attempts: number; delivered: number }[]>`
    select count(*)::bigint as attempts, count(distinct (a.endpoint_id, a.sequence))
      filter (where a.outcome = 'delivered')::bigint as delivered
    from unnest(${waiting.map(({ id }) => id)}::text[], ${waiting.map(({ after }) => after)}::bigint[]) as w (id, after)
      join attempts a on a.endpoint_id = w.id and a.sequence > w.after
  `;
  const found = { requests, duplicates, ...log };
  if (requests !== expected || duplicates > 0 || log?.delivered !== expected) {
    throw new Error(`Of ${expected} deliveries not each came once: ${JSON.stringify(found)}`);
  }
}
