import type { ResumePlan } from "../contract/resources/resume.ts";
import type { Db, Tx } from "../base/database.ts";
import { matchesFilter, standing, waitsInLane } from "./standing.ts";

/** @returns the position after which lies every event of a feed that occurred at an instant or later. */
export async function positionBefore(
  db: Db,
  { organizationId, at }: { organizationId: string; at: string },
): Promise<number> {
  // Ids begin with their time, by the clock of the service; the bound only leaves partitions and index pages out.
  const [row] = await db<{ position: number }[]>`
    select coalesce(min(n.sequence) - 1, (select head from feeds where organization_id = ${organizationId}), 0) as position
    from feed_entries n join events v on v.id = n.event_id
    where n.organization_id = ${organizationId} and v.occurred_at >= ${at}
      and n.event_id >= typeid_floor('evt', ${at}::timestamptz - interval '1 day')
  `;
  return row?.position ?? 0;
}

/** Counts what is sent when an endpoint goes on from where it stands, or after a position. */
export async function planResume(
  db: Db,
  { endpointId, position = null }: { endpointId: string; position?: number | null },
): Promise<ResumePlan> {
  const [row] = await db<ResumePlan[]>`
    select count(*) filter (where is_waiting) as waiting,
      count(*) filter (where is_after or is_waiting and (is_kept or not is_jumped)) as would_send,
      count(*) filter (where is_waiting and not is_after and is_jumped and not is_kept) as would_skip
    from (
      select ${standing(db)} = 'waiting' as is_waiting, n.sequence > ${position} is true as is_after,
        n.sequence > e.cursor and ${position}::bigint is not null as is_jumped,
        (${waitsInLane(db)} or exists (
          select from resends r where r.endpoint_id = e.id and r.sequence = n.sequence
        )) as is_kept
      from endpoints e join feed_entries n on n.organization_id = e.organization_id and ${matchesFilter(db)}
      where e.id = ${endpointId} and ${unsettled(db)} or e.id = ${endpointId} and n.sequence > ${position}
    ) n
  `;
  return row ?? { waiting: 0, would_send: 0, would_skip: 0 };
}

/** Counts what is sent when only the newest event of each customer that waits is. */
export async function planLatest(db: Db, endpointId: string): Promise<ResumePlan> {
  const [row] = await db<ResumePlan[]>`
    select coalesce(sum(waiting), 0)::bigint + r.queued as waiting,
      count(*) filter (where is_sent) + r.queued as would_send,
      coalesce(sum(waiting), 0)::bigint - count(*) filter (where is_sent) as would_skip
    from (select count(*) as queued from resends where endpoint_id = ${endpointId} and kind <> 'parked') r
      left join (${newestOfCustomers(db, endpointId)}) c on true
    group by r.queued
  `;
  return row ?? { waiting: 0, would_send: 0, would_skip: 0 };
}

/**
 * Lets the cursor pass over all that waits, and puts the newest event of each customer into a lane, due at once, so that
 * what happens from now on goes behind it; the others are skipped. What was delivered beyond the cursor stays delivered.
 * Whoever serves the endpoint takes it up anew. The endpoint is locked.
 */
export async function skipToLatest(tx: Tx, endpointId: string): Promise<void> {
  await tx`
    with before as (
      select e.id, e.cursor, coalesce(f.head, 0) as head
      from endpoints e left join feeds f on f.organization_id = e.organization_id where e.id = ${endpointId}
    ), newest as (
      ${newestOfCustomers(tx, endpointId)}
    ), moved as (
      update endpoints e set cursor = b.head, chain_start = b.head, fence = e.fence + 1,
        manifest_from = coalesce(e.manifest_from, e.chain_start + 1), version = e.version + 1, updated_at = now()
      from before b where e.id = b.id
    ), skipped as (
      insert into skips (endpoint_id, "after", up_to, customer_id)
      select id, cursor, head, null from before where head > cursor
      union all
      select l.endpoint_id, l.head_sequence - 1, b.cursor, l.customer_id
      from lanes l join before b on b.id = l.endpoint_id where l.head_sequence <= b.cursor
    ), parked_gone as (
      delete from resends p where p.endpoint_id = ${endpointId} and p.kind = 'parked' returning *
    ), parked_skipped as (
      insert into skips (endpoint_id, "after", up_to, customer_id)
      select endpoint_id, sequence - 1, sequence, customer_id from parked_gone
    ), lanes_gone as (
      delete from lanes l where l.endpoint_id = ${endpointId}
        and not exists (select from newest n where n.customer_id = l.customer_id and n.is_sent)
    )
    insert into lanes (endpoint_id, customer_id, head_sequence, attempts, due_at)
    select ${endpointId}, customer_id, newest, 0, now() from newest where is_sent
    on conflict (endpoint_id, customer_id) do update set head_sequence = excluded.head_sequence, due_at = now(),
      attempts = case when lanes.head_sequence = excluded.head_sequence then lanes.attempts else 0 end
  `;
}

/** By customer with something that waits: how much, the newest matching entry, and whether that one is to be sent. */
const newestOfCustomers = (db: Db, endpointId: string) => db`
  select customer_id, max(sequence) as newest, count(*) filter (where is_waiting) as waiting,
    max(sequence) = max(sequence) filter (where is_waiting) as is_sent
  from (
    select n.customer_id, n.sequence, ${standing(db)} = 'waiting' as is_waiting
    from endpoints e join feed_entries n on n.organization_id = e.organization_id and ${matchesFilter(db)}
    where e.id = ${endpointId} and (n.sequence > e.cursor or ${waitsInLane(db)} or exists (
      select from resends r where r.endpoint_id = e.id and r.customer_id = n.customer_id and r.kind = 'parked'
        and r.sequence <= n.sequence
    )) and not exists (
      select from resends r where r.endpoint_id = e.id and r.sequence = n.sequence and r.kind <> 'parked'
    ) and not exists (
      select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence
    )
  ) n group by customer_id having bool_or(is_waiting)
`;

/** Whether an entry `n` may be unsettled at an endpoint `e`: only such are looked at one by one. */
const unsettled = (db: Db) => db`(
  n.sequence > e.cursor
  or n.customer_id in (select customer_id from lanes where endpoint_id = e.id)
  or n.sequence in (select sequence from resends where endpoint_id = e.id)
)`;
