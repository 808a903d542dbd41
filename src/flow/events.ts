import type { FeedEntry } from "../contract/formats/entry.ts";
import { heliographBody } from "../contract/formats/heliograph.ts";
import type { OperationAnswer, OperationInput } from "../contract/operations.ts";
import { readEntry, readFeed } from "../store/feed.ts";
import type { Context } from "./context.ts";
import { organizationOf } from "./reads.ts";
import { notFound } from "./work.ts";

type FeedEvent = OperationAnswer<"getEvent">;

/** What a delivery in our own format carries. The formats know the body as a plain object only. */
const bodyOf = (entry: FeedEntry) => heliographBody(entry) as FeedEvent;

/** A page of the caller's feed, oldest first; `next` is the sequence to go on after. */
export async function listEvents(context: Context, { query }: OperationInput<"listEvents">) {
  const { data, scannedTo, head } = await readOn(context, query);
  const isEnd = data.length < query.limit && scannedTo >= head;
  return { data, next: isEnd ? null : String(scannedTo) };
}

/** Reads until the page is full or the feed ends: a filter may pass over much. */
async function readOn(context: Context, query: OperationInput<"listEvents">["query"]) {
  const data: FeedEvent[] = [];
  let scannedTo = query.after;
  for (;;) {
    const range = {
      organizationId: organizationOf(context),
      after: scannedTo,
      types: query.type ? [query.type] : null,
      customerId: query.customer_id ?? null,
      limit: query.limit - data.length,
    };
    const found = await readFeed(context.sql, range);
    data.push(...found.entries.map(bodyOf));
    scannedTo = found.scannedTo;
    if (data.length === query.limit || scannedTo >= found.head)
      return { data, scannedTo, head: found.head };
  }
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
