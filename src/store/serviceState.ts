import type { Db } from "../base/database.ts";

/** Sums over all organizations, for those who run the service. */
export interface DeliveryTotals {
  /** Entries appended to all feeds. */
  readonly entries: number;
  /** Feed positions between cursors and heads, over all endpoints. */
  readonly distance: number;
  /** Customers whose events wait behind a failed one. */
  readonly lanes: number;
  /** Events that were given up and not skipped. */
  readonly dead: number;
}

export async function deliveryTotals(db: Db): Promise<DeliveryTotals | undefined> {
  const [totals] = await db<DeliveryTotals[]>`
    select
      (select coalesce(sum(head), 0) from feeds)::bigint as entries,
      (select coalesce(sum(f.head - e.cursor), 0)
        from endpoints e join feeds f on f.organization_id = e.organization_id)::bigint as distance,
      (select count(*) from lanes) as lanes,
      (select count(*) from dead_events where skipped_at is null) as dead
  `;
  return totals;
}

/** How many endpoints are in each state. */
export async function endpointsByState(db: Db): Promise<{ state: string; endpoints: number }[]> {
  return db<{ state: string; endpoints: number }[]>`
    select state, count(*) as endpoints from endpoints group by state order by state
  `;
}

/** Name of the newest migration; also shows that the database answers. */
export async function newestMigration(db: Db): Promise<string | null> {
  const [row] = await db<{ name: string }[]>`
    select name from migrations order by name desc limit 1
  `;
  return row?.name ?? null;
}
