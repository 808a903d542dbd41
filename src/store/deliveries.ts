import { Delivery } from "../contract/resources/explanation.ts";
import { DeliveryView } from "../contract/resources/view.ts";
import type { Db } from "../base/database.ts";
import { explain, type StandingRow } from "./explanation.ts";
import { deliveredSince, isPast, jumpedOver, matchesFilter, passes, standing } from "./standing.ts";

/** Where an event stands at each endpoint of an organization, and why. */
export async function eventDeliveries(
  db: Db,
  { organizationId, eventId }: { organizationId: string; eventId: string },
): Promise<Delivery[]> {
  const rows = await db<StandingRow[]>`
    ${standingRows(db)} where n.organization_id = ${organizationId} and n.event_id = ${eventId} order by e.id
  `;
  return rows.map((row) => Delivery.parse(explain(row)));
}

/** Where an event stands at one endpoint, and why. @returns undefined when its feed does not hold the event. */
export async function explainEvent(
  db: Db,
  { endpointId, eventId }: { endpointId: string; eventId: string },
): Promise<Delivery | undefined> {
  const [row] = await db<StandingRow[]>`
    ${standingRows(db)} where e.id = ${endpointId} and n.event_id = ${eventId}
  `;
  return row && Delivery.parse(explain(row));
}

/** A range of a feed, and of how many of its entries at most the deliveries are told. */
interface DeliveryRange {
  readonly organizationId: string;
  readonly from: number;
  readonly to: number;
  readonly customerId: string | null;
  readonly limit: number;
}

/**
 * Where the entries of a range stand at each endpoint of their organization.
 * @returns also the last of them; before `from` when there is none.
 */
export async function listDeliveries(
  db: Db,
  { organizationId, from, to, customerId, limit }: DeliveryRange,
): Promise<{ from: number; to: number; data: DeliveryView[] }> {
  const entries = await db<{ event_id: string; sequence: number }[]>`
    select event_id, sequence from feed_entries
    where organization_id = ${organizationId} and sequence >= ${from} and sequence <= ${to}
      and (${customerId}::text is null or customer_id = ${customerId})
    order by sequence limit ${limit + 1}
  `;
  const told = entries.slice(0, limit);
  const rows = await db<StandingRow[]>`
    ${standingRows(db)}
    where n.organization_id = ${organizationId} and n.event_id = any(${told.map((entry) => entry.event_id)}::text[])
    order by n.sequence, e.id
  `;
  const eventOf = new Map(told.map((entry) => [entry.sequence, entry.event_id]));
  return {
    from,
    to: told.at(-1)?.sequence ?? from - 1,
    data: rows.map((row) =>
      DeliveryView.parse({ ...explain(row), event_id: eventOf.get(row.sequence) }),
    ),
  };
}

/** Of `feed_entries n` at `endpoints e`: its standing, and everything that may be the reason. */
const standingRows = (db: Db) => db`
  select e.id as endpoint_id, e.url, e.state as endpoint_state, e.state_reason, e.state_since, n.sequence,
    ${matchesFilter(db)} as is_subscribed, ${standing(db)} as standing,
    coalesce((
      select max(ended_at) from past_filters f where f.endpoint_id = e.id and ${passes(db, db`f.events`)}
    ), e.created_at) as filter_since,
    (
      select ended_at from (
        select * from past_filters f where f.endpoint_id = e.id and f.up_to >= n.sequence order by f.ended_at limit 1
      ) f where not ${passes(db, db`f.events`)} and n.sequence >= e.manifest_from
    ) as left_out_until,
    coalesce(a.attempts, 0) as attempts, a.last_status_code, a.last_error,
    g.attempted_at as delivered_at, g.attempt as delivered_attempt, g.duration_ms,
    r.kind as queued_as, coalesce(r.attempts, case when h.sequence = n.sequence then l.attempts end, 0) as failures,
    coalesce(r.due_at, case when h.sequence = n.sequence then l.due_at end) as due_at,
    case when e.state = 'backing_off' then e.backoff_until end as probe_at,
    d.attempts as dead_attempts, d.dead_at,
    coalesce(d.skipped_at, (select max(s.skipped_at) from skips s where ${jumpedOver(db)})) as skipped_at,
    coalesce(b.blocker, case when h.sequence < n.sequence then json_build_object('event_id', h.event_id, 'type', h.type,
      'attempts', (select count(*) from attempts
        where endpoint_id = e.id and event_id = h.event_id and kind <> 'test'),
      'next_attempt_at', l.due_at) end) as behind,
    ${aheadOf(db)} as ahead
  from feed_entries n join endpoints e on e.organization_id = n.organization_id
    cross join lateral (select n.sequence) place
    left join resends r on r.endpoint_id = e.id and r.sequence = n.sequence
    left join dead_events d on d.endpoint_id = e.id and d.sequence = n.sequence
    left join lanes l on l.endpoint_id = e.id and l.customer_id = n.customer_id
      and l.head_sequence <= n.sequence and r.sequence is null
    left join lateral (
      select n.sequence, n.event_id, n.type from feed_entries n
      where n.organization_id = e.organization_id and n.customer_id = l.customer_id
        and n.sequence >= l.head_sequence and ${matchesFilter(db)} and not ${isPast(db)}
      order by n.sequence limit 1
    ) h on true
    left join lateral (
      select json_build_object('event_id', b.event_id, 'type', v.type, 'attempts', (
        select count(*) from attempts where endpoint_id = e.id and event_id = b.event_id and kind <> 'test'
      ), 'next_attempt_at', b.due_at) as blocker
      from resends b join events v on v.id = b.event_id
      where r.sequence is not null and b.endpoint_id = e.id and b.customer_id = n.customer_id
        and b.sequence < n.sequence and b.due_at > now() and b.kind <> 'parked'
      order by b.sequence limit 1
    ) b on true
    left join lateral (
      select count(*) as attempts, (array_agg(status_code order by id desc))[1] as last_status_code,
        (array_agg(error order by id desc))[1] as last_error
      from attempts where endpoint_id = e.id and event_id = n.event_id and kind <> 'test'
    ) a on true
    left join lateral (
      select attempted_at, attempt, duration_ms from attempts
      where endpoint_id = e.id and event_id = n.event_id and kind <> 'test' and outcome = 'delivered'
      order by id desc limit 1
    ) g on true
`;

/** Counted at most, so that one question about a long backlog stays cheap. */
const aheadLimit = 100_000;

/** How many entries before an entry `n` that waits are not settled either: in the queue, or beyond the cursor. */
const aheadOf = (db: Db) => db`
  case
    when r.sequence is not null then (
      select count(*) from resends q where q.endpoint_id = e.id and q.sequence < n.sequence
    )
    when n.sequence > e.cursor then (
      select count(*) from (
        select from feed_entries n
        where n.organization_id = e.organization_id and n.sequence > e.cursor and n.sequence < place.sequence
          and ${matchesFilter(db)} and not ${deliveredSince(db)}
        limit ${aheadLimit}
      ) before
    )
  end
`;
