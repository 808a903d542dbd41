import { createCursor, type Cursor } from "./cursor.ts";
import { uncounted, type Memory } from "./held.ts";
import type { Lane, Lanes, Ordered } from "./lane.ts";

/** An entry to be sent again, independent of the cursor. */
export interface Resend<E extends Ordered> {
  readonly entry: E;
}

/** One entry's turn to be sent. Its customer is busy until it is concluded. */
export type Turn<E extends Ordered, R extends Resend<E>> =
  | { readonly source: "feed"; readonly customerId: string; readonly entry: E }
  | { readonly source: "lane"; readonly customerId: string; readonly lane: Lane }
  | { readonly source: "resend"; readonly customerId: string; readonly resend: R };

const sources = ["lane", "feed", "resend"] as const;

/**
 * What one endpoint may send next: different customers at once, one customer one at a time and in order. Pure
 * bookkeeping: entries come in as they are read, turns go out, and every turn is concluded by exactly one of
 * `giveBack`, `settle`, `park`, `advanceLane`, `failLane`, `emptyLane`.
 */
export class Window<E extends Ordered, R extends Resend<E>> {
  readonly cursor: Cursor;
  readonly lanes: Lanes;
  readonly #entries = new Map<number, E>(); // in the order of the feed
  readonly #resends = new Map<number, R>(); // in the order of the feed
  readonly #busy = new Set<string>();
  /** Up to where customers' entries were settled in lanes that ran empty ahead of what was read. */
  readonly #settledAhead = new Map<string, number>();
  /** Newest of what was read that is settled or waits in a lane. */
  #closedTo: number;
  readonly #memory: Memory<E>;
  #weight = 0;
  #round = 0;

  /** @param start cursor as it was last written down. */
  constructor(start: number, lanes: Lanes, memory: Memory<E> = uncounted) {
    this.cursor = createCursor(start);
    this.lanes = lanes;
    this.#closedTo = start;
    this.#memory = memory;
  }

  /** Entries of the feed that wait or are under way. */
  get size(): number {
    return this.#entries.size;
  }

  /** What they weigh together. */
  get weight(): number {
    return this.#weight;
  }

  /** Whether so many customers have something here, so that one can be tried against another. */
  hasCustomers(count: number): boolean {
    const found = new Set<string>();
    for (const customerId of this.#customers()) {
      found.add(customerId);
      if (found.size >= count) return true;
    }
    return false;
  }

  get resendCount(): number {
    return this.#resends.size;
  }

  /**
   * Takes up what was read after the cursor's `readTo`, in order.
   * @param page.settled sequences that were settled before a restart.
   */
  admit(page: { entries: readonly E[]; settled: ReadonlySet<number>; scannedTo: number }): void {
    for (const entry of page.entries) {
      const isSettled = page.settled.has(entry.sequence) || this.#wasAhead(entry);
      if (isSettled || this.lanes.passOver(entry)) {
        this.cursor.scanned(entry.sequence);
        this.#closedTo = entry.sequence;
        continue;
      }
      this.cursor.open(entry.sequence);
      this.#entries.set(entry.sequence, entry);
      this.#weighIn(this.#memory.weigh(entry));
    }
    this.cursor.scanned(page.scannedTo);
    for (const [customerId, upTo] of this.#settledAhead) {
      if (upTo <= this.cursor.readTo) this.#settledAhead.delete(customerId);
    }
  }

  /**
   * Forgets the newest entries of the feed, to be read again, when nothing is under way.
   * @param keep so many entries, those of so many customers, and all up to a sequence; what lies before settled ones stays.
   * @returns sequence of the last entry that stays; undefined when nothing was forgotten.
   */
  forget(keep: { entries: number; customers: number; upTo: number }): number | undefined {
    let last = Math.max(this.#closedTo, keep.upTo);
    let kept = 0;
    const customers = new Set<string>();
    for (const { sequence, customer_id } of this.#entries.values()) {
      const isEnough = kept >= keep.entries && customers.size >= keep.customers;
      if (sequence > last && isEnough) break;
      last = Math.max(last, sequence);
      customers.add(customer_id);
      kept += 1;
    }
    if (kept === this.#entries.size) return undefined;
    for (const sequence of this.#entries.keys()) {
      if (sequence > last) this.#remove(sequence);
    }
    this.cursor.unread(last);
    return last;
  }

  /** Takes up what is to be sent again, in order; what is known already stays as it is. */
  admitResends(resends: readonly R[]): void {
    for (const resend of resends) {
      const { sequence } = resend.entry;
      if (!this.#resends.has(sequence)) this.#resends.set(sequence, resend);
    }
  }

  /** The next turn of a customer who is free; lanes, feed and resends take turns. */
  take(): Turn<E, R> | undefined {
    this.#round += 1;
    for (let index = 0; index < sources.length; index += 1) {
      const turn = this.#next(sources[(this.#round + index) % sources.length] ?? "feed");
      if (turn) return this.#start(turn);
    }
    return undefined;
  }

  /** Lets go of what is held, for good. */
  close(): void {
    this.#weighIn(-this.#weight);
  }

  /** The same entry's turn once more, if it still waits. */
  takeAgain(turn: Turn<E, R>): Turn<E, R> | undefined {
    if (this.#busy.has(turn.customerId)) return undefined;
    if (turn.source === "feed") {
      return this.#entries.has(turn.entry.sequence) ? this.#start(turn) : undefined;
    }
    if (turn.source === "resend") {
      return this.#resends.has(turn.resend.entry.sequence) ? this.#start(turn) : undefined;
    }
    const lane = this.lanes.get(turn.customerId);
    return lane && this.#start({ ...turn, lane });
  }

  /**
   * A turn of another customer than `customerId`, also of one whose lane is not due.
   * @param step picks another customer every time.
   */
  takeOther(customerId: string, step: number): Turn<E, R> | undefined {
    const byCustomer = new Map<string, Turn<E, R>>();
    for (const turn of this.#everyWaiting()) {
      if (turn.customerId !== customerId && !byCustomer.has(turn.customerId)) {
        byCustomer.set(turn.customerId, turn);
      }
    }
    const turn = [...byCustomer.values()][step % Math.max(byCustomer.size, 1)];
    return turn && this.#start(turn);
  }

  /** The entry was not judged: it waits again at its place. */
  giveBack(turn: Turn<E, R>): void {
    this.#busy.delete(turn.customerId);
  }

  /** The entry is delivered or given up. */
  settle(turn: Extract<Turn<E, R>, { source: "feed" | "resend" }>): void {
    this.#busy.delete(turn.customerId);
    if (turn.source === "resend") {
      this.#resends.delete(turn.resend.entry.sequence);
      return;
    }
    this.#close(turn.entry.sequence);
  }

  /** The entry failed: from now on its customer's entries wait behind it, and the cursor passes them over. */
  park(turn: Extract<Turn<E, R>, { source: "feed" }>, attempts: number): Lane {
    const { customerId, entry } = turn;
    this.#busy.delete(customerId);
    let last = entry.sequence;
    for (const waiting of this.#entries.values()) {
      if (waiting.customer_id !== customerId) continue;
      last = waiting.sequence;
      this.#close(waiting.sequence);
    }
    return this.lanes.park(entry, attempts, last);
  }

  /** What is to be sent again failed: it and the customer's later ones are dropped, to be read again when due. */
  dropResends(turn: Extract<Turn<E, R>, { source: "resend" }>): void {
    this.#busy.delete(turn.customerId);
    for (const [sequence, { entry }] of this.#resends) {
      if (entry.customer_id === turn.customerId) this.#resends.delete(sequence);
    }
  }

  /** The lane's head is settled. @returns the lane with its next head, or undefined when it ran empty. */
  advanceLane(customerId: string, head: E): Lane | undefined {
    this.#busy.delete(customerId);
    const lane = this.lanes.advance(customerId, head);
    if (!lane) this.#ranEmpty(customerId, head.sequence);
    return lane;
  }

  /** The lane's head failed by its schedule. */
  failLane(customerId: string, head: E, attempts: number): void {
    this.#busy.delete(customerId);
    this.lanes.fail(customerId, head, attempts);
  }

  /** Nothing was found in the lane up to `lookedUpTo`. @returns whether the lane is gone. */
  emptyLane(customerId: string, lookedUpTo: number): boolean {
    this.#busy.delete(customerId);
    const isGone = this.lanes.empty(customerId, lookedUpTo);
    if (isGone) this.#ranEmpty(customerId, lookedUpTo);
    return isGone;
  }

  #next(source: Turn<E, R>["source"]): Turn<E, R> | undefined {
    const [turn] =
      source === "feed"
        ? this.#waitingEntries()
        : source === "resend"
          ? this.#waitingResends()
          : this.#waitingLanes(this.lanes.due());
    return turn;
  }

  #start(turn: Turn<E, R>): Turn<E, R> {
    this.#busy.add(turn.customerId);
    return turn;
  }

  #close(sequence: number): void {
    this.#remove(sequence);
    this.#closedTo = Math.max(this.#closedTo, sequence);
    this.cursor.close(sequence);
  }

  #weighIn(weight: number): void {
    this.#weight += weight;
    this.#memory.held.add(weight);
  }

  #remove(sequence: number): void {
    const entry = this.#entries.get(sequence);
    if (entry) this.#weighIn(-this.#memory.weigh(entry));
    this.#entries.delete(sequence);
  }

  /** After a restart lanes go on while what they hold is yet to be read, and must not be sent again then. */
  #ranEmpty(customerId: string, upTo: number): void {
    if (upTo > this.cursor.readTo) this.#settledAhead.set(customerId, upTo);
  }

  #wasAhead({ customer_id, sequence }: E): boolean {
    return sequence <= (this.#settledAhead.get(customer_id) ?? 0);
  }

  *#customers(): Generator<string> {
    for (const { customer_id } of this.#entries.values()) yield customer_id;
    for (const { customerId } of this.lanes.all()) yield customerId;
    for (const { entry } of this.#resends.values()) yield entry.customer_id;
  }

  *#everyWaiting(): Generator<Turn<E, R>> {
    yield* this.#waitingEntries();
    yield* this.#waitingLanes(this.lanes.all());
    yield* this.#waitingResends();
  }

  *#waitingEntries(): Generator<Turn<E, R>> {
    for (const entry of this.#entries.values()) {
      const customerId = entry.customer_id;
      if (!this.#busy.has(customerId)) yield { source: "feed", customerId, entry };
    }
  }

  *#waitingResends(): Generator<Turn<E, R>> {
    for (const resend of this.#resends.values()) {
      const customerId = resend.entry.customer_id;
      if (!this.#busy.has(customerId)) yield { source: "resend", customerId, resend };
    }
  }

  *#waitingLanes(lanes: Iterable<Lane>): Generator<Turn<E, R>> {
    for (const lane of lanes) {
      const { customerId } = lane;
      if (!this.#busy.has(customerId)) yield { source: "lane", customerId, lane };
    }
  }
}
