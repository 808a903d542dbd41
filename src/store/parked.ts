import type { Tx } from "../base/database.ts";

/** An event that failed where its customer's later ones go on without it: it is tried again by itself. */
export interface ParkedChange {
  readonly endpoint_id: string;
  readonly sequence: number;
  readonly event_id: string;
  readonly customer_id: string;
  /** Failed attempts that used up its schedule. */
  readonly attempts: number;
  /** Milliseconds until it is tried again. */
  readonly dueMs: number;
}

/** Tries the heads of all lanes of an endpoint at once: its owner wants none to be waited for from here on. */
export async function tryLanesNow(tx: Tx, endpointId: string): Promise<void> {
  await tx`update lanes set due_at = now() where endpoint_id = ${endpointId}`;
}

/** Parks events among those to be sent again. One that is queued there already comes anyway. */
export async function writeParked(tx: Tx, parked: readonly ParkedChange[]): Promise<void> {
  if (parked.length === 0) return;
  await tx`
    insert into resends (endpoint_id, sequence, event_id, customer_id, kind, attempts, due_at)
    select endpoint_id, sequence, event_id, customer_id, 'parked', attempts,
      now() + due_ms * interval '1 millisecond'
    from unnest(
      ${parked.map((event) => event.endpoint_id)}::text[],
      ${parked.map(({ sequence }) => sequence)}::bigint[],
      ${parked.map((event) => event.event_id)}::text[],
      ${parked.map((event) => event.customer_id)}::text[],
      ${parked.map(({ attempts }) => attempts)}::int[],
      ${parked.map(({ dueMs }) => dueMs)}::float8[]
    ) as p (endpoint_id, sequence, event_id, customer_id, attempts, due_ms)
    on conflict (endpoint_id, sequence) do nothing
  `;
}
