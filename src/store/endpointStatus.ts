import {
  DeadEvent,
  EndpointStatus,
  Lane,
  type Endpoint,
  type EndpointStatus as Status,
} from "../contract/resources/delivery.ts";
import type { Db } from "../base/database.ts";
import { matches } from "./feed.ts";
import { standing } from "./standing.ts";

/** Lanes and dead events shown at most. */
const listLimit = 1_000;
/** The contract's greatest count. */
const countLimit = 1_000_000;

/** How an endpoint is doing, as of now. */
export async function endpointStatus(
  db: Db,
  endpoint: Pick<Endpoint, "id" | "events">,
): Promise<Status> {
  const [[row], [waiting], lanes, dead] = await Promise.all([
    db`
      select e.id as endpoint_id, e.state, e.state_reason, coalesce(f.head, 0) as feed_head, e.cursor,
        case when e.state = 'backing_off' then e.backoff_until end as next_probe_at,
        case when e.backoff_step > 0 then 1 else least(e.concurrency, e.max_concurrency) end as concurrency,
        coalesce(e.node_until > now(), false) as in_flight
      from endpoints e left join feeds f on f.organization_id = e.organization_id where e.id = ${endpoint.id}
    `,
    readWaiting(db, endpoint),
    readLanes(db, endpoint),
    readDead(db, endpoint),
  ]);
  return EndpointStatus.parse({ ...row, ...waiting, lanes, dead });
}

/** What is not settled: beyond the cursor, in a lane, or to be sent again. */
const readWaiting = (db: Db, { id, events }: Pick<Endpoint, "id" | "events">) => db`
  select least(count(*), ${countLimit}) as behind_by,
    (select v.occurred_at from events v where v.id = (array_agg(n.event_id order by n.sequence))[1])
      as oldest_waiting_at
  from endpoints e join feed_entries n on n.organization_id = e.organization_id and ${matches(db, events)}
  where e.id = ${id} and ${standing(db)} = 'waiting' and (
    n.sequence > e.cursor
    or n.customer_id in (select customer_id from lanes where endpoint_id = ${id})
    or n.sequence in (select sequence from resends where endpoint_id = ${id})
  )
`;

async function readLanes(db: Db, { id, events }: Pick<Endpoint, "id" | "events">): Promise<Lane[]> {
  const rows = await db`
    select l.customer_id, w.head_event_id, h.type as head_event_type, h.sequence as head_sequence,
      l.attempts, w.waiting, l.due_at as next_attempt_at
    from lanes l join endpoints e on e.id = l.endpoint_id cross join lateral (
      select least(count(*), ${countLimit}) as waiting,
        (array_agg(n.event_id order by n.sequence))[1] as head_event_id
      from feed_entries n where n.organization_id = e.organization_id and n.customer_id = l.customer_id
        and n.sequence >= l.head_sequence and ${matches(db, events)}
    ) w join feed_entries h on h.organization_id = e.organization_id and h.event_id = w.head_event_id
    where l.endpoint_id = ${id} order by l.head_sequence limit ${listLimit}
  `;
  return rows.map((row) => Lane.parse(row));
}

async function readDead(db: Db, { id }: Pick<Endpoint, "id">): Promise<DeadEvent[]> {
  const rows = await db`
    select d.event_id, n.type as event_type, d.sequence, d.customer_id, d.attempts, d.last_error, d.dead_at
    from dead_events d join endpoints e on e.id = d.endpoint_id
      join feed_entries n on n.organization_id = e.organization_id and n.event_id = d.event_id
    where d.endpoint_id = ${id} and d.skipped_at is null order by d.sequence limit ${listLimit}
  `;
  return rows.map((row) => DeadEvent.parse(row));
}

type Lane = ReturnType<typeof Lane.parse>;
type DeadEvent = ReturnType<typeof DeadEvent.parse>;
