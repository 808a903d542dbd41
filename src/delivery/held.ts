/** What all endpoints of a node hold in memory together, in characters of events' data. */
export interface Held {
  readonly weight: number;
  /** Whether nothing more should be read ahead: who holds nothing may still read a little. */
  readonly isFull: boolean;
  /** Takes note of what was read, or with a negative number let go of. */
  add(weight: number): void;
}

/** Enough for some six thousand events of 4 kB, and a small part of what a process takes. */
const defaultLimit = 24_000_000;

export function createHeld(limit: number = defaultLimit): Held {
  let weight = 0;
  return {
    get weight() {
      return weight;
    },
    get isFull() {
      return weight >= limit;
    },
    add(more) {
      weight += more;
    },
  };
}

/** How much memory entries take, and who counts it. */
export interface Memory<E> {
  weigh(entry: E): number;
  readonly held: Pick<Held, "add">;
}

export const uncounted: Memory<unknown> = { weigh: () => 1, held: { add: () => undefined } };
