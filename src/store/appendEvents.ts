import type { Actor, Cause } from "../contract/event.ts";
import type { EventType } from "../contract/catalogue.ts";
import type { Party } from "../contract/meta.ts";
import type { Tx } from "../base/database.ts";
import type { StoredEntry } from "./feed.ts";

/** An event that a command recorded, ready to be written. */
export interface RecordedEvent {
  readonly id: string;
  readonly type: EventType;
  readonly schemaVersion: number;
  /** RFC 3339. */
  readonly occurredAt: string;
  readonly customerId: string;
  readonly actor: Actor;
  readonly cause: Cause;
  /** The full snapshot as JSON text. */
  readonly data: string;
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

/**
 * Appends events to the feeds of all they concern: the last statements of a transaction. The feeds' rows stay locked
 * until its commit, so sequence order is commit order and a reader never sees n + 1 before n. They are locked in the
 * order of their ids, for all events at once, so that two commands never wait for each other.
 * @returns what is new, for readers in this process once the transaction is committed.
 */
export async function appendEvents(
  tx: Tx,
  events: readonly RecordedEvent[],
): Promise<FeedGrowth[]> {
  if (events.length === 0) return [];
  const growth = new Map<string, number>();
  for (const organizationId of events.flatMap(({ parties }) => [...parties.keys()])) {
    growth.set(organizationId, (growth.get(organizationId) ?? 0) + 1);
  }
  const organizationIds = [...growth.keys()].sort();
  // One connection runs statements in the order in which they are sent, so there is no need to wait between them.
  const [customerSequences, ...next] = await Promise.all([
    insertEvents(tx, events),
    ...organizationIds.map((organizationId) => takeNext(tx, organizationId, growth)),
  ]);
  const entries = entriesOf(events, { next: new Map(next), customerSequences });
  await insertEntries(tx, entries);
  return organizationIds.map((organizationId) => ({
    organizationId,
    entries: entries.filter((entry) => entry.organization_id === organizationId),
  }));
}

/** Takes the next positions of a feed and keeps its row locked. @returns the feed, and the first of the positions. */
async function takeNext(
  tx: Tx,
  organizationId: string,
  growth: ReadonlyMap<string, number>,
): Promise<[organizationId: string, sequence: number]> {
  const by = growth.get(organizationId) ?? 0;
  const [row] = await tx<{ head: number }[]>`
    insert into feeds (organization_id, head) values (${organizationId}, ${by})
    on conflict (organization_id) do update set head = feeds.head + ${by}
    returning head
  `;
  if (!row) throw new Error(`The feed of ${organizationId} did not grow`);
  return [organizationId, row.head - by + 1];
}

/**
 * Writes the facts; takes the next positions in each customer's own order. The customers' rows are locked already.
 * @returns each event's position in it, by the event's id.
 */
async function insertEvents(
  tx: Tx,
  events: readonly RecordedEvent[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx<{ id: string; customer_sequence: number }[]>`
    with recorded as (
      select * from unnest(
        ${events.map(({ id }) => id)}::text[],
        ${events.map(({ type }) => type)}::text[],
        ${events.map(({ schemaVersion }) => schemaVersion)}::int[],
        ${events.map(({ occurredAt }) => occurredAt)}::timestamptz[],
        ${events.map(({ customerId }) => customerId)}::text[],
        ${events.map(({ actor }) => JSON.stringify(actor))}::text[],
        ${events.map(({ cause }) => JSON.stringify(cause))}::text[],
        ${events.map(({ data }) => data)}::text[],
        ${events.map(({ changes }) => changes)}::text[]
      ) with ordinality
        as r (id, type, schema_version, occurred_at, customer_id, actor, cause, data, changes, position)
    ), counted as (
      update customers c set last_customer_sequence = c.last_customer_sequence + n.events
      from (select customer_id, count(*) as events from recorded group by customer_id) n
      where c.id = n.customer_id
      returning c.id, c.last_customer_sequence - n.events as before
    )
    insert into events
      (id, type, schema_version, occurred_at, customer_id, customer_sequence, actor, cause, data, changes)
    select r.id, r.type, r.schema_version, r.occurred_at, r.customer_id,
      c.before + row_number() over (partition by r.customer_id order by r.position),
      r.actor::jsonb, r.cause::jsonb, r.data, r.changes
    from recorded r join counted c on c.id = r.customer_id
    returning id, customer_sequence
  `;
  return new Map(rows.map((row) => [row.id, row.customer_sequence]));
}

/** An entry for each feed that an event concerns. @param at.next the feeds' next positions, which are taken. */
function entriesOf(
  events: readonly RecordedEvent[],
  at: { next: Map<string, number>; customerSequences: ReadonlyMap<string, number> },
): StoredEntry[] {
  return events.flatMap((event) =>
    [...event.parties].map(([organizationId, roles]) => {
      const sequence = at.next.get(organizationId) ?? 0;
      at.next.set(organizationId, sequence + 1);
      return {
        event_id: event.id,
        type: event.type,
        timestamp: event.occurredAt,
        schema_version: event.schemaVersion,
        sequence,
        customer_sequence: at.customerSequences.get(event.id) ?? 0,
        organization_id: organizationId,
        customer_id: event.customerId,
        roles,
        actor: event.actor,
        cause: event.cause,
        data: event.data,
        changes: event.changes,
      };
    }),
  );
}

async function insertEntries(tx: Tx, entries: readonly StoredEntry[]): Promise<void> {
  await tx`
    insert into feed_entries (organization_id, sequence, event_id, type, customer_id, roles)
    select organization_id, sequence, event_id, type, customer_id, string_to_array(roles, ' ')
    from unnest(
      ${entries.map((entry) => entry.organization_id)}::text[],
      ${entries.map(({ sequence }) => sequence)}::bigint[],
      ${entries.map((entry) => entry.event_id)}::text[],
      ${entries.map(({ type }) => type)}::text[],
      ${entries.map((entry) => entry.customer_id)}::text[],
      ${entries.map(({ roles }) => roles.join(" "))}::text[]
    ) as e (organization_id, sequence, event_id, type, customer_id, roles)
  `;
}
