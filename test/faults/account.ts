import type { Client } from "../../src/sdk/index.ts";
import {
  checkChain,
  checkCommands,
  checkComplete,
  checkFeed,
  checkManifests,
  checkOrder,
  checkReconciliation,
  checkResent,
  type Delivered,
  type FeedEvent,
} from "./checks.ts";
import { readLateWrites, readSettlements, type Settlement } from "./ledger.ts";
import type { Load } from "./load.ts";
import { persistently } from "./server.ts";
import type { FaultEndpoint, World } from "./world.ts";

/** What must not be found, in sentences. */
export interface Findings {
  readonly missing: string[];
  readonly inversions: string[];
  /** Duplicates of what the database knew to be delivered. */
  readonly resent: string[];
  readonly chains: string[];
  /** By processes that had lost the endpoint. */
  readonly writes: string[];
  readonly other: string[];
}

/** What a run came to. */
export interface Account {
  readonly accepted: number;
  /** Commands of which nobody heard whether they were done. */
  readonly unknown: number;
  readonly events: number;
  /** Different events that receivers took, all endpoints together. */
  readonly delivered: number;
  /** Taken once more, before the database knew. */
  readonly duplicates: number;
  /** Attempts that processes wrote to the log after they had lost the endpoint, as they may. */
  readonly lateAttempts: number;
  readonly findings: Findings;
}

/** Compares what was accepted, what the feeds hold, what came to the receivers and what the database says of it. */
export async function takeAccount(world: World, { commands, faults }: Load): Promise<Account> {
  const { journal, server, sales, epc } = world;
  await journal.settled();
  const salesFeed = await readFeed(world.clientOf(sales));
  const epcFeed = await readFeed(world.clientOf(epc));
  const { faults: writes, lateAttempts } = await persistently(() => readLateWrites(server.sql));
  const settlements = Map.groupBy(await readSettlements(server.sql), (row) => row.endpoint_id);
  const findings: Findings = {
    missing: checkCommands(commands, salesFeed),
    inversions: [],
    resent: [],
    chains: [],
    writes,
    other: [
      ...faults,
      ...journal.faults,
      ...[...world.api, ...world.delivery].flatMap(({ deaths }) => deaths),
      ...checkFeed(salesFeed, sales),
      ...checkFeed(epcFeed, epc),
    ],
  };
  const sums = { delivered: 0, duplicates: 0 };
  for (const endpoint of world.endpoints) {
    const feed = endpoint.owner === sales ? salesFeed : epcFeed;
    const delivered = deliveredTo(world, endpoint, feed);
    const taken = delivered.came.filter(({ acceptedTick }) => acceptedTick !== null);
    const different = new Set(taken.map(({ eventId }) => eventId)).size;
    sums.delivered += different;
    sums.duplicates += taken.length - different;
    const client = world.clientOf(endpoint.owner);
    findings.missing.push(...checkComplete(delivered));
    findings.missing.push(...(await checkReconciliation(client, delivered)));
    findings.inversions.push(...checkOrder(delivered));
    findings.resent.push(...checkResent(delivered, settledOf(settlements.get(endpoint.id) ?? [])));
    findings.chains.push(...checkChain(delivered));
    findings.chains.push(...(await checkManifests(client, delivered)));
  }
  const unknown = commands.filter(({ outcome }) => outcome === "unknown").length;
  const accepted = commands.length - unknown;
  return { accepted, unknown, events: salesFeed.length, ...sums, lateAttempts, findings };
}

function deliveredTo(
  { journal }: World,
  endpoint: FaultEndpoint,
  feed: readonly FeedEvent[],
): Delivered {
  const { events, receiver } = endpoint;
  const due = feed.filter(({ type }) => events?.some((wanted) => wanted === type) ?? true);
  const came = journal.arrivals.filter((arrival) => arrival.endpoint === receiver.name);
  return { endpoint, due, came };
}

const settledOf = (rows: readonly Settlement[]) =>
  new Map(rows.map((row) => [row.sequence, row.settled_ms]));

async function readFeed(client: Client): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page = await client.events.list({ after, limit: 200 });
    events.push(...(page.data as unknown as FeedEvent[]));
    after = page.next === null ? null : Number(page.next);
  }
  return events;
}
