import { readSkipped, type FeedManifest, type FeedSource } from "./feedSource.ts";
import type { Gate } from "./gate.ts";
import type { Inbox } from "./inbox.ts";
import { manifestOf } from "./manifest.ts";

/** What a comparison with the service's own account has found. */
export interface Reconciled {
  /** Events that were to come in the range, by the service's account. */
  readonly matching: number;
  /** First and last position that were compared. */
  readonly from: number;
  readonly to: number;
  /** Ids of the events that were missing; they are stored now. */
  readonly fetched: readonly string[];
  /** Events that the endpoint's owner has skipped. */
  readonly skipped: number;
  /** Manifests whose count and hash do not hold even so: something is here that was not to come, or is gone from the feed. */
  readonly differing: readonly { readonly from: number; readonly to: number }[];
}

/** Compares what an inbox has with the manifests of its endpoint, and fetches what is missing. */
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
  const position = await inbox.position();
  const start = position.start ?? 0;
  const all = await readManifests(source, endpoint);
  const fetched: string[] = [];
  const differing: { from: number; to: number }[] = [];
  let skippedCount = 0;
  for (const [index, manifest] of all.entries()) {
    const { from, to, events: types } = manifest;
    if (to <= start) continue;
    const skipped = await readSkipped(source, { endpoint, from: Math.max(from, start + 1), to });
    skippedCount += skipped.size;
    // The first one that the inbox has begun in cannot be computed: what lies before its start is not here.
    const isWhole = from > start;
    const holds = () =>
      isWhole ? agrees(inbox, manifest, { skipped, before: all[index - 1] }) : false;
    if (await holds()) continue;
    const found = await gate.pull({ after: Math.max(from - 1, start), to, types });
    fetched.push(...found.ids);
    if (isWhole && !(await holds())) differing.push({ from, to });
  }
  const account = await source.endpoints.reconcile({ id: endpoint, from: start + 1 });
  const { matching, from, to } = account;
  return { matching, from, to, fetched, skipped: skippedCount, differing };
}

async function agrees<Tx>(
  inbox: Inbox<Tx>,
  { from, to, count, hash, starts_chain }: FeedManifest,
  { skipped, before }: { skipped: ReadonlyMap<number, string>; before: FeedManifest | undefined },
): Promise<boolean> {
  const here = await inbox.stored(from, to);
  const notHere = Array.from(skipped, ([sequence, id]) => ({ sequence, id }));
  const computed = await manifestOf(
    [...notHere, ...here],
    starts_chain ? undefined : (before?.hash ?? "0".repeat(64)),
  );
  return computed.count === count && computed.hash === hash;
}

/** Manifests that are listed at once. */
const pageLimit = 200;

/** All manifests of an endpoint, oldest first; the open one is the last. */
async function readManifests(source: FeedSource, endpoint: string): Promise<FeedManifest[]> {
  const newestFirst: FeedManifest[] = [];
  let after: string | null | undefined;
  while (after !== null) {
    const page = await source.manifests.list({
      id: endpoint,
      limit: pageLimit,
      ...(after !== undefined && { after }),
    });
    if (after === undefined && page.open) newestFirst.push(page.open);
    newestFirst.push(...page.data);
    after = page.next;
  }
  return newestFirst.toReversed();
}
