import type { Db, Sql, Tx } from "../base/database.ts";

/** A customer whose events wait at an endpoint: the head, and all later matching ones that the cursor passed over. */
export interface LaneRow {
  readonly customer_id: string;
  readonly head_sequence: number;
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
    select customer_id, head_sequence, attempts from lanes
    where endpoint_id = ${endpointId} order by head_sequence
  `;
}

/** Lanes of one endpoint that are looked up at once; the others are found when these have moved on. */
const dueLimit = 100;

/** Lanes whose head may be tried now, of these endpoints unless they back off and are not due for a probe. */
export async function dueLanes(
  sql: Sql,
  endpointIds: readonly string[],
): Promise<(LaneRow & LaneKey)[]> {
  return sql<(LaneRow & LaneKey)[]>`
    select d.endpoint_id, d.customer_id, d.head_sequence, d.attempts
    from endpoints e cross join lateral (
      select * from lanes where endpoint_id = e.id and due_at <= now()
      order by due_at, head_sequence limit ${dueLimit}
    ) d
    where e.id = any(${endpointIds as string[]}::text[])
      and (e.state = 'active' or (e.state = 'backing_off' and e.backoff_until <= now()))
    order by d.due_at, d.head_sequence
  `;
}

/** Writes new and changed lanes. */
export async function writeLanes(tx: Tx, lanes: readonly LaneChange[]): Promise<void> {
  if (lanes.length === 0) return;
  await tx`
    insert into lanes (endpoint_id, customer_id, head_sequence, attempts, due_at)
    select endpoint_id, customer_id, head_sequence, attempts, now() + due_ms * interval '1 millisecond'
    from unnest(
      ${lanes.map((lane) => lane.endpoint_id)}::text[],
      ${lanes.map((lane) => lane.customer_id)}::text[],
      ${lanes.map((lane) => lane.head_sequence)}::bigint[],
      ${lanes.map((lane) => lane.attempts)}::int[],
      ${lanes.map((lane) => lane.dueMs)}::float8[]
    ) as l (endpoint_id, customer_id, head_sequence, attempts, due_ms)
    on conflict (endpoint_id, customer_id) do update set head_sequence = excluded.head_sequence,
      attempts = excluded.attempts, due_at = excluded.due_at
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
