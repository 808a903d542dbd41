/** An event where it was seen. */
export interface Seen {
  readonly id: string;
  /** Position in the feed. */
  readonly sequence: number;
  readonly customer: string;
}

/** How what was seen compares with the feed. */
export interface Account {
  /** Different events that were seen. */
  readonly received: number;
  /** Events of the feed that were not seen. */
  readonly missing: number;
  /** Times that an event was seen again. */
  readonly doubled: number;
  /** Events that were first seen after a later one of their customer. */
  readonly out_of_order: number;
  /** Times that a delivery named a previous one that was not seen. */
  readonly chain_gaps: number;
  /** Events that were seen and do not stand in the feed. */
  readonly unknown: number;
}

/** Keeps account of the events that pass one point. */
export interface Book {
  /** @param previous what `heliograph-previous` said; null without. */
  note(seen: Seen, previous?: number | null): void;
  compare(feed: readonly Seen[]): Account;
}

/** @param after position of the feed after which the events are expected. */
export function openBook(after = 0): Book {
  const ids = new Set<string>();
  const sequences = new Set<number>();
  const previouses = new Set<number>();
  const lastOf = new Map<string, number>();
  let doubled = 0;
  let out_of_order = 0;
  return {
    note({ id, sequence, customer }, previous = null) {
      if (previous !== null && previous > after) previouses.add(previous);
      if (ids.has(id)) {
        doubled += 1;
        return;
      }
      ids.add(id);
      sequences.add(sequence);
      const last = lastOf.get(customer) ?? 0;
      if (sequence < last) out_of_order += 1;
      lastOf.set(customer, Math.max(last, sequence));
    },
    compare(feed) {
      const expected = new Set(feed.map(({ id }) => id));
      return {
        received: ids.size,
        missing: feed.filter(({ id }) => !ids.has(id)).length,
        doubled,
        out_of_order,
        chain_gaps: [...previouses].filter((sequence) => !sequences.has(sequence)).length,
        unknown: [...ids].filter((id) => !expected.has(id)).length,
      };
    },
  };
}

/** Whether nothing was lost and each customer's events came in order. */
export const isWhole = ({ missing, out_of_order }: Account): boolean =>
  missing === 0 && out_of_order === 0;
