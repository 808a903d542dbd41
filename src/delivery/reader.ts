import { fitsFilter } from "../contract/inbound.ts";
import type { EndpointEntry, StoredEntry, Subscription } from "../store/feed.ts";
import type { DeliveryStore } from "./deliveryStore.ts";

/** What one read brought. */
export interface Read {
  readonly entries: readonly EndpointEntry[];
  /** Sequences among them that were settled before a restart. */
  readonly settled: ReadonlySet<number>;
  readonly scannedTo: number;
  /** Whether the feed goes on. */
  readonly hasMore: boolean;
}

/** Reads an endpoint's feed in order and chains the entries: each knows the one before it. */
export interface FeedReader {
  /** The next entries after those that were read, at most `limit`. */
  read(limit: number): Promise<Read>;
  /**
   * Takes entries that a commit in this process has just brought, in place of reading them.
   * @returns null when they do not follow on what was read, or may have been tried before: then they are to be read.
   */
  take(entries: readonly StoredEntry[]): Read | null;
  /** Goes back to after an entry that was read. */
  rewind(sequence: number): void;
}

/** @param cursor where to start. */
export async function openReader(
  store: DeliveryStore,
  subscription: Subscription,
  cursor: number,
): Promise<FeedReader> {
  const [lastBefore, triedTo] = await Promise.all([
    store.previousMatching(subscription, cursor + 1),
    store.lastTried(subscription.endpointId),
  ]);
  const { organizationId, endpointId, fence, types } = subscription;
  const range = { organizationId, types, holder: { endpointId, fence } };
  let readTo = cursor;
  let previous = lastBefore;

  async function historyOf(after: number, upTo: number) {
    if (after >= triedTo) return new Map<number, never>();
    const rows = await store.deliveredBeyond({ endpointId, after, upTo });
    return new Map(rows.map((row) => [row.sequence, row]));
  }

  const chain = (entry: StoredEntry, made: number): EndpointEntry => {
    const chained = { ...entry, previous, made };
    previous = entry.sequence;
    return chained;
  };

  return {
    async read(limit) {
      const page = await store.readFeed({ ...range, after: readTo, limit });
      const history = await historyOf(readTo, page.scannedTo);
      const entries = page.entries.map((entry) =>
        chain(entry, history.get(entry.sequence)?.made ?? 0),
      );
      readTo = page.scannedTo;
      const settled = new Set(
        [...history.values()].filter((row) => row.is_settled).map(({ sequence }) => sequence),
      );
      return { entries, settled, scannedTo: page.scannedTo, hasMore: page.scannedTo < page.head };
    },
    take(grown) {
      const fresh = grown.filter(({ sequence }) => sequence > readTo);
      const [first] = fresh;
      if (first && (first.sequence > readTo + 1 || readTo < triedTo)) return null;
      const entries = fresh
        .filter(({ type }) => fitsFilter(types, type))
        .map((entry) => chain(entry, 0));
      readTo += fresh.length; // without holes
      return { entries, settled: new Set(), scannedTo: readTo, hasMore: false };
    },
    rewind(sequence) {
      readTo = sequence;
      previous = sequence;
    },
  };
}
