import { transaction, type Db, type Sql, type Tx } from "../base/database.ts";

/** What a sweep of old months came to. */
export interface HistorySweep {
  /** Months that were dropped, such as `2026_01`, oldest first. */
  readonly dropped: readonly string[];
  /** The oldest month that is due and could not be: endpoints still need some of it. */
  readonly held: { readonly month: string; readonly endpointIds: readonly string[] } | null;
}

/**
 * Tables that lose their old months, in this order: what names others goes before them, so that nothing is ever read
 * whose other half is gone.
 */
const tables = ["feed_entries", "attempts", "receipts", "events"] as const;

/** Any numbers that no other program on the same database is likely to lock: whoever drops, and whoever relies on what is there. */
const [sweepLock, historyLock] = [720_114_401, 720_114_402];

/**
 * Drops what happened before the present month and so many before it, a month at a time, the oldest first. A month stays
 * while an endpoint has something of it to send: what is accepted is not lost for being old.
 * @param months at least 1.
 */
export async function dropOldMonths(sql: Sql, months: number): Promise<HistorySweep> {
  const dropped: string[] = [];
  for (const month of await monthsBefore(sql, months)) {
    const endpointIds = await letGo(sql, month);
    if (endpointIds.length > 0) return { dropped, held: { month, endpointIds } };
    for (const table of tables) await dropPartition(sql, `${table}_${month}`);
    dropped.push(month);
  }
  return { dropped, held: null };
}

/** Keeps all that is there until the transaction ends: who moves a cursor back may rely on what he has seen of the feed. */
export async function holdHistory(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock_shared(${historyLock})`;
}

/** @returns up to which position an organization's feed is no longer kept; 0 while all of it is. */
export async function keptAfter(db: Db, organizationId: string): Promise<number> {
  const [row] = await db<{ kept_after: number }[]>`
    select kept_after from feeds where organization_id = ${organizationId}
  `;
  return row?.kept_after ?? 0;
}

/** Also months that were dropped in part only, because the database failed between two tables. */
async function monthsBefore(sql: Sql, months: number): Promise<string[]> {
  const rows = await sql<{ month: string }[]>`
    select distinct right(c.relname, 7) as month
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in (select to_regclass(name) from unnest(${[...tables]}::text[]) as t (name))
      and right(c.relname, 7) < to_char((now() at time zone 'UTC') - make_interval(months => ${months}), 'YYYY_MM')
    order by 1
  `;
  return rows.map(({ month }) => month);
}

/**
 * From here on nobody can ask for a month again, unless an endpoint still needs some of it. Dead events of it are
 * forgotten: they could not be sent again.
 * @returns the endpoints that need it, at most 10; none when the month may go.
 */
async function letGo(sql: Sql, month: string): Promise<string[]> {
  return transaction(sql, async (tx) => {
    await lockSweep(tx);
    await tx`select pg_advisory_xact_lock(${historyLock})`;
    const [found] = await tx<{ partition: string | null }[]>`
      select to_regclass(${`feed_entries_${month}`})::text as partition
    `;
    if (!found?.partition) return [];
    const needed = await neededBy(tx, found.partition);
    if (needed.length > 0) return needed;
    await tx`
      with ended as (${endOf(tx, found.partition)}), gone as (
        delete from dead_events d using endpoints e, ended l
        where e.id = d.endpoint_id and l.organization_id = e.organization_id and d.sequence <= l.last
      ), locked as (
        -- in the order in which commands lock them
        select organization_id from feeds where organization_id in (select organization_id from ended)
        order by organization_id for no key update
      )
      update feeds f set kept_after = greatest(f.kept_after, l.last)
      from ended l join locked using (organization_id) where f.organization_id = l.organization_id
    `;
    return [];
  });
}

/** Endpoints to which something of a month is still to be sent, or whose manifest of it is not made yet. */
async function neededBy(tx: Tx, partition: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    with ended as (${endOf(tx, partition)})
    select e.id from endpoints e join ended l on l.organization_id = e.organization_id
    where e.cursor < l.last
      or exists (select from lanes where endpoint_id = e.id and head_sequence <= l.last)
      or exists (select from resends where endpoint_id = e.id and sequence <= l.last)
      or exists (select from replays where endpoint_id = e.id and state = 'running' and position < l.last)
      or l.last > coalesce(
        (select max("to") from manifests where endpoint_id = e.id and is_final), e.manifest_from - 1, e.chain_start
      )
    order by e.id limit 10
  `;
  return rows.map(({ id }) => id);
}

/** The last position that each feed has in a month. */
const endOf = (db: Db, partition: string) => db`
  select f.organization_id, m.last from feeds f cross join lateral (
    select max(sequence) as last from ${db(partition)} where organization_id = f.organization_id
  ) m where m.last is not null
`;

async function dropPartition(sql: Sql, name: string): Promise<void> {
  await transaction(sql, async (tx) => {
    await lockSweep(tx);
    await tx`drop table if exists ${tx(name)}`;
  });
}

/** One sweeps at a time. Others queue up behind what waits here; a month that is over can wait for the next time. */
async function lockSweep(tx: Tx): Promise<void> {
  await tx`set local lock_timeout = '3s'`;
  await tx`select pg_advisory_xact_lock(${sweepLock})`;
}
