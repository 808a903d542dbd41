import type { FeedPage, FeedRange, StoredEntry } from "../store/feed.ts";
import type { DeliveryStore } from "./deliveryStore.ts";

/** Entries of a block; what a read brings at most. */
const blockSize = 100;
/** Enough for the blocks that the endpoints of some busy organizations read one after the other, in characters of data. */
const keptWeight = 8_000_000;

interface Block {
  readonly entries: Promise<readonly StoredEntry[]>;
  /** 0 until it is read. */
  weight: number;
}

/**
 * Reads feeds for the endpoints of a node. Endpoints of one organization want the same entries, and entries never change:
 * they are read in blocks, once for all endpoints without a filter. Whether an endpoint may still be read for is asked
 * each time.
 * @param options.isShared whether several endpoints of an organization are served here: one alone reads for itself.
 * @param options.limit what blocks that are kept weigh at most; the oldest go first.
 */
export function createSharedReads(
  store: Pick<DeliveryStore, "readFeed" | "readableHead">,
  options: { readonly isShared: (organizationId: string) => boolean; readonly limit?: number },
): DeliveryStore["readFeed"] {
  const { isShared, limit = keptWeight } = options;
  const blocks = new Map<string, Block>();
  let weight = 0;

  /** The block of entries `first` to `first + blockSize - 1`, which the feed has come to. */
  function blockFrom(organizationId: string, first: number): Block["entries"] {
    const key = `${organizationId} ${first}`;
    const known = blocks.get(key);
    if (known) return known.entries;
    const reading = store.readFeed({ organizationId, after: first - 1, limit: blockSize });
    // Where entries of the block are for nobody here, the read goes beyond it.
    const inBlock = ({ sequence }: StoredEntry) => sequence < first + blockSize;
    const block: Block = {
      entries: reading.then(({ entries }) => entries.filter(inBlock)),
      weight: 0,
    };
    blocks.set(key, block);
    block.entries.then(
      (entries) => keep(key, entries),
      () => blocks.delete(key),
    );
    return block.entries;
  }

  function keep(key: string, entries: readonly StoredEntry[]): void {
    const block = blocks.get(key);
    if (!block) return; // pushed out while it was read
    block.weight = entries.reduce((sum, { data }) => sum + data.length, 0);
    weight += block.weight;
    for (const [oldest, { weight: lighter }] of blocks) {
      if (weight <= limit) return;
      blocks.delete(oldest);
      weight -= lighter;
    }
  }

  return async (range: FeedRange): Promise<FeedPage> => {
    const { organizationId, after, types = null, customerId = null, holder } = range;
    const wantsAll = types === null && customerId === null;
    if (!wantsAll || !isShared(organizationId)) return store.readFeed(range);
    const head = await store.readableHead({ organizationId, holder });
    const first = after - (after % blockSize) + 1;
    if (head < first + blockSize - 1) return store.readFeed(range);
    const block = await blockFrom(organizationId, first);
    const rest = block.filter(({ sequence }) => sequence > after);
    const entries = rest.slice(0, range.limit);
    const isAll = entries.length === rest.length;
    const scannedTo = isAll ? first + blockSize - 1 : (entries.at(-1)?.sequence ?? after);
    return { entries, scannedTo, head };
  };
}
