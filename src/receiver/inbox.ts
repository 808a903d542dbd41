/**
 * Where an entry stands: `pending` is yet to be handled, or being handled; `handled` is done; `kept` has no handler here;
 * `poison` has failed as often as it may and is set aside.
 */
export type EntryState = "pending" | "handled" | "kept" | "poison";

/** An event on its way into an inbox. */
export interface Arrival {
  /** The event's id, the same on every attempt and replay. */
  readonly id: string;
  readonly type: string;
  /** The customer's id: events of one lane are handled one at a time, in order. The event's own id where there is none. */
  readonly lane: string;
  /** Position in the organization's feed. */
  readonly sequence: number;
  /** Position among all events of the customer, of which this feed may show only some. */
  readonly customerSequence: number;
  /** Position of the endpoint's previous matching event; null at the start of its chain, and where it is known to be here. */
  readonly previous: number | null;
  /** Whether it was sent again at its owner's word. */
  readonly isReplay: boolean;
  /** Whether it was sent to us, or fetched by us. */
  readonly via: "delivery" | "pull";
  /** The event as JSON text. */
  readonly body: string;
  /** When it came, in milliseconds since the epoch. */
  readonly receivedAtMs: number;
}

/** An event in an inbox. */
export interface Entry extends Omit<Arrival, "body"> {
  /** The event as JSON text; null once it was forgotten. */
  readonly body: string | null;
  readonly state: EntryState;
  /** How often its handler was begun without success. */
  readonly tries: number;
  /** Before that it is not tried again, in milliseconds since the epoch. */
  readonly dueAtMs: number;
  /** When it was handled or kept, in milliseconds since the epoch; null until then. */
  readonly handledAtMs: number | null;
  /** What its handler said when it failed last; null when it did not. */
  readonly error: string | null;
}

/** Events that were to come and are not here. */
export interface Gap {
  /** Position of the event that named what is missing as its previous one; where none did, `to`. */
  readonly at: number;
  /** They lie after this position. */
  readonly after: number;
  /** The last of them lies here. */
  readonly to: number;
  /** When it was noticed, in milliseconds since the epoch. */
  readonly noticedAtMs: number;
  /** `open`: they may still come, or be fetched. `lost`: they could not be had, and what waited for them went on. */
  readonly state: "open" | "lost";
  /** Why they could not be had; null while the gap is open. */
  readonly reason: string | null;
}

/** What to list of an inbox. */
export interface EntryQuery {
  /** Only entries that stand so; all unless told. */
  readonly state?: EntryState;
  /** Only entries after this position; 0 unless told. */
  readonly after?: number;
  /** Entries at most; 100 unless told. */
  readonly limit?: number;
}

/** What can be done while a lane is locked. All of it is one transaction, together with what the handler writes by `tx`. */
export interface Work<Tx> {
  readonly tx: Tx;
  /** The lane's first entry that is pending, or poison unless `passPoison`. */
  next(how: { readonly passPoison: boolean }): Promise<Entry | undefined>;
  /** The first position that is missing, when events of the entry's lane may be missing before it; null when none can be. */
  gapBefore(entry: Entry): Promise<number | null>;
  /** Notes that a try begins, in case that the process does not survive it. */
  noteTry(id: string): Promise<void>;
  /** Notes that it is done. */
  settle(id: string, state: "handled" | "kept"): Promise<void>;
}

/** How a try has failed. */
export interface Failure {
  readonly id: string;
  /** Tries so far, with this one. */
  readonly tries: number;
  readonly error: string;
  /** When it may be tried again, in milliseconds since the epoch; null when it is set aside. */
  readonly dueAtMs: number | null;
}

/**
 * Where events are kept and what became of them is noted: one per endpoint. Made by `postgresInbox()`, `sqliteInbox()` or
 * `memoryInbox()`; a receiver does the rest. `Tx` is what handlers get as `context.tx`.
 */
export interface Inbox<Tx> {
  /** Makes the tables that are missing. A receiver calls it before its first delivery; calling it again does no harm. */
  migrate(): Promise<void>;
  /** Entries in the order of the feed. @example const poison = await inbox.list({ state: "poison" }); */
  list(query?: EntryQuery): Promise<Entry[]>;
  /** @returns undefined when no such event has come. */
  find(id: string): Promise<Entry | undefined>;
  /**
   * Lets an event be handled once more, from zero tries: one that is poison, or was kept or handled. A receiver takes it
   * up with its next look, or at once by `resume()`.
   * @returns whether there is such an event with a body.
   */
  retry(id: string): Promise<boolean>;
  /** Gaps that are open, and those that could not be filled. */
  gaps(): Promise<Gap[]>;
  /**
   * Drops the bodies of events that were handled or kept before an instant. That they came stays known, so that they are
   * still handled once only. @returns of how many events.
   */
  forget(before: Date): Promise<number>;

  /** Stores what is not there yet, durably. @returns the ids of what was not. */
  record(arrivals: readonly Arrival[], start: StartRule): Promise<string[]>;
  /**
   * Locks a lane, also against other processes, and works on it in one transaction.
   * @returns undefined, with `wait: false`, when another process works on it.
   */
  inLane<T>(
    lane: string,
    wait: boolean,
    work: (work: Work<Tx>) => Promise<T>,
  ): Promise<T | undefined>;
  /** Notes that a try has failed. */
  fail(failure: Failure): Promise<void>;
  /** Lanes with entries that are due, unless they wait behind poison. */
  dueLanes(how: { readonly nowMs: number; readonly passPoison: boolean }): Promise<string[]>;
  /**
   * Notes that nothing is missing any more before the entry at a position, or that it is `lost`.
   * @returns whether that it is lost was not noted before.
   */
  closeGap(at: number, lost?: Gap): Promise<boolean>;
  /** From where on it is to be complete, null while it is empty, and the last position that it has. */
  position(): Promise<{ readonly start: number | null; readonly last: number }>;
  /** The position and id of each event of a range, both ends included. */
  stored(from: number, to: number): Promise<{ sequence: number; id: string }[]>;
}

/** From which position on an inbox is to be complete: a position, or, with null, from the first delivery on. */
export type StartRule = number | null;

/** The start that an arrival gives to an empty inbox; null when it gives none. */
export function startOf({ sequence, previous, isReplay }: Arrival, rule: StartRule): number | null {
  if (rule !== null) return rule;
  return isReplay ? null : (previous ?? Math.max(0, sequence - 1));
}
