import { manifestOf } from "../../src/receiver/index.ts";
import type { Client } from "../../src/sdk/index.ts";
import type { Arrival } from "./journal.ts";
import type { Command } from "./load.ts";
import type { FaultEndpoint, Owner } from "./world.ts";

/** Each check gives what is wrong, in sentences. */

/** An event of a feed, as the pull API gives it. */
export interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly customer_sequence: number;
  readonly data: { readonly customer: { readonly id: string } } & Readonly<Record<string, unknown>>;
}

/** An endpoint with the part of the feed that is for it, and what came to it. */
export interface Delivered {
  readonly endpoint: FaultEndpoint;
  readonly due: readonly FeedEvent[];
  readonly came: readonly Arrival[];
}

/** Positions have no holes, and each customer's events are in the order in which they happened. */
export function checkFeed(feed: readonly FeedEvent[], { organizationId }: Owner): string[] {
  const found: string[] = [];
  const newest = new Map<string, number>();
  for (const [index, { id, sequence, customer_sequence, data }] of feed.entries()) {
    const place = `${id} in the feed of ${organizationId}`;
    if (sequence !== index + 1) found.push(`${place} is at ${sequence}, not at ${index + 1}`);
    const before = newest.get(data.customer.id) ?? 0;
    if (customer_sequence <= before) found.push(`${place} is behind its customer's ${before}`);
    newest.set(data.customer.id, customer_sequence);
  }
  return found;
}

/** Each accepted command is told of once, each unknown one once or not at all, and nothing else is told of. */
export function checkCommands(commands: readonly Command[], feed: readonly FeedEvent[]): string[] {
  const told = Map.groupBy(feed, markOf);
  const known = new Set(commands.map(({ mark }) => mark));
  const wrong = commands.flatMap(({ mark, type, outcome }) => {
    const events = told.get(mark) ?? [];
    const isRight =
      events.length === 1 ? events[0]?.type === type : events.length === 0 && outcome === "unknown";
    return isRight ? [] : [`${type} ${mark} is ${outcome}, and told ${events.length} times`];
  });
  const strange = feed.filter((event) => !known.has(markOf(event)));
  return [...wrong, ...strange.map(({ id }) => `${id} is of no command`)];
}

/** The mark of the command that an event tells of. */
function markOf({ type, data }: FeedEvent): string {
  const record = data[type.replace(/^(new|update)_/, "")] as { custom?: { mark?: string } } | null;
  return record?.custom?.mark ?? "";
}

/** All that was due came and was taken, and nothing else. */
export function checkComplete({ endpoint: { receiver }, due, came }: Delivered): string[] {
  const taken = new Set(came.filter(isTaken).map(({ sequence }) => sequence));
  const missing = due.filter(({ sequence }) => !taken.has(sequence));
  const idAt = new Map(due.map(({ id, sequence }) => [sequence, id]));
  const strange = came.filter(({ eventId, sequence }) => idAt.get(sequence) !== eventId);
  return [
    ...missing.map(({ id, sequence }) => `${receiver.name}: ${id} at ${sequence} is missing`),
    ...strange.map(({ eventId }) => `${receiver.name}: ${eventId} was not to come`),
  ];
}

/** No event of a customer was even tried before all earlier ones had been taken. */
export function checkOrder({ endpoint: { receiver }, due, came }: Delivered): string[] {
  const takenAt = new Map<number, number>();
  for (const { sequence, acceptedTick } of came) {
    const known = takenAt.get(sequence);
    if (acceptedTick !== null) takenAt.set(sequence, Math.min(acceptedTick, known ?? acceptedTick));
  }
  const before = new Map<number, number>();
  const newest = new Map<string, number>();
  for (const { sequence, data } of due) {
    const last = newest.get(data.customer.id);
    if (last !== undefined) before.set(sequence, last);
    newest.set(data.customer.id, sequence);
  }
  return came.flatMap(({ sequence, attempt, tick }) => {
    const earlier = before.get(sequence);
    const isInOrder =
      earlier === undefined || (takenAt.get(earlier) ?? Number.POSITIVE_INFINITY) < tick;
    return isInOrder
      ? []
      : [`${receiver.name}: ${sequence} (attempt ${attempt}) came before ${earlier} was taken`];
  });
}

/** Nothing came again that the database knew to be delivered. @param settledMs since when, by sequence. */
export function checkResent(
  { endpoint: { receiver }, came }: Delivered,
  settledMs: ReadonlyMap<number, number | null>,
): string[] {
  return came.flatMap(({ sequence, attempt, atMs }) => {
    const since = settledMs.get(sequence) ?? Number.POSITIVE_INFINITY;
    const lateMs = Math.round(atMs - since);
    return atMs <= since
      ? []
      : [
          `${receiver.name}: ${sequence} (attempt ${attempt}) came ${lateMs} ms after it was settled`,
        ];
  });
}

/** Each delivery names the one before it, and is the same whenever it comes. */
export function checkChain({ endpoint: { receiver }, due, came }: Delivered): string[] {
  const previousOf = new Map(
    due.map(({ sequence }, index) => [sequence, due[index - 1]?.sequence ?? null]),
  );
  const unlinked = came
    .filter(({ sequence, previous }) => previousOf.get(sequence) !== previous)
    .map(({ sequence, previous }) => `${receiver.name}: ${sequence} names ${previous} before it`);
  const bodies = Map.groupBy(
    came.filter(({ digest }) => digest !== null),
    ({ eventId }) => eventId,
  );
  const changed = [...bodies]
    .filter(([, all]) => new Set(all.map(({ digest }) => digest)).size > 1)
    .map(([id]) => `${receiver.name}: ${id} came with different bodies`);
  return [...unlinked, ...changed];
}

/** Manifests say the same as `manifestOf` of what was taken. */
export async function checkManifests(
  client: Client,
  { endpoint: { id, receiver }, came }: Delivered,
): Promise<string[]> {
  const taken = came.filter(isTaken).map(({ sequence, eventId }) => ({ sequence, id: eventId }));
  const { data, open } = await client.manifests.list({ id, limit: 100 });
  const found: string[] = [];
  let hash: string | undefined;
  for (const manifest of [...data.toReversed(), ...(open ? [open] : [])]) {
    const { from, to, count, starts_chain: startsChain } = manifest;
    const own = taken.filter(({ sequence }) => sequence >= from && sequence <= to);
    const computed = await manifestOf(own, startsChain ? undefined : hash);
    hash = manifest.hash;
    if (computed.count === count && computed.hash === hash) continue;
    found.push(`${receiver.name}: ${from} to ${to} has ${computed.count} events, not ${count}`);
  }
  return found;
}

/** The service's own account: all is delivered, nothing waits or is dead. */
export async function checkReconciliation(
  client: Client,
  { endpoint: { id, receiver }, due }: Delivered,
): Promise<string[]> {
  const { matching, delivered, waiting, dead, skipped } = await client.endpoints.reconcile({ id });
  if (matching === due.length && delivered === matching) return [];
  const told = `${delivered} delivered, ${waiting} waiting, ${dead} dead, ${skipped} skipped`;
  return [`${receiver.name}: of ${due.length} due, ${matching} match: ${told}`];
}

const isTaken = ({ acceptedTick }: Arrival) => acceptedTick !== null;
