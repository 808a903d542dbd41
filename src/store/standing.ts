import type { Db } from "../base/database.ts";

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
    when exists (select from lanes l where l.endpoint_id = e.id and l.customer_id = n.customer_id
      and l.head_sequence <= n.sequence) then 'waiting'
    when n.sequence > e.cursor then case when ${wasDelivered(db)} then 'delivered' else 'waiting' end
    when n.sequence <= e.chain_start and not ${wasDelivered(db)} then 'before_start'
    else 'delivered'
  end
`;

/** Deliveries beyond the cursor count only since its owner last moved it. */
const wasDelivered = (db: Db) => db`exists (
  select from attempts a where a.endpoint_id = e.id and a.sequence = n.sequence and a.outcome = 'delivered'
    and a.kind <> 'test' and (n.sequence <= e.cursor or a.attempted_at >= e.cursor_set_at)
)`;
