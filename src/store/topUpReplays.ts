import { transaction, type Sql, type Tx } from "../base/database.ts";
import { passes } from "./standing.ts";

/** Rows of one endpoint's queue that are free to go, at most. */
const freeLimit = 500;
/** Rows of it in all, those included that wait behind a failed one of their customer. */
const queueLimit = 5_000;
/** Entries looked at by one statement at most, so that a filter that matches nothing does not hold it up. */
const scanLimit = 20_000;

/**
 * Goes on with the replays of endpoints that a node serves: takes entries into the queue while there is room, in order,
 * and ends those of which nothing is left. Of several of one endpoint the oldest goes first. Owners lock their
 * endpoint too, so nothing they do comes between; what is locked is gone on with at the next look.
 */
export async function topUpReplays(sql: Sql, endpointIds: readonly string[]): Promise<void> {
  const running = await withReplays(sql, endpointIds);
  if (running.length === 0) return;
  await transaction(sql, async (tx) => {
    const ids = await lockFree(tx, running);
    if (ids.length === 0) return;
    await takeEntries(tx, ids);
    await endReplays(tx, ids);
  });
}

async function withReplays(sql: Sql, endpointIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select distinct endpoint_id as id from replays
    where state = 'running' and endpoint_id = any(${endpointIds as string[]}::text[])
  `;
  return rows.map(({ id }) => id);
}

async function lockFree(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select id from endpoints where id = any(${ids as string[]}::text[]) order by id for no key update skip locked
  `;
  return rows.map(({ id }) => id);
}

/** What an entry `n` of a replay `p` was when the replay was asked for decides whether it is sent. */
async function takeEntries(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx`
    with oldest as (
      select distinct on (p.endpoint_id) p.*, e.organization_id, e.events,
        least(p."to", case when p.customer_id is null then p.position + ${scanLimit} else p."to" end) as scan_end
      from replays p join endpoints e on e.id = p.endpoint_id
      where p.endpoint_id = any(${ids as string[]}::text[]) and p.state = 'running' and p.position < p."to"
      order by p.endpoint_id, p.id
    ), roomy as (
      select p.*, least(${freeLimit} - q.free, ${queueLimit} - q.waiting) as room
      from oldest p cross join lateral (
        select count(*) as waiting, count(*) filter (where customer_id not in (
          select customer_id from resends
          where endpoint_id = p.endpoint_id and due_at > now() and kind <> 'parked'
        )) as free
        from resends where endpoint_id = p.endpoint_id and kind <> 'parked'
      ) q
    ), next as (
      select p.id as replay_id, p.endpoint_id, n.*
      from roomy p cross join lateral (
        select n.sequence, n.event_id, n.customer_id from feed_entries n
        where n.organization_id = p.organization_id and n.sequence > p.position and n.sequence <= p.scan_end
          and ${passes(tx, tx`p.events`)} and (p.types is null or n.type = any(p.types))
          and (p.customer_id is null or n.customer_id = p.customer_id)
          and n.sequence <> all(p.queued_before)
          and (n.sequence = any(p.settled_ahead) or n.sequence <= p.waited_after and not exists (
            select from unnest(p.waiting_customers, p.waiting_from) as l (customer_id, waiting_from)
            where l.customer_id = n.customer_id and l.waiting_from <= n.sequence
          ))
        order by n.sequence limit greatest(p.room, 0)
      ) n
    ), taken as (
      insert into resends (endpoint_id, sequence, event_id, customer_id, kind, replay_id, given_up)
      select n.endpoint_id, n.sequence, n.event_id, n.customer_id, 'replay', n.replay_id,
        (select to_jsonb(d) from dead_events d where d.endpoint_id = n.endpoint_id and d.sequence = n.sequence)
      from next n on conflict (endpoint_id, sequence) do nothing
      returning endpoint_id, sequence, replay_id
    ), revived as (
      delete from dead_events d using taken t where d.endpoint_id = t.endpoint_id and d.sequence = t.sequence
    )
    update replays p set
      position = case when r.room <= 0 then p.position when n.found < r.room then r.scan_end else n.last end,
      taken = p.taken + (select count(*) from taken t where t.replay_id = p.id)
    from roomy r cross join lateral (
      select count(*) as found, max(sequence) as last from next where replay_id = r.id
    ) n
    where p.id = r.id
  `;
}

async function endReplays(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx`
    update replays p set state = 'done', ended_at = now()
    where p.endpoint_id = any(${ids as string[]}::text[]) and p.state = 'running' and p.position >= p."to"
      and not exists (select from resends where replay_id = p.id)
  `;
}
