import { readSkipped, type FeedSource } from "./feedSource.ts";
import type { Gate } from "./gate.ts";
import type { Inbox } from "./inbox.ts";
import { agrees, readManifests } from "./manifests.ts";
import type { Range } from "./ranges.ts";

/** What a comparison with the service's own account has found. */
export interface Reconciled {
  /** Events that were to come in the range, by the service's account. */
  readonly matching: number;
  /** First and last position of that account: it begins with what the service keeps. Manifests go back further. */
  readonly from: number;
  readonly to: number;
  /** Ids of the events that were missing; they are stored now. */
  readonly fetched: readonly string[];
  /** Events that the endpoint's owner has skipped. */
  readonly skipped: number;
  /** Manifests whose count and hash do not hold even so: something is here that was not to come, or is gone from the feed or no longer kept. */
  readonly differing: readonly { readonly from: number; readonly to: number }[];
}

/** Compares what an inbox has with the manifests of its endpoint, fetches what is missing, and tells what no longer can be. */
export async function reconcileInbox<Tx>({
  inbox,
  gate,
  source,
  endpoint,
}: {
  inbox: Inbox<Tx>;
  gate: Gate;
  source: FeedSource;
  endpoint: string;
}): Promise<Reconciled> {
  const { start, dropped: droppedBefore } = await readBeginning({ inbox, source, endpoint });
  let dropped = droppedBefore;
  const all = await readManifests(source, endpoint);
  const fetched: string[] = [];
  const differing: { from: number; to: number }[] = [];
  let skippedCount = 0;
  for (const [index, manifest] of all.entries()) {
    const { from, to, events: types } = manifest;
    if (to <= start) continue;
    const after = Math.max(from - 1, start, dropped);
    const skipped = await readSkipped(source, { endpoint, from: after + 1, to });
    skippedCount += skipped.size;
    // The first one that the inbox has begun in cannot be computed: what lies before its start is not here.
    const isWhole = from > start;
    const holds = () =>
      isWhole ? agrees(inbox, manifest, { skipped, before: all[index - 1] }) : false;
    if (await holds()) continue;
    const whenDropped = (range: Range) => (dropped = range.to);
    const found = await gate.pull({ after, to, types, whenDropped });
    fetched.push(...found.ids);
    if (!isWhole || (await holds())) continue;
    differing.push({ from, to });
    if (dropped >= from) await gate.giveUp({ after: from - 1, to: Math.min(to, dropped) });
  }
  const account = await source.endpoints.reconcile({ id: endpoint, from: start + 1 });
  const { matching, from, to } = account;
  return { matching, from, to, fetched, skipped: skippedCount, differing };
}

/**
 * @returns after which position an inbox is to be complete, and up to which one the service no longer keeps the feed, as far as
 * the inbox reaches back. Who began with 0 and has read nothing of what was dropped begins with what is kept: 0 means that.
 */
async function readBeginning<Tx>({
  inbox,
  source,
  endpoint,
}: {
  inbox: Inbox<Tx>;
  source: FeedSource;
  endpoint: string;
}): Promise<{ start: number; dropped: number }> {
  const { start } = await inbox.position();
  const [oldest] = await inbox.list({ limit: 1 });
  const from = (start ?? 0) + 1;
  const account = await source.endpoints.reconcile({ id: endpoint, from, to: from });
  const dropped = account.from - 1;
  if ((start ?? 0) === 0 && (oldest?.sequence ?? Number.MAX_SAFE_INTEGER) > dropped)
    return { start: dropped, dropped };
  return { start: start ?? 0, dropped };
}
