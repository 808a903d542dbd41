import { Replay } from "../contract/resources/replay.ts";
import { newId } from "../base/id.ts";
import type { Db, Tx } from "../base/database.ts";
import { isDelivery } from "./attempts.ts";
import type { Page } from "./records.ts";
import { deliveredSince, matchesFilter, waitsInLane } from "./standing.ts";

/** What of a feed an owner wants to have again. */
export interface ReplayRange {
  readonly endpointId: string;
  /** First and last sequence, both included. */
  readonly from: number;
  readonly to: number;
  /** Event types; those that the endpoint's filter leaves out stay out. */
  readonly types?: readonly string[] | undefined;
  readonly customerId?: string | undefined;
}

export interface ReplayPlan {
  /** Events that match. */
  readonly matched: number;
  /** Those to be sent again: they have been sent, and do not wait anyway. */
  readonly queued: number;
}

/** Counts what a replay would send. */
export async function planReplay(db: Db, range: ReplayRange): Promise<ReplayPlan> {
  const types = (range.types ?? null) as string[] | null;
  const customerId = range.customerId ?? null;
  const [row] = await db<ReplayPlan[]>`
    select count(*) as matched, count(*) filter (where
      not exists (select from resends r where r.endpoint_id = e.id and r.sequence = n.sequence)
      and (n.sequence <= e.cursor and not ${waitsInLane(db)}
        or exists (select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence)
        or ${deliveredSince(db)})
    ) as queued
    from endpoints e join feed_entries n on n.organization_id = e.organization_id
    where e.id = ${range.endpointId} and n.sequence between ${range.from} and ${range.to}
      and ${matchesFilter(db)}
      and (${types}::text[] is null or n.type = any(${types}::text[]))
      and (${customerId}::text is null or n.customer_id = ${customerId})
  `;
  return row ?? { matched: 0, queued: 0 };
}

/**
 * Starts a replay, done at once when nothing is to be sent. It remembers what waits now: what is beyond the cursor, in
 * a lane or in the queue comes anyway, and once is enough. The endpoint is locked, so that this is one consistent cut.
 */
export async function startReplay(tx: Tx, range: ReplayRange): Promise<Replay> {
  const { matched, queued } = await planReplay(tx, range);
  const { endpointId, from, to, types = null, customerId = null } = range;
  const id = newId("rpl");
  await tx`
    insert into replays (id, endpoint_id, "from", "to", types, customer_id, matched, queued, position, waited_after,
      waiting_customers, waiting_from, settled_ahead, queued_before, state, ended_at)
    select ${id}, e.id, ${from}, ${to}, ${types as string[] | null}::text[], ${customerId}, ${matched}, ${queued},
      ${Math.max(from, 1) - 1}, e.cursor,
      array(select customer_id::text from lanes where endpoint_id = e.id order by customer_id),
      array(select head_sequence from lanes where endpoint_id = e.id order by customer_id),
      array(${settledAhead(tx, range)}),
      array(select r.sequence from resends r where r.endpoint_id = e.id and r.sequence between ${from} and ${to}),
      case when ${queued} = 0 then 'done' else 'running' end, case when ${queued} = 0 then now() end
    from endpoints e where e.id = ${endpointId}
  `;
  const [row] = await tx`select ${progress(tx)} where p.id = ${id}`;
  return Replay.parse(row);
}

/** @returns undefined when no endpoint of the organization has such a replay. */
export async function findReplay(
  db: Db,
  { id, organizationId }: { id: string; organizationId: string },
): Promise<Replay | undefined> {
  const [row] = await db`
    select ${progress(db)} where p.id = ${id}
      and exists (select from endpoints where id = p.endpoint_id and organization_id = ${organizationId})
  `;
  return row && Replay.parse(row);
}

/** An endpoint's replays, newest first; `page.after` is the last id of the page before. One more than the limit. */
export async function listReplays(
  db: Db,
  { endpointId, page }: { endpointId: string; page: Page },
): Promise<Replay[]> {
  const before = page.after ?? null;
  const rows = await db`
    select ${progress(db)}
    where p.endpoint_id = ${endpointId} and (${before}::text is null or p.id < ${before})
    order by p.id desc limit ${page.limit + 1}
  `;
  return rows.map((row) => Replay.parse(row));
}

/**
 * Calls a running replay off: what of it waits is not sent, and is dead or skipped again if it was before. Whoever
 * serves the endpoint takes it up anew, because it may hold some of it. The endpoint is locked.
 */
export async function cancelReplay(tx: Tx, id: string): Promise<void> {
  await tx`
    with dropped as (
      delete from resends where replay_id = ${id} returning endpoint_id, given_up
    ), restored as (
      insert into dead_events
      select d.* from dropped, jsonb_populate_record(null::dead_events, given_up) d where given_up is not null
      on conflict (endpoint_id, sequence) do nothing
    ), superseded as (
      update endpoints e set fence = fence + 1 where e.id in (select endpoint_id from dropped)
    )
    update replays set state = 'cancelled', ended_at = now(), taken = taken - (select count(*) from dropped)
    where id = ${id}
  `;
}

/** Columns and source of a `Replay`. What it took and does not stand in the queue any more is settled. */
const progress = (db: Db) => db`
  p.id, p.endpoint_id, p."from", p."to", p.types, p.customer_id, p.matched, p.queued, p.state, p.created_at, p.ended_at,
  p.taken - w.waiting as sent,
  case when p.state = 'done' then 0 else greatest(p.queued - p.taken + w.waiting, 0) end as remaining
  from replays p cross join lateral (select count(*) as waiting from resends where replay_id = p.id) w
`;

/** Sequences of an endpoint `e` that are settled although they lie beyond the cursor or in a lane. */
const settledAhead = (db: Db, { from, to }: ReplayRange) => db`
  select a.sequence from attempts a
  where a.endpoint_id = e.id and a.sequence > e.cursor and a.sequence between ${from} and ${to} and ${isDelivery(db)}
  union
  select d.sequence from dead_events d
  where d.endpoint_id = e.id and d.sequence > e.cursor and d.sequence between ${from} and ${to}
  union
  select n.sequence from lanes l join feed_entries n on n.organization_id = e.organization_id
    and n.customer_id = l.customer_id and n.sequence >= l.head_sequence and n.sequence between ${from} and ${to}
  where l.endpoint_id = e.id and (${deliveredSince(db)} or exists (
    select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence
  ))
`;
