import type { FeedManifest, FeedSource } from "./feedSource.ts";
import type { Inbox } from "./inbox.ts";
import { manifestOf } from "./manifest.ts";
import type { Range } from "./ranges.ts";

/** Manifests that are listed at once. */
const manifestLimit = 200;

/** All manifests of an endpoint, oldest first; the open one is the last. */
export async function readManifests(source: FeedSource, endpoint: string): Promise<FeedManifest[]> {
  const newestFirst: FeedManifest[] = [];
  let after: string | null | undefined;
  while (after !== null) {
    const page = await source.manifests.list({
      id: endpoint,
      limit: manifestLimit,
      ...(after !== undefined && { after }),
    });
    if (after === undefined && page.open) newestFirst.push(page.open);
    newestFirst.push(...page.data);
    after = page.next;
  }
  return newestFirst.toReversed();
}

/**
 * Whether an inbox has all that was to come by a manifest, and nothing else.
 * @param given.before the manifest before it.
 * @param given.skipped what the endpoint's owner has skipped: it counts as if it were here.
 */
export async function agrees<Tx>(
  inbox: Inbox<Tx>,
  { from, to, count, hash, starts_chain }: FeedManifest,
  {
    before,
    skipped = new Map(),
  }: { before: FeedManifest | undefined; skipped?: ReadonlyMap<number, string> },
): Promise<boolean> {
  const here = await inbox.stored(from, to);
  const notHere = Array.from(skipped, ([sequence, id]) => ({ sequence, id }));
  const computed = await manifestOf(
    [...notHere, ...here],
    starts_chain ? undefined : (before?.hash ?? "0".repeat(64)),
  );
  return computed.count === count && computed.hash === hash;
}

/** Parts of a range of which nothing is missing in an inbox, by the manifests of its endpoint. */
export async function wholeParts<Tx>(
  { inbox, source, endpoint }: { inbox: Inbox<Tx>; source: FeedSource; endpoint: string },
  { after, to }: Range,
): Promise<Range[]> {
  const all = await readManifests(source, endpoint);
  const whole: Range[] = [];
  for (const [index, manifest] of all.entries()) {
    const isPart = manifest.to > after && manifest.from <= to;
    if (isPart && (await agrees(inbox, manifest, { before: all[index - 1] })))
      whole.push({ after: manifest.from - 1, to: manifest.to });
  }
  return whole;
}
