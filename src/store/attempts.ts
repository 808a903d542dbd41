import { Attempt } from "../contract/resources/delivery.ts";
import type { Db } from "../base/database.ts";
import type { Page } from "./records.ts";

/** An attempt as it is written down. */
export interface LoggedAttempt extends Attempt {
  /** The fencing number under which the endpoint was held when it was made; a test is made without. */
  readonly fence?: number;
}

/** What the log knows of one entry at one endpoint. */
export interface EntryHistory {
  readonly sequence: number;
  /** Attempts made, tests left out. */
  readonly made: number;
  /** Delivered since the owner last moved the cursor, given up, or to be sent again by itself. */
  readonly is_settled: boolean;
}

/** Writes attempts down. */
export async function insertAttempts(db: Db, attempts: readonly LoggedAttempt[]): Promise<void> {
  await db`${attemptsInserted(db, { attempts, mayBeThere: false })}`;
}

/**
 * The statement that writes attempts down, in batches of about 100. Each is a fact, whoever owns the endpoint by now.
 * @param given.mayBeThere whether a transaction whose commit was not heard of may have written some: they are not written
 * twice. To look for them costs a sixth of the whole.
 */
export const attemptsInserted = (
  db: Db,
  { attempts, mayBeThere }: { attempts: readonly LoggedAttempt[]; mayBeThere: boolean },
) => db`
    insert into attempts (id, endpoint_id, event_id, event_type, sequence, customer_id, attempt, kind, outcome,
      status_code, error, response_snippet, duration_ms, attempted_at, fence)
    select * from unnest(
      ${attempts.map(({ id }) => id)}::text[],
      ${attempts.map((made) => made.endpoint_id)}::text[],
      ${attempts.map((made) => made.event_id)}::text[],
      ${attempts.map((made) => made.event_type)}::text[],
      ${attempts.map(({ sequence }) => sequence)}::bigint[],
      ${attempts.map((made) => made.customer_id)}::text[],
      ${attempts.map(({ attempt }) => attempt)}::int[],
      ${attempts.map(({ kind }) => kind)}::text[],
      ${attempts.map(({ outcome }) => outcome)}::text[],
      ${attempts.map((made) => made.status_code)}::int[],
      ${attempts.map(({ error }) => error)}::text[],
      ${attempts.map((made) => made.response_snippet)}::text[],
      ${attempts.map((made) => made.duration_ms)}::float8[],
      ${attempts.map((made) => made.attempted_at)}::timestamptz[],
      ${attempts.map(({ fence = null }) => fence)}::bigint[]
    )
    ${mayBeThere ? db`on conflict (endpoint_id, id) do nothing` : db``}
`;

/** An endpoint's attempts, newest first; `page.after` is the last id of the page before. One more than the limit. */
export async function listAttempts(
  db: Db,
  query: { endpointId: string; eventId?: string | undefined; page: Page },
): Promise<Attempt[]> {
  const { endpointId, eventId = null, page } = query;
  const before = page.after ?? null;
  const rows = await db`
    select * from attempts
    where endpoint_id = ${endpointId} and (${eventId}::text is null or event_id = ${eventId})
      and (${before}::text is null or id < ${before})
    order by id desc limit ${page.limit + 1}
  `;
  return rows.map((row) => Attempt.parse(row));
}

/**
 * Which entries of a range were tried at an endpoint, and which of them are settled: what was delivered beyond the
 * cursor before a crash.
 * @param range sequences after `after` up to `upTo`.
 */
export async function deliveredBeyond(
  db: Db,
  range: { endpointId: string; after: number; upTo: number },
): Promise<EntryHistory[]> {
  const { endpointId, after, upTo } = range;
  return db<EntryHistory[]>`
    select sequence, sum(made)::bigint as made, bool_or(is_settled) as is_settled from (
      select a.sequence, 1 as made, ${isDelivery(db)} as is_settled
      from endpoints e join attempts a on a.endpoint_id = e.id
      where e.id = ${endpointId} and a.sequence > ${after} and a.sequence <= ${upTo} and a.kind <> 'test'
      union all
      select sequence, 0, true from dead_events
      where endpoint_id = ${endpointId} and sequence > ${after} and sequence <= ${upTo}
      union all
      select sequence, 0, true from resends
      where endpoint_id = ${endpointId} and sequence > ${after} and sequence <= ${upTo}
    ) h group by sequence
  `;
}

/**
 * Whether an attempt `a` at an endpoint `e` is a delivery that counts beyond the cursor: one made since its owner last
 * moved it, by whatever clock and whenever it was written down.
 */
export const isDelivery = (db: Db) =>
  db`(a.outcome = 'delivered' and a.kind <> 'test' and coalesce(a.fence >= e.cursor_fence, false))`;

/** @returns the highest sequence that was ever tried or given up at an endpoint; 0 when there is none. */
export async function lastTried(db: Db, endpointId: string): Promise<number> {
  const [row] = await db<{ sequence: number }[]>`
    select greatest(
      (select max(sequence) from attempts where endpoint_id = ${endpointId}),
      (select max(sequence) from dead_events where endpoint_id = ${endpointId}), 0) as sequence
  `;
  return row?.sequence ?? 0;
}
