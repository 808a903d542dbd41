import type { FeedType } from "../contract/inbound.ts";
import type { Endpoint } from "../contract/resources/delivery.ts";
import type { Db } from "../base/database.ts";
import { matchesFilter, standing } from "./standing.ts";

/** Account of a range: the sums add up to `matching`. */
export interface Reconciliation {
  /** The first position that is kept, where the range began before it: what was dropped is not accounted for. */
  readonly from: number;
  /** One less than `from` where nothing of the range is kept. */
  readonly to: number;
  readonly matching: number;
  readonly delivered: number;
  readonly skipped: number;
  readonly waiting: number;
  readonly dead: number;
  /** The first 1,000 that were not delivered. */
  readonly not_delivered: {
    readonly sequence: number;
    readonly event_id: string;
    readonly type: FeedType;
    readonly state: "waiting" | "dead" | "skipped";
  }[];
}

type Missing = Reconciliation["not_delivered"][number];
type Sums = Omit<Reconciliation, "from" | "to" | "not_delivered">;

/**
 * Accounts for every matching entry from `from` to `to`, both included, as far as they are kept. Where that begins is read by
 * the same statement: months that are dropped meanwhile leave no account that seems to cover them.
 */
export async function reconcile(
  db: Db,
  endpoint: Pick<Endpoint, "id">,
  { from, to }: { from: number; to: number },
): Promise<Reconciliation> {
  const [row] = await db<(Sums & { kept_after: number; not_delivered: Missing[] })[]>`
    with kept as (
      select f.kept_after from endpoints e join feeds f on f.organization_id = e.organization_id
      where e.id = ${endpoint.id}
    ), entries as (
      select n.sequence, n.event_id, n.type, ${standing(db)} as state
      from endpoints e join feed_entries n on n.organization_id = e.organization_id
        and ${matchesFilter(db)}
      where e.id = ${endpoint.id} and n.sequence between ${from} and ${to}
        and n.sequence > coalesce((select kept_after from kept), 0)
    ), missing as (
      select * from entries where state in ('waiting', 'dead', 'skipped') order by sequence limit 1000
    )
    select coalesce((select kept_after from kept), 0) as kept_after,
      count(*) filter (where state <> 'before_start') as matching,
      count(*) filter (where state = 'delivered') as delivered,
      count(*) filter (where state = 'skipped') as skipped,
      count(*) filter (where state = 'waiting') as waiting,
      count(*) filter (where state = 'dead') as dead,
      coalesce((select json_agg(m order by m.sequence) from missing m), '[]') as not_delivered
    from entries
  `;
  if (!row) throw new Error(`Endpoint ${endpoint.id} could not be accounted for`);
  const { kept_after: keptAfter, ...account } = row;
  const first = keptAfter >= from && keptAfter > 0 ? keptAfter + 1 : from;
  return { from: first, to: Math.max(to, first - 1), ...account };
}
