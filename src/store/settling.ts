import type { Db, Tx } from "../base/database.ts";
import { isPast, matchesFilter, passes, standing } from "./standing.ts";

/** Which event at which endpoint. */
export interface EventAtEndpoint {
  readonly endpointId: string;
  readonly eventId: string;
}

/**
 * Queues an event that was delivered, skipped or given up to be sent again. The endpoint is locked.
 * @returns whether it was one.
 */
export async function resendSettled(
  tx: Tx,
  { endpointId, eventId }: EventAtEndpoint,
): Promise<boolean> {
  const [queued] = await tx`
    with settled as (
      select e.id as endpoint_id, n.sequence, n.event_id, n.customer_id
      from endpoints e join feed_entries n on n.organization_id = e.organization_id
      where e.id = ${endpointId} and n.event_id = ${eventId} and ${standing(tx)} in ('delivered', 'skipped', 'dead')
    ), revived as (
      delete from dead_events d using settled s where d.endpoint_id = s.endpoint_id and d.sequence = s.sequence
    )
    insert into resends (endpoint_id, sequence, event_id, customer_id, kind)
    select endpoint_id, sequence, event_id, customer_id, 'resend' from settled returning 1
  `;
  return queued !== undefined;
}

/**
 * Skips the event that heads a customer's lane, or the first of what is to be sent to him again; his next one is due at
 * once. Whoever serves the endpoint takes it up anew, since it may hold the event. The endpoint is locked.
 * @returns whether it was such a one.
 */
export async function skipHead(tx: Tx, event: EventAtEndpoint): Promise<boolean> {
  const isSkipped = (await skipResend(tx, event)) || (await skipLaneHead(tx, event));
  if (isSkipped) await tx`update endpoints set fence = fence + 1 where id = ${event.endpointId}`;
  return isSkipped;
}

/** What the cursor has not passed is read anyway: a lane that began there would claim entries that are yet to come. */
async function skipLaneHead(tx: Tx, { endpointId, eventId }: EventAtEndpoint): Promise<boolean> {
  const [skipped] = await tx`
    with head as (
      select l.endpoint_id, l.customer_id, n.sequence, n.event_id, n.sequence < e.cursor as is_followed,
        case when l.head_sequence = n.sequence then l.attempts else 0 end as attempts
      from lanes l join endpoints e on e.id = l.endpoint_id cross join lateral (
        select n.sequence, n.event_id from feed_entries n
        where n.organization_id = e.organization_id and n.customer_id = l.customer_id
          and n.sequence >= l.head_sequence and ${matchesFilter(tx)} and not ${isPast(tx)}
        order by n.sequence limit 1
      ) n
      where l.endpoint_id = ${endpointId} and n.event_id = ${eventId}
        and l.customer_id = (select customer_id from events where id = ${eventId})
    ), moved as (
      update lanes l set head_sequence = h.sequence + 1, attempts = 0, due_at = now() from head h
      where l.endpoint_id = h.endpoint_id and l.customer_id = h.customer_id and h.is_followed
    ), ended as (
      delete from lanes l using head h
      where l.endpoint_id = h.endpoint_id and l.customer_id = h.customer_id and not h.is_followed
    )
    insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error, skipped_at)
    select endpoint_id, sequence, event_id, customer_id, attempts, 'skipped', now() from head
    on conflict (endpoint_id, sequence) do update set skipped_at = now()
    returning 1
  `;
  return skipped !== undefined;
}

/** One that was delivered before stays delivered. */
async function skipResend(tx: Tx, { endpointId, eventId }: EventAtEndpoint): Promise<boolean> {
  const [dropped] = await tx`
    with dropped as (
      delete from resends r where r.endpoint_id = ${endpointId} and r.event_id = ${eventId} and not exists (
        select from resends b where b.endpoint_id = r.endpoint_id and b.customer_id = r.customer_id
          and b.sequence < r.sequence and b.kind <> 'parked'
      ) returning r.*
    ), skipped as (
      insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error, skipped_at)
      select endpoint_id, sequence, event_id, customer_id, attempts, 'skipped', now() from dropped d
      where not exists (
        select from attempts a where a.endpoint_id = d.endpoint_id and a.sequence = d.sequence
          and a.outcome = 'delivered' and a.kind <> 'test'
      )
      on conflict (endpoint_id, sequence) do update set skipped_at = now()
    )
    select from dropped
  `;
  return dropped !== undefined;
}

/**
 * Skips what waits behind failures and an endpoint's new filter leaves out, which its old one let through: what the owner
 * does not want any more would else go or stay by when it happens to be tried. The endpoint is locked, its cursor stands.
 * @param before the old filter.
 */
export async function skipLeftOut(
  tx: Tx,
  endpointId: string,
  before: readonly string[] | null,
): Promise<void> {
  await tx`
    with left_out as (
      select l.endpoint_id, l.customer_id, n.sequence, n.event_id,
        case when l.head_sequence = n.sequence then l.attempts else 0 end as attempts
      from endpoints e join lanes l on l.endpoint_id = e.id
        join feed_entries n on n.organization_id = e.organization_id and n.customer_id = l.customer_id
          and n.sequence >= l.head_sequence and n.sequence <= e.cursor
      where e.id = ${endpointId} and ${passes(tx, tx`${before as string[] | null}::text[]`)}
        and not ${matchesFilter(tx)} and not ${isPast(tx)}
    ), unparked as (
      delete from resends r using endpoints e, feed_entries n
      where e.id = ${endpointId} and r.endpoint_id = e.id and r.kind = 'parked'
        and n.organization_id = e.organization_id and n.sequence = r.sequence and n.event_id = r.event_id
        and not ${matchesFilter(tx)}
      returning r.endpoint_id, r.customer_id, r.sequence, r.event_id, r.attempts
    )
    insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error, skipped_at)
    select endpoint_id, sequence, event_id, customer_id, attempts, 'skipped', now()
    from (select * from left_out union all select endpoint_id, customer_id, sequence, event_id, attempts from unparked) s
    on conflict (endpoint_id, sequence) do update set skipped_at = now()
  `;
}

/** @returns how many events of an endpoint are dead. */
export async function countDead(db: Db, endpointId: string): Promise<number> {
  const [row] = await db<{ dead: number }[]>`
    select count(*) as dead from dead_events where endpoint_id = ${endpointId} and skipped_at is null
  `;
  return row?.dead ?? 0;
}

/** Queues all dead events of an endpoint to be sent again. @returns how many. */
export async function resendAllDead(tx: Tx, endpointId: string): Promise<number> {
  const { count } = await tx`
    with revived as (
      delete from dead_events where endpoint_id = ${endpointId} and skipped_at is null returning *
    )
    insert into resends (endpoint_id, sequence, event_id, customer_id, kind)
    select endpoint_id, sequence, event_id, customer_id, 'resend' from revived
    on conflict (endpoint_id, sequence) do update set due_at = now(), attempts = 0
  `;
  return count;
}

/** Gives all dead events of an endpoint up for good. @returns how many. */
export async function skipAllDead(tx: Tx, endpointId: string): Promise<number> {
  const { count } = await tx`
    update dead_events set skipped_at = now() where endpoint_id = ${endpointId} and skipped_at is null
  `;
  return count;
}
