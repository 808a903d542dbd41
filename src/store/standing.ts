import { inboundType } from "../contract/inboundType.ts";
import type { Db } from "../base/database.ts";
import { isDelivery } from "./attempts.ts";

/**
 * Where entries stand at endpoints, told in one place. Of `endpoints e` and `feed_entries n` of its organization that
 * match its filter; what lies before the endpoint's start and was never sent there is `before_start`. What was under way
 * when its owner skipped it and arrived nevertheless is delivered.
 */
export const standing = (db: Db) => db`
  case
    when exists (select from resends r where r.endpoint_id = e.id and r.sequence = n.sequence) then 'waiting'
    when exists (select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence
      and d.skipped_at is null) then 'dead'
    when ${deliveredSince(db)} then 'delivered'
    when exists (select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence) then 'skipped'
    when exists (select from lanes l where l.endpoint_id = e.id and l.customer_id = n.customer_id
      and l.head_sequence <= n.sequence) then 'waiting'
    when n.sequence > e.cursor then 'waiting'
    when exists (select from attempts a where a.endpoint_id = e.id and a.sequence = n.sequence
      and a.outcome = 'delivered' and a.kind <> 'test') then 'delivered'
    when exists (select from skips s where ${jumpedOver(db)}) then 'skipped'
    when n.sequence <= e.chain_start then 'before_start'
    else 'waiting'
  end
`;

/** Whether an entry `n` was delivered to an endpoint `e` since its owner last moved the cursor. */
export const deliveredSince = (db: Db) => db`exists (
  select from attempts a where a.endpoint_id = e.id and a.sequence = n.sequence and ${isDelivery(db)}
)`;

/** Whether a lane goes past an entry `n` at an endpoint `e`: it is delivered or given up, or is sent again by itself. */
export const isPast = (db: Db) => db`(${deliveredSince(db)}
  or exists (select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence)
  or exists (select from resends r where r.endpoint_id = e.id and r.sequence = n.sequence))`;

/** Whether `skips s` tells that an owner jumped over an entry `n` at an endpoint `e`, had it not been settled then. */
export const jumpedOver = (db: Db) => db`(
  s.endpoint_id = e.id and s."after" < n.sequence and s.up_to >= n.sequence
    and (s.customer_id is null or s.customer_id = n.customer_id)
)`;

/**
 * Whether an entry of a type passes a filter: a list of types, or null for all of the flow. What came in through inlets
 * passes only where it is named, so that receivers that know the flow only are not surprised.
 */
export const passes = (db: Db, filter: Fragment, type: Fragment = db`n.type`) =>
  db`(case when ${filter} is null then ${type} <> ${inboundType} else ${type} = any(${filter}) end)`;

type Fragment = ReturnType<typeof standing>;

/** Whether an entry `n` matches the filter of an endpoint `e`. */
export const matchesFilter = (db: Db) => passes(db, db`e.events`);

/** Whether an entry `n` waits in a lane of an endpoint `e`. */
export const waitsInLane = (db: Db) => db`exists (
  select from lanes l where l.endpoint_id = e.id and l.customer_id = n.customer_id and l.head_sequence <= n.sequence
)`;
