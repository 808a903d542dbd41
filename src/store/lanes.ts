import type { Db, Sql, Tx } from "../base/database.ts";

/** A customer whose events wait at an endpoint: the head, and all later matching ones that the cursor passed over. */
export interface LaneRow {
  readonly customer_id: string;
  readonly head_sequence: number;
  readonly head_event_id: string;
  /** Failed attempts that used up the head's schedule. */
  readonly attempts: number;
}

/** A lane as it is from now on. */
export interface LaneChange extends LaneRow {
  readonly endpoint_id: string;
  /** Milliseconds until the head is tried. */
  readonly dueMs: number;
}

/** Which customer's lane at which endpoint. */
export interface LaneKey {
  readonly endpoint_id: string;
  readonly customer_id: string;
}

/** All lanes of an endpoint, longest waiting first. */
export async function loadLanes(db: Db, endpointId: string): Promise<LaneRow[]> {
  return db<LaneRow[]>`
    select customer_id, head_sequence, head_event_id, attempts from lanes
    where endpoint_id = ${endpointId} order by head_sequence
  `;
}

/** Lanes of these endpoints whose head may be tried now. */
export async function dueLanes(
  sql: Sql,
  endpointIds: readonly string[],
): Promise<(LaneRow & LaneKey)[]> {
  return sql<(LaneRow & LaneKey)[]>`
    select endpoint_id, customer_id, head_sequence, head_event_id, attempts from lanes
    where endpoint_id = any(${endpointIds as string[]}::text[]) and due_at <= now()
    order by due_at, head_sequence limit 1000
  `;
}

/** Writes new and changed lanes. */
export async function writeLanes(tx: Tx, lanes: readonly LaneChange[]): Promise<void> {
  if (lanes.length === 0) return;
  await tx`
    insert into lanes (endpoint_id, customer_id, head_sequence, head_event_id, attempts, due_at)
    select endpoint_id, customer_id, head_sequence, head_event_id, attempts,
      now() + due_ms * interval '1 millisecond'
    from unnest(
      ${lanes.map((lane) => lane.endpoint_id)}::text[],
      ${lanes.map((lane) => lane.customer_id)}::text[],
      ${lanes.map((lane) => lane.head_sequence)}::bigint[],
      ${lanes.map((lane) => lane.head_event_id)}::text[],
      ${lanes.map((lane) => lane.attempts)}::int[],
      ${lanes.map((lane) => lane.dueMs)}::float8[]
    ) as l (endpoint_id, customer_id, head_sequence, head_event_id, attempts, due_ms)
    on conflict (endpoint_id, customer_id) do update set head_sequence = excluded.head_sequence,
      head_event_id = excluded.head_event_id, attempts = excluded.attempts, due_at = excluded.due_at
  `;
}

/** Removes lanes that have run empty. */
export async function removeLanes(tx: Tx, lanes: readonly LaneKey[]): Promise<void> {
  if (lanes.length === 0) return;
  await tx`
    delete from lanes l using unnest(
      ${lanes.map((lane) => lane.endpoint_id)}::text[],
      ${lanes.map((lane) => lane.customer_id)}::text[]
    ) as g (endpoint_id, customer_id)
    where l.endpoint_id = g.endpoint_id and l.customer_id = g.customer_id
  `;
}
