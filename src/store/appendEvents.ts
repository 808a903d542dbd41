import type { Actor, Cause } from "../contract/event.ts";
import type { FeedType } from "../contract/inbound.ts";
import { inboundType } from "../contract/inboundType.ts";
import type { Party } from "../contract/meta.ts";
import type { Tx } from "../base/database.ts";
import type { StoredEntry } from "./feed.ts";

/** An event that a command recorded, ready to be written. */
export interface RecordedEvent {
  readonly id: string;
  readonly type: FeedType;
  readonly schemaVersion: number;
  /** RFC 3339. */
  readonly occurredAt: string;
  /** The customer whose it is, or of what came in the subject. */
  readonly customerId: string;
  readonly actor: Actor;
  readonly cause: Cause;
  /** The full snapshot as JSON text. */
  readonly data: string;
  /** Fingerprint of the schema that names all there is in `data`; null when there may be more. */
  readonly dataShape: number | null;
  readonly changes: string | null;
  /** Organizations whose feeds get it, each with the roles in which it does. */
  readonly parties: ReadonlyMap<string, readonly Party[]>;
}

/** What a feed has new after a commit. */
export interface FeedGrowth {
  readonly organizationId: string;
  /** In order and without holes, each equal to what a read of the feed gives. */
  readonly entries: readonly StoredEntry[];
}

/** Opens an organization's feed, which it has from its beginning. */
export async function openFeed(tx: Tx, organizationId: string): Promise<void> {
  await tx`insert into feeds (organization_id) values (${organizationId})`;
}

/**
 * Appends events to the feeds of all they concern: the last statement of a transaction. The feeds' rows stay locked
 * until its commit, so sequence order is commit order and a reader never sees n + 1 before n. They are locked in the
 * order of their ids, for all events at once, so that two commands never wait for each other.
 * @returns what is new, for readers in this process once the transaction is committed.
 */
export async function appendEvents(
  tx: Tx,
  events: readonly RecordedEvent[],
): Promise<FeedGrowth[]> {
  if (events.length === 0) return [];
  const concerned = events.flatMap((event) =>
    [...event.parties].map(([organizationId, roles]) => ({ event, organizationId, roles })),
  );
  const rows = await insertAll(tx, events, concerned);
  if (rows.length !== concerned.length) {
    throw new Error(`Of ${concerned.length} feed entries ${rows.length} were written`);
  }
  const placeOf = new Map(rows.map((row) => [`${row.event_id} ${row.organization_id}`, row]));
  const growth = new Map<string, StoredEntry[]>();
  for (const { event, organizationId, roles } of concerned) {
    const place = placeOf.get(`${event.id} ${organizationId}`);
    if (!place) throw new Error(`Event ${event.id} has no place in the feed of ${organizationId}`);
    const entries = growth.get(organizationId) ?? [];
    if (entries.length === 0) growth.set(organizationId, entries);
    entries.push(entryOf(event, { ...place, roles }));
  }
  return [...growth].map(([organizationId, entries]) => ({ organizationId, entries }));
}

/** An event as it concerns one organization. */
interface Concerned {
  readonly event: RecordedEvent;
  readonly organizationId: string;
  readonly roles: readonly Party[];
}

/** Where an event stands in one feed and among its customer's events. */
interface Place {
  readonly organization_id: string;
  readonly event_id: string;
  readonly sequence: number;
  readonly customer_sequence: number;
}

/**
 * Takes the next positions in each customer's own order, whose rows are locked already, and in each feed, and writes
 * the facts and the feeds' entries. One statement: each more would be one more time that others wait for the locks. A
 * command tells of customers or of what came in, never of both.
 *
 * What can be counted here is not counted there: beginning a part of a statement costs PostgreSQL more than running it.
 */
async function insertAll(
  tx: Tx,
  events: readonly RecordedEvent[],
  concerned: readonly Concerned[],
): Promise<Place[]> {
  const isInbound = events.some(({ type }) => type === inboundType);
  const subjects = isInbound ? tx`inbound_subjects` : tx`customers`;
  const customers = numbered(events, ({ customerId }) => customerId);
  const feeds = numbered(concerned, ({ organizationId }) => organizationId);
  return tx<Place[]>`
    with recorded as (
      select * from unnest(
        ${events.map(({ id }) => id)}::text[],
        ${events.map(({ type }) => type)}::text[],
        ${events.map(({ schemaVersion }) => schemaVersion)}::int[],
        ${events.map(({ occurredAt }) => occurredAt)}::timestamptz[],
        ${events.map(({ customerId }) => customerId)}::text[],
        ${customers.numbers}::bigint[],
        ${events.map(({ actor }) => JSON.stringify(actor))}::text[],
        ${events.map(({ cause }) => JSON.stringify(cause))}::text[],
        ${events.map(({ data }) => data)}::text[],
        ${events.map(({ dataShape }) => dataShape)}::int[],
        ${events.map(({ changes }) => changes)}::text[]
      ) as r (id, type, schema_version, occurred_at, customer_id, nth, actor, cause, data, data_shape, changes)
    ), counted as (
      update ${subjects} c set last_customer_sequence = c.last_customer_sequence + n.events
      from unnest(${customers.ids}::text[], ${customers.counts}::bigint[]) as n (id, events)
      where c.id = n.id
      returning c.id, c.last_customer_sequence - n.events as before
    ), facts as (
      insert into events
        (id, type, schema_version, occurred_at, customer_id, customer_sequence, actor, cause, data, data_shape, changes)
      select r.id, type, schema_version, occurred_at, customer_id, before + nth, actor::jsonb, cause::jsonb, data,
        data_shape, changes
      from recorded r join counted c on c.id = r.customer_id
      returning id, customer_sequence
    ), locked as (
      select organization_id from feeds where organization_id = any(${feeds.ids}::text[])
      order by organization_id for no key update
    ), grown as (
      update feeds f set head = f.head + n.entries
      from locked l join unnest(${feeds.ids}::text[], ${feeds.counts}::bigint[]) as n (organization_id, entries)
        using (organization_id)
      where f.organization_id = l.organization_id
      returning f.organization_id, f.head - n.entries as before
    ), entries as (
      insert into feed_entries (organization_id, sequence, event_id, type, customer_id, roles)
      select g.organization_id, g.before + c.nth, r.id, r.type, r.customer_id, string_to_array(c.roles, ' ')
      from unnest(
        ${concerned.map(({ organizationId }) => organizationId)}::text[],
        ${feeds.numbers}::bigint[],
        ${concerned.map(({ event }) => event.id)}::text[],
        ${concerned.map(({ roles }) => roles.join(" "))}::text[]
      ) as c (organization_id, nth, event_id, roles)
        join grown g using (organization_id) join recorded r on r.id = c.event_id
      returning organization_id, sequence, event_id
    )
    select n.organization_id, n.event_id, n.sequence, f.customer_sequence
    from entries n join facts f on f.id = n.event_id
  `;
}

/** Numbers items from 1 among those of the same id, in their order, and counts those of each. */
function numbered<T>(items: readonly T[], idOf: (item: T) => string) {
  const counts = new Map<string, number>();
  const numbers = items.map((item) => {
    const number = (counts.get(idOf(item)) ?? 0) + 1;
    counts.set(idOf(item), number);
    return number;
  });
  return { numbers, ids: [...counts.keys()], counts: [...counts.values()] };
}

const entryOf = (
  event: RecordedEvent,
  place: Place & { readonly roles: readonly Party[] },
): StoredEntry => ({
  event_id: event.id,
  type: event.type,
  timestamp: event.occurredAt,
  schema_version: event.schemaVersion,
  sequence: place.sequence,
  customer_sequence: place.customer_sequence,
  organization_id: place.organization_id,
  customer_id: event.customerId,
  roles: place.roles,
  actor: event.actor,
  cause: event.cause,
  data: event.data,
  data_shape: event.dataShape,
  changes: event.changes,
});
