import type { Sql, Tx } from "../base/database.ts";
import {
  endpointEntryColumns,
  readWeight,
  toEntry,
  type EndpointEntry,
  type Subscription,
} from "./feed.ts";

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

/**
 * What is to be sent again now, in order; behind one of a customer that is not due yet, his later ones wait, unless it
 * was parked so that they need not. Heavy ones are read few at a time.
 */
export async function dueResends(
  sql: Sql,
  subscription: Subscription,
  limit: number,
): Promise<DueResend[]> {
  const rows = await sql<(EndpointEntry & Omit<DueResend, "entry">)[]>`
    select * from (
      select r.kind, r.attempts, ${endpointEntryColumns(sql, subscription)},
        sum(octet_length(v.data)) over (order by r.sequence) as weight
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
    ) e where weight - octet_length(data) < ${readWeight} order by sequence
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
