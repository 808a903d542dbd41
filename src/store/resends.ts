import type { Db, Sql, Tx } from "../base/database.ts";
import { endpointEntryColumns, toEntry, type EndpointEntry, type Subscription } from "./feed.ts";
import { deliveredSince } from "./standing.ts";

/** An entry to be sent again. */
export interface DueResend {
  readonly entry: EndpointEntry;
  readonly kind: "resend" | "replay" | "parked";
  /** Failed attempts that used up its schedule. */
  readonly attempts: number;
}

/** A resend that failed, or with `dueMs` null one that is settled. */
export interface ResendChange {
  readonly endpoint_id: string;
  readonly sequence: number;
  readonly attempts: number;
  /** Milliseconds until it is tried again. */
  readonly dueMs: number | null;
}

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

/**
 * What is to be sent again now, in order; behind one of a customer that is not due yet, his later ones wait, unless it
 * was parked so that they need not.
 */
export async function dueResends(
  sql: Sql,
  subscription: Subscription,
  limit: number,
): Promise<DueResend[]> {
  const rows = await sql<(EndpointEntry & Omit<DueResend, "entry">)[]>`
    select r.kind, r.attempts, ${endpointEntryColumns(sql, subscription)}
    from (
      select * from resends r
      where r.endpoint_id = ${subscription.endpointId} and r.due_at <= now() and not exists (
        select from resends b where b.endpoint_id = r.endpoint_id and b.customer_id = r.customer_id
          and b.sequence < r.sequence and b.due_at > now() and b.kind <> 'parked' 
      )
      order by r.sequence limit ${limit}
    ) r
    join feed_entries n on n.organization_id = ${subscription.organizationId} and n.event_id = r.event_id
      and n.sequence = r.sequence
    join events v on v.id = n.event_id
    order by r.sequence
  `;
  return rows.map(({ kind, attempts, previous, made, ...row }) => ({
    entry: { ...toEntry(row), previous, made },
    kind,
    attempts,
  }));
}

/** Writes down what became of resends: settled ones are removed, failed ones wait. */
export async function writeResends(tx: Tx, changes: readonly ResendChange[]): Promise<void> {
  const settled = changes.filter(({ dueMs }) => dueMs === null);
  const failed = changes.filter(({ dueMs }) => dueMs !== null);
  if (settled.length > 0) await removeResends(tx, settled);
  if (failed.length > 0) await delayResends(tx, failed);
}

async function removeResends(tx: Tx, settled: readonly ResendChange[]): Promise<void> {
  await tx`
    delete from resends r using unnest(
      ${settled.map((resend) => resend.endpoint_id)}::text[],
      ${settled.map(({ sequence }) => sequence)}::bigint[]
    ) as s (endpoint_id, sequence)
    where r.endpoint_id = s.endpoint_id and r.sequence = s.sequence
  `;
}

async function delayResends(tx: Tx, failed: readonly ResendChange[]): Promise<void> {
  await tx`
    update resends r set attempts = f.attempts, due_at = now() + f.due_ms * interval '1 millisecond'
    from unnest(
      ${failed.map((resend) => resend.endpoint_id)}::text[],
      ${failed.map(({ sequence }) => sequence)}::bigint[],
      ${failed.map(({ attempts }) => attempts)}::int[],
      ${failed.map(({ dueMs }) => dueMs)}::float8[]
    ) as f (endpoint_id, sequence, attempts, due_ms)
    where r.endpoint_id = f.endpoint_id and r.sequence = f.sequence
  `;
}

/** Counts what a replay would send. */
export async function planReplay(db: Db, range: ReplayRange): Promise<ReplayPlan> {
  const [row] = await db<ReplayPlan[]>`
    select count(*) as matched, count(*) filter (where is_sendable) as queued
    from (${replayed(db, range)}) n
  `;
  return row ?? { matched: 0, queued: 0 };
}

/**
 * Queues a range to be sent again. Needs an order to send anything; what is queued already stays as it is, and what is
 * queued is no longer dead.
 */
export async function queueReplay(tx: Tx, range: ReplayRange): Promise<ReplayPlan> {
  const { matched } = await planReplay(tx, range);
  const [row] = await tx<{ queued: number }[]>`
    with queued as (
      insert into resends (endpoint_id, sequence, event_id, customer_id, kind)
      select ${range.endpointId}, sequence, event_id, customer_id, 'replay'
      from (${replayed(tx, range)}) n where is_sendable
      on conflict (endpoint_id, sequence) do nothing
      returning endpoint_id, sequence
    ), revived as (
      delete from dead_events d using queued q where d.endpoint_id = q.endpoint_id and d.sequence = q.sequence
    )
    select count(*) as queued from queued
  `;
  return { matched, queued: row?.queued ?? 0 };
}

/**
 * Matching entries of a range. What waits to be sent, beyond the cursor, in a lane or in this very queue, comes anyway,
 * and once is enough; beyond the cursor there may also be what is settled.
 */
const replayed = (db: Db, range: ReplayRange) => db`
  select n.sequence, n.event_id, n.customer_id,
    not exists (
      select from resends r where r.endpoint_id = e.id and r.sequence = n.sequence
    ) and (n.sequence <= e.cursor and not exists (
      select from lanes l where l.endpoint_id = e.id and l.customer_id = n.customer_id
        and l.head_sequence <= n.sequence
    ) or exists (
      select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence
    ) or ${deliveredSince(db)}) as is_sendable
  from endpoints e join feed_entries n on n.organization_id = e.organization_id
  where e.id = ${range.endpointId} and n.sequence between ${range.from} and ${range.to}
    and (e.events is null or n.type = any(e.events))
    and (${(range.types ?? null) as string[] | null}::text[] is null
      or n.type = any(${(range.types ?? null) as string[] | null}::text[]))
    and (${range.customerId ?? null}::text is null or n.customer_id = ${range.customerId ?? null})
`;
