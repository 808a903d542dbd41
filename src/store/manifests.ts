import { Manifest, OpenManifest } from "../contract/resources/manifest.ts";
import { transaction, type Db, type Sql, type Tx } from "../base/database.ts";
import { newId } from "../base/id.ts";
import type { Page } from "./records.ts";
import { passes } from "./standing.ts";

/** Endpoints that one look makes manifests of at most, and entries of each. */
const endpointLimit = 5;
const scanLimit = 10_000;

/**
 * Makes manifests of days that are over, a bounded part at each call: one manifest of a few endpoints, or a part of it.
 * When none is left to make of an endpoint, it is looked at again after the next midnight (UTC). Nodes that do so at
 * once pass over each other's endpoints.
 */
export async function makeManifests(sql: Sql): Promise<void> {
  const due = await dueEndpoints(sql);
  if (due.length === 0) return;
  await transaction(sql, async (tx) => {
    const ids = await lockFree(tx, due);
    if (ids.length > 0) await writeManifests(tx, ids);
  });
}

/** An endpoint's complete manifests, newest first; `page.after` is the last id of the page before. One more than the limit. */
export async function listManifests(
  db: Db,
  { endpointId, page }: { endpointId: string; page: Page },
): Promise<Manifest[]> {
  const before = page.after ?? null;
  const rows = await db`
    select id, day, "from", "to", events, count, encode(hash, 'hex') as hash, starts_chain, made_at from manifests
    where endpoint_id = ${endpointId} and is_final and (${before}::text is null
      or "from" < (select "from" from manifests where id = ${before} and endpoint_id = ${endpointId}))
    order by "from" desc limit ${page.limit + 1}
  `;
  return rows.map((row) => Manifest.parse(row));
}

/** @returns what came to an endpoint's feed since its newest complete manifest; null when nothing did. */
export async function openManifest(db: Db, endpointId: string): Promise<OpenManifest | null> {
  const [row] = await db`
    select day, "from", "to", events, count, encode(hash, 'hex') as hash, starts_chain
    from (${grown(db, { ids: [endpointId], limit: Number.MAX_SAFE_INTEGER })}) g
  `;
  return row ? OpenManifest.parse(row) : null;
}

async function dueEndpoints(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from endpoints where manifest_due_at <= now() order by manifest_due_at limit ${endpointLimit}
  `;
  return rows.map(({ id }) => id);
}

async function lockFree(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select id from endpoints where id = any(${ids as string[]}::text[]) and manifest_due_at <= now()
    order by id for no key update skip locked
  `;
  return rows.map(({ id }) => id);
}

async function writeManifests(tx: Tx, ids: readonly string[]): Promise<void> {
  const newIds = ids.map(() => newId("man"));
  await tx`
    with grown as (
      ${grown(tx, { ids, limit: scanLimit })}
    ), over as (
      select * from grown where day < ((now() - interval '1 minute') at time zone 'UTC')::date
    ), made as (
      insert into manifests (id, endpoint_id, day, "from", "to", events, count, hash, starts_chain, is_final)
      select i.new_id, o.endpoint_id, o.day, o."from", o."to", o.events, o.count, o.hash, o.starts_chain, o.is_final
      from over o join unnest(${ids as string[]}::text[], ${newIds}::text[]) as i (id, new_id) on i.id = o.endpoint_id
      on conflict (endpoint_id, "from") do update set "to" = excluded."to", count = excluded.count,
        hash = excluded.hash, is_final = excluded.is_final, made_at = now()
    )
    update endpoints e set
      manifest_due_at = (((now() at time zone 'UTC')::date + interval '1 day 1 minute') at time zone 'UTC')
    where e.id = any(${ids as string[]}::text[]) and e.id not in (select endpoint_id from over)
  `;
}

/**
 * The next manifest of each endpoint, or the one that is not complete, grown by what follows it: as far as one day and
 * one filter go, and by `limit` entries at most.
 */
const grown = (db: Db, { ids, limit }: { ids: readonly string[]; limit: number }) => db`
  select s.endpoint_id, s.day, s."from", r."to", s.events, s.count + cardinality(g.sequences) as count,
    manifest_hash(s.hash, g.sequences, g.event_ids) as hash, s.starts_chain,
    r."to" < s.scan_end or s.scan_end = s.reach or s.is_other as is_final
  from (${started(db, { ids, limit })}) s
    cross join lateral (
      select coalesce(min(n.sequence) - 1, s.scan_end) as "to"
      from feed_entries n join events v on v.id = n.event_id
      where n.organization_id = s.organization_id and n.sequence between s.start and s.scan_end
        and (v.occurred_at at time zone 'UTC')::date > s.day
    ) r
    cross join lateral (
      select coalesce(array_agg(n.sequence order by n.sequence), '{}') as sequences,
        coalesce(array_agg(n.event_id::text order by n.sequence), '{}') as event_ids
      from feed_entries n
      where n.organization_id = s.organization_id and n.sequence between s.start and r."to"
        and ${passes(db, db`s.events`)}
    ) g
`;

/** Where the manifest stands that `grown` goes on with, `m`, or which begins: its day, filter and hash so far. */
const started = (db: Db, { ids, limit }: { ids: readonly string[]; limit: number }) => db`
  select e.id as endpoint_id, e.organization_id, p.start, k.starts_chain, k.is_other,
    case when k.is_open then m."from" else p.start end as "from", case when k.is_open then m.day else d.day end as day,
    case when k.is_open then m.events else c.events end as events, case when k.is_open then m.count else 0 end as count,
    case when k.is_open or not k.starts_chain then m.hash else decode(repeat('00', 32), 'hex') end as hash,
    least(f.head, c.up_to) as reach,
    case when k.is_other then p.start - 1 else least(f.head, c.up_to, p.start + ${limit - 1}) end as scan_end
  from endpoints e join feeds f on f.organization_id = e.organization_id
    left join lateral (select * from manifests where endpoint_id = e.id order by "from" desc limit 1) m on true
    cross join lateral (select coalesce(m."to" + 1, e.manifest_from, e.chain_start + 1) as start) p
    cross join lateral (
      select (v.occurred_at at time zone 'UTC')::date as day from feed_entries n join events v on v.id = n.event_id
      where n.organization_id = e.organization_id and n.sequence >= p.start order by n.sequence limit 1
    ) d
    cross join lateral (
      (select events, up_to, 0 as nth from past_filters where endpoint_id = e.id and up_to >= p.start
        order by ended_at limit 1)
      union all select e.events, null, 1 order by nth limit 1
    ) c
    cross join lateral (
      select coalesce(not m.is_final, false) as is_open,
        coalesce(not m.is_final, false) and m.events is distinct from c.events as is_other,
        case when m.is_final is false then m.starts_chain else m.id is null or m.events is distinct from c.events end
          as starts_chain
    ) k
  where e.id = any(${ids as string[]}::text[])
`;
