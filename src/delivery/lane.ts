/** What ordering needs to know of an entry. */
export interface Ordered {
  readonly sequence: number;
  readonly event_id: string;
  readonly customer_id: string;
}

/** The events of one customer that wait behind a failed one. */
export interface Lane {
  readonly customerId: string;
  /** The head is the customer's first matching entry from here on. */
  readonly headSequence: number;
  /** Failed attempts that used up the head's schedule. */
  readonly attempts: number;
  /** No entry of the customer after this one has been passed over. */
  readonly lastSequence: number;
  /** Whether the head may be tried now. */
  readonly isDue: boolean;
}

/** A lane as it was written down. */
interface Known {
  readonly customer_id: string;
  readonly head_sequence: number;
  readonly attempts: number;
}

/** The lanes of one endpoint. Pure bookkeeping. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #due = new Set<string>();

  /** @param lanes as they were last written down; @param cursor what they hold lies before it. */
  constructor(lanes: Iterable<Known>, cursor: number) {
    for (const row of lanes) {
      this.#keep({
        customerId: row.customer_id,
        headSequence: row.head_sequence,
        attempts: row.attempts,
        lastSequence: Math.max(cursor, row.head_sequence),
        isDue: false,
      });
    }
  }

  get count(): number {
    return this.#lanes.size;
  }

  get(customerId: string): Lane | undefined {
    return this.#lanes.get(customerId);
  }

  all(): Iterable<Lane> {
    return this.#lanes.values();
  }

  /** Lanes whose head may be tried; the one that moved last comes last. */
  *due(): Generator<Lane> {
    for (const customerId of this.#due) yield this.#require(customerId);
  }

  /** Starts a lane. @param lastSequence last of the customer's entries that were read already. */
  park(head: Ordered, attempts: number, lastSequence: number): Lane {
    return this.#keep({
      customerId: head.customer_id,
      headSequence: head.sequence,
      attempts,
      lastSequence: Math.max(head.sequence, lastSequence),
      isDue: false,
    });
  }

  /** Whether an entry that was just read waits in a lane, or was settled by it before a restart. */
  passOver(entry: Ordered): boolean {
    const lane = this.#lanes.get(entry.customer_id);
    if (!lane) return false;
    const lastSequence = Math.max(lane.lastSequence, entry.sequence);
    this.#lanes.set(lane.customerId, { ...lane, lastSequence });
    return true;
  }

  /** The head failed, `attempts` times by its schedule, and waits. */
  fail(customerId: string, head: Ordered, attempts: number): void {
    const lane = this.#require(customerId);
    this.#keep({ ...lane, headSequence: head.sequence, attempts, isDue: false });
  }

  /** The head is settled. @returns the lane with what comes after it as its head, or undefined when it ran empty. */
  advance(customerId: string, head: Ordered): Lane | undefined {
    const lane = this.#require(customerId);
    if (lane.lastSequence > head.sequence) {
      return this.#keep({ ...lane, headSequence: head.sequence + 1, attempts: 0, isDue: true });
    }
    this.#drop(customerId);
    return undefined;
  }

  /**
   * No entry of the customer was found up to `lookedUpTo`.
   * @returns whether the lane is gone; not when entries were passed over meanwhile.
   */
  empty(customerId: string, lookedUpTo: number): boolean {
    const isEmpty = this.#require(customerId).lastSequence <= lookedUpTo;
    if (isEmpty) this.#drop(customerId);
    return isEmpty;
  }

  /** The database says that this head is due; an old word about a lane that has changed since is ignored. */
  markDue(known: Known): void {
    const lane = this.#lanes.get(known.customer_id);
    const isSame = lane?.headSequence === known.head_sequence && lane.attempts === known.attempts;
    if (isSame && !lane.isDue) this.#keep({ ...lane, isDue: true });
  }

  #keep(lane: Lane): Lane {
    this.#due.delete(lane.customerId);
    if (lane.isDue) this.#due.add(lane.customerId);
    this.#lanes.set(lane.customerId, lane);
    return lane;
  }

  #drop(customerId: string): void {
    this.#lanes.delete(customerId);
    this.#due.delete(customerId);
  }

  #require(customerId: string): Lane {
    const lane = this.#lanes.get(customerId);
    if (!lane) throw new Error(`Customer ${customerId} has no lane`);
    return lane;
  }
}
