import type { FeedEntry } from "../contract/formats/entry.ts";
import { heliographBody } from "../contract/formats/heliograph.ts";
import type { OperationAnswer, OperationInput } from "../contract/operations.ts";
import { readEntry, readFeed, readWeight, type StoredEntry } from "../store/feed.ts";
import { readFeedBack } from "../store/feedBack.ts";
import type { Context } from "./context.ts";
import { keptPosition } from "./history.ts";
import { organizationOf } from "./reads.ts";
import { notFound } from "./work.ts";

type FeedEvent = OperationAnswer<"getEvent">;

/** What a delivery in our own format carries. The formats know the body as a plain object only. */
const bodyOf = (entry: FeedEntry) => heliographBody(entry) as FeedEvent;

/** What was read of a feed, and whether it ended early because it weighs enough. */
interface Found {
  readonly entries: readonly StoredEntry[];
  readonly isCut: boolean;
}

/**
 * A page of the caller's feed, oldest first, or newest first with `before`; `next` is the sequence to go on from. What
 * came in through inlets is there as well: the feed is without holes.
 */
export async function listEvents(context: Context, { query }: OperationInput<"listEvents">) {
  const { entries, isCut } =
    query.before === undefined
      ? await readOn(context, query)
      : await readBack(context, { ...query, before: query.before });
  const kept = entries.slice(0, query.limit);
  const last = kept.at(-1);
  const hasMore = isCut || entries.length > kept.length;
  return { data: kept.map(bodyOf), next: last && hasMore ? String(last.sequence) : null };
}

/** Reads until there is one more than `limit`, or the feed ends: a filter may pass over much. */
async function readOn(
  context: Context,
  { after, type, customer_id, limit }: OperationInput<"listEvents">["query"],
): Promise<Found> {
  const organizationId = organizationOf(context);
  const found: StoredEntry[] = [];
  let position = await keptPosition(context.sql, { organizationId, after });
  let weight = 0;
  for (;;) {
    const { entries, scannedTo, head } = await readFeed(context.sql, {
      organizationId,
      after: position,
      types: type ? [type] : null,
      isWhole: !type,
      customerId: customer_id ?? null,
      limit: limit + 1 - found.length,
    });
    found.push(...entries);
    weight += entries.reduce((sum, { data }) => sum + data.length, 0);
    if (found.length > limit || scannedTo >= head) return { entries: found, isCut: false };
    if (weight >= readWeight) return { entries: found, isCut: true };
    position = scannedTo;
  }
}

const readBack = (
  context: Context,
  {
    after,
    before,
    type,
    customer_id,
    limit,
  }: OperationInput<"listEvents">["query"] & { before: number },
): Promise<Found> =>
  readFeedBack(context.sql, {
    organizationId: organizationOf(context),
    after,
    before,
    type: type ?? null,
    customerId: customer_id ?? null,
    limit: limit + 1,
  });

/** One event of the caller's feed, as a delivery carries it. @throws {ApiError} `not_found` */
export async function getEvent(context: Context, { params }: OperationInput<"getEvent">) {
  return bodyOf(await requireEntry(context, params.id));
}

/** @throws {ApiError} `not_found` when the caller's feed has no such event. */
export async function requireEntry(context: Context, eventId: string) {
  const entry = await readEntry(context.sql, { organizationId: organizationOf(context), eventId });
  if (!entry) throw notFound("event", eventId);
  return entry;
}
