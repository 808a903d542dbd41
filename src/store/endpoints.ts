import type { EndpointState, Format, OnFailure } from "../contract/resources/delivery.ts";
import type { Db, Sql, Tx } from "../base/database.ts";

/** What a node needs to know of an endpoint that it serves. */
export interface ServedEndpoint {
  readonly id: string;
  readonly organization_id: string;
  /** Counts the changes by its owner; a node's own write-backs leave it. */
  readonly version: number;
  readonly url: string;
  readonly events: readonly string[] | null;
  readonly format: Format;
  readonly state: EndpointState;
  readonly max_concurrency: number;
  readonly rate_limit_per_second: number | null;
  readonly on_failure: OnFailure;
  /** Encrypted with the master key. */
  readonly secret: Uint8Array;
  /** Those before it that sign too, newest first. */
  readonly old_secrets: readonly Uint8Array[];
  /** When each of them ends, as RFC 3339. */
  readonly old_secrets_end_at: readonly string[];
  /** What else is secret of its requests, encrypted; null for nothing. */
  readonly sending_secrets: Uint8Array | null;
  readonly cursor: number;
  readonly chain_start: number;
  readonly backoff_step: number;
  readonly state_reason: string | null;
  /** For how long it has been backing off, in milliseconds; null when it does not. */
  readonly down_for_ms: number | null;
  readonly fence: number;
}

/** A change of state that a node decided on. */
export interface StateChange {
  readonly state: "active" | "backing_off" | "disabled";
  readonly reason: string | null;
  /** Probes that failed so far. */
  readonly backoffStep: number;
  /** Milliseconds until the next probe; null when there is none. */
  readonly backoffMs: number | null;
}

/** What may have changed at an endpoint since a node last looked. */
export interface EndpointNews {
  readonly id: string;
  readonly version: number;
  readonly fence: number;
  /** The fencing number since its owner last moved the cursor. */
  readonly cursor_fence: number;
  /** Sequence of the newest entry of its feed. */
  readonly head: number;
  readonly backoff_step: number;
  readonly is_probe_due: boolean;
  readonly has_due_resends: boolean;
}

const servedColumns = (db: Db) => db`
  e.id, e.organization_id, e.version, e.url, e.events, e.format, e.state, e.max_concurrency, e.secret,
  e.rate_limit_per_second, e.on_failure, e.state_reason,
  case when e.state = 'backing_off' then extract(epoch from now() - e.state_since)::float8 * 1000 end as down_for_ms,
  e.old_secrets, e.old_secrets_end_at, e.sending_secrets, e.cursor, e.chain_start, e.backoff_step, e.fence
`;

/**
 * Takes over endpoints that no living node serves. Each gets a new fencing number, so that write-backs of whoever had
 * it before are refused.
 * @param claim.leaseMs how long they are ours unless renewed, in milliseconds.
 * @param claim.except ids that are not wanted, ours among them.
 */
export async function claimEndpoints(
  sql: Sql,
  claim: { node: string; leaseMs: number; limit: number; except: readonly string[] },
): Promise<ServedEndpoint[]> {
  return sql<ServedEndpoint[]>`
    with free as (
      select id from endpoints
      where state in ('active', 'backing_off') and id <> all(${claim.except as string[]}::text[])
        and (node is null or node_until < now() or node = ${claim.node})
      order by node_until nulls first, id limit ${claim.limit}
      for no key update skip locked
    )
    update endpoints e set node = ${claim.node}, fence = e.fence + 1,
      node_until = now() + ${claim.leaseMs} * interval '1 millisecond'
    from free where e.id = free.id
    returning ${servedColumns(sql)}
  `;
}

/**
 * Renews the leases of a node's endpoints.
 * @returns the ids of those that are still its own.
 */
export async function renewEndpoints(
  sql: Sql,
  lease: { node: string; leaseMs: number; ids: readonly string[] },
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    with mine as (
      select id from endpoints where id = any(${lease.ids as string[]}::text[]) and node = ${lease.node}
      order by id for no key update
    )
    update endpoints e set node_until = now() + ${lease.leaseMs} * interval '1 millisecond'
    from mine where e.id = mine.id returning e.id
  `;
  return rows.map(({ id }) => id);
}

/** Lets go of endpoints, so that another node may take them at once. */
export async function releaseEndpoints(
  sql: Sql,
  { node, ids }: { node: string; ids: readonly string[] },
): Promise<void> {
  await sql`
    with mine as (
      select id from endpoints where id = any(${ids as string[]}::text[]) and node = ${node}
      order by id for no key update
    )
    update endpoints e set node = null, node_until = null from mine where e.id = mine.id
  `;
}

/**
 * Tells that a node is alive, and how many endpoints are its fair share.
 * @param beat.aliveMs how long it counts as alive, in milliseconds.
 */
export async function beatNode(
  sql: Sql,
  beat: { node: string; aliveMs: number },
): Promise<{ fairShare: number }> {
  const [row] = await sql<{ endpoints: number; others: number }[]>`
    with beat as (
      insert into nodes (id, alive_until)
      values (${beat.node}, now() + ${beat.aliveMs} * interval '1 millisecond')
      on conflict (id) do update set alive_until = excluded.alive_until
    )
    select (select count(*) from endpoints where state in ('active', 'backing_off')) as endpoints,
      (select count(*) from nodes where alive_until > now() and id <> ${beat.node}) as others
  `;
  return { fairShare: Math.ceil((row?.endpoints ?? 0) / ((row?.others ?? 0) + 1)) };
}

/** Forgets a node that stops. */
export async function forgetNode(sql: Sql, node: string): Promise<void> {
  await sql`delete from nodes where id = ${node} or alive_until < now() - interval '1 hour'`;
}

/** What changed at a node's endpoints. Those that it lost, or that are gone, are missing. */
export async function endpointNews(
  sql: Sql,
  { node, ids }: { node: string; ids: readonly string[] },
): Promise<EndpointNews[]> {
  return sql<EndpointNews[]>`
    select e.id, e.version, e.fence, e.cursor_fence, coalesce(f.head, 0) as head, e.backoff_step,
      e.state = 'backing_off' and e.backoff_until <= now() as is_probe_due,
      exists (select from resends r where r.endpoint_id = e.id and r.due_at <= now()) as has_due_resends
    from endpoints e left join feeds f on f.organization_id = e.organization_id
    where e.id = any(${ids as string[]}::text[]) and e.node = ${node}
  `;
}

/** @returns undefined when there is no such endpoint. */
export async function loadServed(db: Db, id: string): Promise<ServedEndpoint | undefined> {
  const [row] = await db<ServedEndpoint[]>`
    select ${servedColumns(db)} from endpoints e where e.id = ${id}
  `;
  return row;
}

/** What a node believes of an endpoint whose progress it writes back. */
export interface Holding {
  readonly id: string;
  readonly fence: number;
  /** The cursor as this node last read or wrote it. */
  readonly cursorBefore: number;
}

/**
 * The query that locks the endpoints that a node may still write to and gives their ids: not taken over by another, and the
 * cursor not moved by the owner.
 */
export const lockHeld = (db: Db, holdings: readonly Holding[]) => db`
  select e.id from endpoints e join unnest(
    ${holdings.map(({ id }) => id)}::text[],
    ${holdings.map(({ fence }) => fence)}::bigint[],
    ${holdings.map(({ cursorBefore }) => cursorBefore)}::bigint[]
  ) as h (id, fence, cursor) on h.id = e.id and h.fence = e.fence and h.cursor = e.cursor
  order by e.id for no key update of e
`;

/** The statement that moves the cursors of those that `held` locked, and notes how many deliveries at once went well. */
export const moveCursors = (
  db: Db,
  cursors: readonly {
    readonly id: string;
    readonly cursor: number;
    readonly concurrency: number;
  }[],
) => db`
  update endpoints e set cursor = c.cursor, concurrency = c.concurrency
  from held join unnest(
    ${cursors.map(({ id }) => id)}::text[],
    ${cursors.map(({ cursor }) => cursor)}::bigint[],
    ${cursors.map(({ concurrency }) => concurrency)}::int[]
  ) as c (id, cursor, concurrency) using (id)
  where e.id = c.id and (e.cursor <> c.cursor or e.concurrency is distinct from c.concurrency)
`;

/** Writes states, each unless the owner changed the endpoint since `version`: the owner's word goes first. */
export async function writeStates(
  tx: Tx,
  states: readonly (StateChange & { readonly id: string; readonly version: number })[],
): Promise<void> {
  if (states.length === 0) return;
  await tx`
    update endpoints e set state = s.state, state_reason = s.reason, backoff_step = s.step,
      backoff_until = now() + s.backoff_ms * interval '1 millisecond',
      state_since = case when e.state = s.state then e.state_since else now() end
    from unnest(
      ${states.map(({ id }) => id)}::text[],
      ${states.map(({ version }) => version)}::int[],
      ${states.map(({ state }) => state)}::text[],
      ${states.map(({ reason }) => reason)}::text[],
      ${states.map(({ backoffStep }) => backoffStep)}::int[],
      ${states.map(({ backoffMs }) => backoffMs)}::float8[]
    ) as s (id, version, state, reason, step, backoff_ms)
    where e.id = s.id and e.version = s.version and e.state in ('active', 'backing_off')
  `;
}

/**
 * Another filter is about to hold for what comes after the cursor: what was read by the one before no longer counts, so
 * whoever serves the endpoint takes it up anew from there. What was delivered beyond the cursor stays delivered. The
 * entry before is another one under another filter, so a new chain starts; the filter that ends is kept for manifests.
 */
export async function startAnew(tx: Tx, endpointId: string): Promise<void> {
  await tx`
    with renewed as (
      update endpoints set chain_start = cursor, fence = fence + 1,
        manifest_from = coalesce(manifest_from, chain_start + 1)
      where id = ${endpointId} returning id, cursor, events
    ), kept as (
      insert into past_filters (endpoint_id, up_to, events) select id, cursor, events from renewed
    )
    delete from lanes l using renewed r where l.endpoint_id = r.id and l.head_sequence > r.cursor
  `;
}

/**
 * Moves the cursor as its owner wishes, back or forth: what comes after `position` is sent, again if need be, and what
 * waits or is dead after it is no longer kept apart; what waited before it and is jumped over counts as skipped. Whoever
 * serves the endpoint takes it up anew from there; it keeps its lease, so that nobody else sends while it still does.
 */
export async function moveCursor(
  tx: Tx,
  { endpointId, position }: { endpointId: string; position: number },
): Promise<void> {
  await tx`
    with jumped as (
      insert into skips (endpoint_id, "after", up_to)
      select id, cursor, ${position} from endpoints where id = ${endpointId} and cursor < ${position}
    ), moved as (
      update endpoints set cursor = ${position}, chain_start = ${position}, fence = fence + 1,
        manifest_from = coalesce(manifest_from, chain_start + 1),
        cursor_fence = fence + 1, version = version + 1, updated_at = now()
      where id = ${endpointId} returning id
    ), lanes_gone as (
      delete from lanes l using moved m where l.endpoint_id = m.id and l.head_sequence > ${position}
    ), dead_gone as (
      delete from dead_events d using moved m where d.endpoint_id = m.id and d.sequence > ${position}
    ), skips_gone as (
      delete from skips s using moved m where s.endpoint_id = m.id and s."after" >= ${position}
    ), skips_cut as (
      update skips s set up_to = ${position} from moved m
      where s.endpoint_id = m.id and s."after" < ${position} and s.up_to > ${position}
    ), replays_cut as (
      update replays p set "to" = least(p."to", ${position}), taken = p.taken - (
        select count(*) from resends r where r.replay_id = p.id and r.sequence > ${position}
      ) from moved m where p.endpoint_id = m.id and p.state = 'running'
    )
    delete from resends r using moved m where r.endpoint_id = m.id and r.sequence > ${position}
  `;
}
