import type { Db } from "../base/database.ts";
import { isDelivery } from "./attempts.ts";

/**
 * Where entries stand at endpoints, told in one place. Of `endpoints e` and `feed_entries n` of its organization that
 * match its filter; what lies before the endpoint's start and was never sent there is `before_start`.
 */
export const standing = (db: Db) => db`
  case
    when exists (select from resends r where r.endpoint_id = e.id and r.sequence = n.sequence) then 'waiting'
    when exists (select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence
      and d.skipped_at is not null) then 'skipped'
    when exists (select from dead_events d where d.endpoint_id = e.id and d.sequence = n.sequence) then 'dead'
    when ${deliveredSince(db)} then 'delivered'
    when exists (select from lanes l where l.endpoint_id = e.id and l.customer_id = n.customer_id
      and l.head_sequence <= n.sequence) then 'waiting'
    when n.sequence > e.cursor then 'waiting'
    when exists (select from attempts a where a.endpoint_id = e.id and a.sequence = n.sequence
      and a.outcome = 'delivered' and a.kind <> 'test') then 'delivered'
    when n.sequence <= e.chain_start then 'before_start'
    else 'waiting'
  end
`;

/** Whether an entry `n` was delivered to an endpoint `e` since its owner last moved the cursor. */
export const deliveredSince = (db: Db) => db`exists (
  select from attempts a where a.endpoint_id = e.id and a.sequence = n.sequence and ${isDelivery(db)}
)`;
