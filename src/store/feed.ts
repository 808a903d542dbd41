import type { FeedEntry } from "../contract/formats/entry.ts";
import type { Db, Sql } from "../base/database.ts";
import { isPast, passes } from "./standing.ts";

/** An entry as it is stored: what formats render, and whose it is. */
export interface StoredEntry extends FeedEntry {
  readonly customer_id: string;
}

/** An entry on its way to one endpoint. */
export interface EndpointEntry extends StoredEntry {
  /** Sequence of the endpoint's previous matching entry; null at the start of its chain. */
  readonly previous: number | null;
  /** Attempts that the log has of this event at this endpoint, tests left out. */
  readonly made: number;
}

/** Which entries of a feed one endpoint gets. */
export interface Subscription {
  readonly organizationId: string;
  readonly endpointId: string;
  /** Event types; null for all of the flow. */
  readonly types: readonly string[] | null;
  /** No entry up to here is named as a previous one. */
  readonly chainStart: number;
  /** The fencing number under which it is read: under a newer one another filter or cursor may hold. */
  readonly fence: number;
}

export interface FeedRange {
  readonly organizationId: string;
  /** Entries after this sequence. */
  readonly after: number;
  /** Event types; null for all of the flow. */
  readonly types?: readonly string[] | null;
  /** Everything there is, what came in through inlets too; `types` says nothing then. */
  readonly isWhole?: boolean;
  readonly customerId?: string | null;
  /** Entries at most. */
  readonly limit: number;
  /** For which endpoint it is read, and under which fencing number: there is nothing to read under an old one. */
  readonly holder?: Pick<Subscription, "endpointId" | "fence"> | undefined;
}

export interface FeedPage {
  readonly entries: readonly StoredEntry[];
  /** Every matching entry up to this sequence was read. */
  readonly scannedTo: number;
  /** Sequence of the newest entry of the feed, 0 while it is empty. */
  readonly head: number;
}

/** Entries looked at by one statement at most, so that a filter that matches nothing does not hold it up. */
const scanLimit = 20_000;
/** A read ends with the entry that makes it weigh this much, in bytes of data: what came in may be megabytes each. */
export const readWeight = 16_000_000;

/**
 * Reads matching entries in order, oldest first, as of one moment. With fewer than `limit` entries and `scannedTo`
 * below `head`, there may be more: read on after `scannedTo`. Heavy entries are read few at a time.
 */
export async function readFeed(db: Db, range: FeedRange): Promise<FeedPage> {
  const {
    organizationId,
    after,
    limit,
    types = null,
    isWhole = false,
    customerId = null,
    holder,
  } = range;
  const longest = customerId === null ? scanLimit : Number.MAX_SAFE_INTEGER - after;
  const rows = await db<(StoredEntry & { head: number; scan_end: number; weight: number })[]>`
    select f.head, least(f.head, ${after + longest}) as scan_end, e.*
    from feeds f left join lateral (
      select ${entryColumns(db)}, sum(octet_length(v.data)) over (order by n.sequence) as weight
      from feed_entries n join events v on v.id = n.event_id
      where n.organization_id = f.organization_id
        and n.sequence > ${after} and n.sequence <= least(f.head, ${after + longest})
        and ${isWhole ? db`true` : matches(db, types)}
        and (${customerId}::text is null or n.customer_id = ${customerId})
      order by n.sequence limit ${limit}
    ) e on e.weight - octet_length(e.data) < ${readWeight}
    where f.organization_id = ${organizationId}
      ${holder ? isHeld(db, holder) : db``}
    order by e.sequence
  `;
  const entries = rows.filter(({ sequence }) => sequence !== null).map(toEntry);
  const isFull = entries.length === limit || (rows.at(-1)?.weight ?? 0) >= readWeight;
  const last = isFull ? entries.at(-1)?.sequence : rows[0]?.scan_end;
  return { entries, scannedTo: Math.max(after, last ?? after), head: rows[0]?.head ?? 0 };
}

/** @returns up to where a feed may be read for an endpoint; 0 under an old fencing number: then nothing may. */
export async function readableHead(
  db: Db,
  { organizationId, holder }: Required<Pick<FeedRange, "organizationId" | "holder">>,
): Promise<number> {
  const [row] = await db<{ head: number }[]>`
    select head from feeds where organization_id = ${organizationId} ${holder ? isHeld(db, holder) : db``}
  `;
  return row?.head ?? 0;
}

const isHeld = (db: Db, { endpointId, fence }: Pick<Subscription, "endpointId" | "fence">) =>
  db`and exists (select from endpoints where id = ${endpointId} and fence = ${fence})`;

/** @returns sequence of the newest entry of an organization's feed, 0 while it is empty. */
export async function feedHead(db: Db, organizationId: string): Promise<number> {
  const [row] = await db<{ head: number }[]>`
    select head from feeds where organization_id = ${organizationId}
  `;
  return row?.head ?? 0;
}

/** Tells all who listen on a channel. Never in a transaction that writes: it would make commits wait for each other. */
export async function notify(sql: Sql, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`;
}

/** @returns undefined when the organization's feed has no such event. */
export async function readEntry(
  db: Db,
  { organizationId, eventId }: { organizationId: string; eventId: string },
): Promise<StoredEntry | undefined> {
  const [row] = await db<StoredEntry[]>`
    select ${entryColumns(db)}
    from feed_entries n join events v on v.id = n.event_id
    where n.organization_id = ${organizationId} and n.event_id = ${eventId}
  `;
  return row && toEntry(row);
}

/** @returns sequence of the endpoint's last matching entry before `before`; null at the start of its chain. */
export async function previousMatching(
  db: Db,
  subscription: Subscription,
  before: number,
): Promise<number | null> {
  const [row] = await db<{ previous: number | null }[]>`
    select ${previousOf(db, subscription, db`${before}::bigint`)} as previous
  `;
  return row?.previous ?? null;
}

/**
 * The customer's next matching entry for one endpoint that is not settled yet: what a lane sends next. One may have been
 * delivered by a node whose word of it was not taken any more, or skipped by its owner.
 * @param range sequences after `after` up to `upTo`.
 * @returns null when there is none.
 * @throws {Superseded} when the fencing number is an old one.
 */
export async function nextOfCustomer(
  db: Db,
  subscription: Subscription,
  range: { customerId: string; after: number; upTo: number },
): Promise<EndpointEntry | null> {
  const { organizationId, endpointId, fence, types } = subscription;
  const [row] = await db<EndpointEntry[]>`
    select n.* from endpoints e left join lateral (
      select ${endpointEntryColumns(db, subscription)}
      from feed_entries n join events v on v.id = n.event_id
      where n.organization_id = ${organizationId} and n.customer_id = ${range.customerId}
        and n.sequence > ${range.after} and n.sequence <= ${range.upTo}
        and ${matches(db, types)} and not ${isPast(db)}
      order by n.sequence limit 1
    ) n on true
    where e.id = ${endpointId} and e.fence = ${fence}
  `;
  if (!row) throw new Superseded(`${endpointId} is no longer held under ${fence}`);
  return row.sequence === null ? null : { ...toEntry(row), previous: row.previous, made: row.made };
}

/** An endpoint was taken over by another, or its owner changed what it gets. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/** Columns of a `StoredEntry`, from `feed_entries n` and `events v`. */
export const entryColumns = (db: Db) => db`
  n.organization_id, n.sequence, n.event_id, n.type, n.customer_id, n.roles, v.occurred_at as "timestamp",
  v.schema_version, v.customer_sequence, v.actor, v.cause, v.data, v.data_shape, v.changes
`;

/** Columns of an `EndpointEntry`, from `feed_entries n` and `events v`. */
export const endpointEntryColumns = (db: Db, subscription: Subscription) => db`
  ${entryColumns(db)}, ${previousOf(db, subscription, db`n.sequence`)} as previous,
  (select count(*) from attempts a
    where a.endpoint_id = ${subscription.endpointId} and a.sequence = n.sequence and a.kind <> 'test') as made
`;

/** Whether an entry `n` is of one of the types; null for all of the flow. */
export const matches = (db: Db, types: readonly string[] | null) =>
  passes(db, db`${types as string[] | null}::text[]`);

function previousOf(db: Db, subscription: Subscription, before: ReturnType<typeof entryColumns>) {
  const types = subscription.types as string[] | null;
  return db`(select max(p.sequence) from feed_entries p
    where p.organization_id = ${subscription.organizationId}
      and p.sequence > ${subscription.chainStart} and p.sequence < ${before}
      and ${passes(db, db`${types}::text[]`, db`p.type`)})`;
}

/** Only the entry's own columns, whatever was selected beside them. */
export const toEntry = (row: StoredEntry): StoredEntry => ({
  event_id: row.event_id,
  type: row.type,
  timestamp: row.timestamp,
  schema_version: row.schema_version,
  sequence: row.sequence,
  customer_sequence: row.customer_sequence,
  organization_id: row.organization_id,
  customer_id: row.customer_id,
  roles: row.roles,
  actor: row.actor,
  cause: row.cause,
  data: row.data,
  data_shape: row.data_shape ?? null,
  changes: row.changes,
});
