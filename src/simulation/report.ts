import type { Client } from "../sdk/index.ts";
import { isWhole, type Account, type Seen } from "./account.ts";
import type { Door } from "./door.ts";
import type { Arrivals } from "./leadTime.ts";
import type { Tally, Trouble } from "./play.ts";

/** What came of one endpoint's deliveries. */
export interface EndpointReport {
  readonly organization: { readonly id: string; readonly name: string };
  readonly party: "sales_org" | "epc";
  readonly endpoint_id: string;
  /** Events of the feed that were to come. */
  readonly feed: number;
  /** Where they stand by the service's own account. */
  readonly service: Readonly<Record<"delivered" | "waiting" | "dead" | "skipped", number>>;
  /** Requests, those that were refused among them. */
  readonly attempts: number;
  /** Requests whose signature did not hold. */
  readonly rejected: number;
  /** What the service delivered, at the receiver's door. */
  readonly delivered: Account;
  /** The same after the way behind the door, where duplicates and swaps are put in. */
  readonly passed: Account;
  /** What the receiver handled in the end. */
  readonly handled: Account;
  /** How often each fault has struck. */
  readonly faults: Readonly<Record<string, number>>;
}

/** What a simulation did and what came of it: with `--json`, the one value on the standard output. */
export interface Report {
  readonly kind: "simulation";
  readonly seed: number;
  readonly seconds: number;
  /** The time that was played by the clock of a test server, in RFC 3339; null when all happened at once. */
  readonly span: { readonly from: string; readonly to: string } | null;
  readonly interrupted: boolean;
  /** Whether all was settled within its time. */
  readonly settled: boolean;
  readonly deals: {
    readonly planned: number;
    /** Those that came to their end, by that end. */
    readonly ended: Readonly<Record<string, number>>;
    /** The others: what they would have done comes after the end. */
    readonly under_way: number;
  };
  readonly commands: {
    readonly sent: number;
    readonly refused: number;
    readonly left_out: number;
    readonly by_kind: Readonly<Record<string, { readonly sent: number; readonly refused: number }>>;
    /** How often each rule of the flow has refused. */
    readonly by_rule: Readonly<Record<string, number>>;
  };
  /** Commands that failed otherwise: how many, and the first of them. */
  readonly troubles: { readonly count: number; readonly first: readonly Trouble[] };
  /** Events in the feeds, by type; one that both parties get counts twice. */
  readonly events: Readonly<Record<string, number>>;
  readonly endpoints: readonly EndpointReport[];
  /** `whole`: nothing is missing, nothing is out of order, no command has failed. */
  readonly verdict: "whole" | "not_whole";
}

/** Failed commands that are told one by one. */
const toldLimit = 20;

interface Ran {
  readonly seed: number;
  readonly planned: number;
  readonly startedMs: number;
  readonly span: Arrivals | null;
  readonly interrupted: boolean;
  readonly settled: boolean;
  readonly tally: Tally;
  readonly doors: readonly Door[];
}

/** Asks the service what was to come, and compares. */
export async function reportOf(ran: Ran): Promise<Report> {
  const { tally, seed, interrupted, settled } = ran;
  const events: Record<string, number> = {};
  const endpoints: EndpointReport[] = [];
  for (const door of ran.doors) endpoints.push(await accountFor(door, events));
  const byKind = inOrder(tally.commands);
  const counts = Object.values(byKind);
  const isGood =
    tally.troubles.length === 0 &&
    endpoints.every(({ delivered, handled }) => isWhole(delivered) && isWhole(handled));
  return {
    kind: "simulation",
    seed,
    seconds: Math.round((Date.now() - ran.startedMs) / 100) / 10,
    span: ran.span && { from: instantOf(ran.span.fromMs), to: instantOf(ran.span.untilMs) },
    interrupted,
    settled,
    deals: {
      planned: ran.planned,
      ended: inOrder(tally.ended),
      under_way: ran.planned - sum([...tally.ended.values()]),
    },
    commands: {
      sent: sum(counts.map(({ sent }) => sent)),
      refused: sum(counts.map(({ refused }) => refused)),
      left_out: tally.leftOut,
      by_kind: byKind,
      by_rule: inOrder(tally.rules),
    },
    troubles: { count: tally.troubles.length, first: tally.troubles.slice(0, toldLimit) },
    events: inOrder(new Map(Object.entries(events))),
    endpoints,
    verdict: isGood ? "whole" : "not_whole",
  };
}

/** @param events counts by type, added to. */
async function accountFor(door: Door, events: Record<string, number>): Promise<EndpointReport> {
  const { company, endpointId, after } = door;
  const feed: Seen[] = [];
  for await (const event of company.client.events.listAll({ after })) {
    if (!isOfFlow(event)) continue; // what inlets took comes only to endpoints that name it
    feed.push({ id: event.id, sequence: event.sequence, customer: event.data.customer.id });
    events[event.type] = (events[event.type] ?? 0) + 1;
  }
  const { id, name, party } = company;
  return {
    organization: { id, name },
    party,
    endpoint_id: endpointId,
    feed: feed.length,
    service: await standing(company.client, endpointId, feed),
    attempts: door.attempts,
    rejected: door.rejected,
    delivered: door.delivered.compare(feed),
    passed: door.passed.compare(feed),
    handled: door.handled.compare(feed),
    faults: door.faultsSoFar(),
  };
}

const isOfFlow = (event: { readonly type: string }) => event.type !== "inbound";

async function standing(client: Client, id: string, feed: readonly Seen[]) {
  const [from, to] = [feed[0]?.sequence, feed.at(-1)?.sequence];
  if (from === undefined || to === undefined)
    return { delivered: 0, waiting: 0, dead: 0, skipped: 0 };
  const { delivered, waiting, dead, skipped } = await client.endpoints.reconcile({ id, from, to });
  return { delivered, waiting, dead, skipped };
}

const instantOf = (ms: number) => new Date(ms).toISOString();

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const inOrder = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
