import type { Db } from "../base/database.ts";
import { entryColumns, readWeight, toEntry, type StoredEntry } from "./feed.ts";

/** Which entries of a feed are looked at, from its end. */
interface BackwardRange {
  readonly organizationId: string;
  /** Only entries after this sequence. */
  readonly after: number;
  /** Entries before this sequence. */
  readonly before: number;
  readonly type: string | null;
  readonly customerId: string | null;
  /** Entries at most. */
  readonly limit: number;
}

/**
 * Reads matching entries newest first: for people, who look at what happened last.
 * @returns the entries, fewer than there are where they are heavy.
 */
export async function readFeedBack(
  db: Db,
  range: BackwardRange,
): Promise<{ entries: StoredEntry[]; isCut: boolean }> {
  const { organizationId, after, before, type, customerId, limit } = range;
  const rows = await db<(StoredEntry & { weight: number })[]>`
    select * from (
      select ${entryColumns(db)}, sum(octet_length(v.data)) over (order by n.sequence desc) as weight
    from feed_entries n join events v on v.id = n.event_id
    where n.organization_id = ${organizationId} and n.sequence > ${after} and n.sequence < ${before}
      and (${type}::text is null or n.type = ${type})
      and (${customerId}::text is null or n.customer_id = ${customerId})
    order by n.sequence desc limit ${limit}
    ) e where weight - octet_length(data) < ${readWeight} order by sequence desc
  `;
  return { entries: rows.map(toEntry), isCut: (rows.at(-1)?.weight ?? 0) >= readWeight };
}
