import type { FeedEntry } from "../contract/formats/entry.ts";
import { heliographBody } from "../contract/formats/heliograph.ts";
import type { OperationAnswer, OperationInput } from "../contract/operations.ts";
import { readEntry, readFeed } from "../store/feed.ts";
import { readFeedBack } from "../store/feedBack.ts";
import type { Context } from "./context.ts";
import { organizationOf } from "./reads.ts";
import { notFound } from "./work.ts";

type FeedEvent = OperationAnswer<"getEvent">;

/** What a delivery in our own format carries. The formats know the body as a plain object only. */
const bodyOf = (entry: FeedEntry) => heliographBody(entry) as FeedEvent;

/** A page of the caller's feed, oldest first, or newest first with `before`; `next` is the sequence to go on from. */
export async function listEvents(context: Context, { query }: OperationInput<"listEvents">) {
  const found =
    query.before === undefined
      ? await readOn(context, query, query.limit + 1)
      : await readBack(context, { ...query, before: query.before });
  const data = found.slice(0, query.limit);
  const last = data.at(-1);
  return { data, next: last && found.length > data.length ? String(last.sequence) : null };
}

/** Reads until there are `limit` events or the feed ends: a filter may pass over much. */
async function readOn(
  context: Context,
  { after, type, customer_id }: OperationInput<"listEvents">["query"],
  limit: number,
): Promise<FeedEvent[]> {
  const data: FeedEvent[] = [];
  let position = after;
  for (;;) {
    const { entries, scannedTo, head } = await readFeed(context.sql, {
      organizationId: organizationOf(context),
      after: position,
      types: type ? [type] : null,
      customerId: customer_id ?? null,
      limit: limit - data.length,
    });
    data.push(...entries.map(bodyOf));
    if (data.length === limit || scannedTo >= head) return data;
    position = scannedTo;
  }
}

async function readBack(
  context: Context,
  {
    after,
    before,
    type,
    customer_id,
    limit,
  }: OperationInput<"listEvents">["query"] & { before: number },
): Promise<FeedEvent[]> {
  const entries = await readFeedBack(context.sql, {
    organizationId: organizationOf(context),
    after,
    before,
    type: type ?? null,
    customerId: customer_id ?? null,
    limit: limit + 1,
  });
  return entries.map(bodyOf);
}

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
