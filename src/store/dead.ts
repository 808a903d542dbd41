import type { Db, Tx } from "../base/database.ts";

/** An event whose schedule is exhausted. */
export interface DeadChange {
  readonly endpoint_id: string;
  readonly sequence: number;
  readonly event_id: string;
  readonly customer_id: string;
  readonly attempts: number;
  /** What the last attempt got, as text. */
  readonly last_error: string;
}

/** Gives events up; one that was given up before is dead once more. */
export async function writeDead(tx: Tx, dead: readonly DeadChange[]): Promise<void> {
  if (dead.length === 0) return;
  await tx`
    insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error)
    select * from unnest(
      ${dead.map((event) => event.endpoint_id)}::text[],
      ${dead.map(({ sequence }) => sequence)}::bigint[],
      ${dead.map((event) => event.event_id)}::text[],
      ${dead.map((event) => event.customer_id)}::text[],
      ${dead.map(({ attempts }) => attempts)}::int[],
      ${dead.map((event) => event.last_error)}::text[]
    )
    on conflict (endpoint_id, sequence) do update set attempts = excluded.attempts,
      last_error = excluded.last_error, dead_at = now(), skipped_at = null
  `;
}

/**
 * Takes a dead event off the list and queues it to be sent again.
 * @returns whether there was such a dead event.
 */
export async function resendDead(
  db: Db,
  { endpointId, eventId }: { endpointId: string; eventId: string },
): Promise<boolean> {
  const [queued] = await db`
    with revived as (
      delete from dead_events
      where endpoint_id = ${endpointId} and event_id = ${eventId} and skipped_at is null
      returning endpoint_id, sequence, event_id, customer_id
    )
    insert into resends (endpoint_id, sequence, event_id, customer_id, kind)
    select endpoint_id, sequence, event_id, customer_id, 'resend' from revived
    on conflict (endpoint_id, sequence) do update set due_at = now(), attempts = 0
    returning 1
  `;
  return queued !== undefined;
}

/**
 * Gives a dead event up for good.
 * @returns whether there was such a dead event.
 */
export async function skipDead(
  db: Db,
  { endpointId, eventId }: { endpointId: string; eventId: string },
): Promise<boolean> {
  const [skipped] = await db`
    update dead_events set skipped_at = now()
    where endpoint_id = ${endpointId} and event_id = ${eventId} and skipped_at is null
    returning 1
  `;
  return skipped !== undefined;
}
