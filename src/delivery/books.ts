import type { ServedEndpoint } from "../store/endpoints.ts";
import type { EndpointEntry } from "../store/feed.ts";
import type { DueResend } from "../store/resends.ts";
import type { EndpointProgress } from "../store/writeBack.ts";
import { describeAttempt, type Made } from "./attempt.ts";
import { Changes } from "./changes.ts";
import { createConcurrency, type Concurrency } from "./concurrency.ts";
import type { Lane } from "./lane.ts";
import { Outage, type Chance } from "./outage.ts";
import { retryDelayMs } from "./schedule.ts";
import type { Turn, Window } from "./window.ts";

type AnyTurn = Turn<EndpointEntry, DueResend>;

/** A turn with the entry that is sent in it. */
export interface EntryTurn {
  readonly turn: AnyTurn;
  readonly entry: EndpointEntry;
}

/** A turn, with what was got. */
type Tried = EntryTurn & { readonly made: Made };

/**
 * The books of one endpoint: draws the consequences of attempts, moves the window, judges the endpoint's health, and
 * notes what is to be written down. Nothing here waits for anything.
 */
export class Books {
  readonly outage: Outage;
  readonly concurrency: Concurrency;
  readonly changes: Changes;
  readonly #window: Window<EndpointEntry, DueResend>;
  readonly #chance: Chance;
  readonly #made = new Map<number, number>();
  #endpoint: ServedEndpoint;
  #writtenCursor: number;
  #isWriting = false;
  #isLost = false;
  #isRefused = false;
  #isWritingResends = false;
  #suspect: AnyTurn | null = null;

  constructor(endpoint: ServedEndpoint, window: Window<EndpointEntry, DueResend>, chance: Chance) {
    this.#endpoint = endpoint;
    this.#window = window;
    this.#chance = chance;
    this.#writtenCursor = endpoint.cursor;
    this.changes = new Changes(endpoint.id);
    this.outage = new Outage(this.changes, endpoint, chance);
    this.concurrency = createConcurrency(endpoint.max_concurrency, this.outage.isDown);
  }

  get isDirty(): boolean {
    if (this.#isLost) return !this.#isWriting && this.changes.attemptCount > 0;
    const hasMoved = this.#window.cursor.position !== this.#writtenCursor;
    return !this.#isWriting && (hasMoved || !this.changes.isEmpty);
  }

  /** Whether the database knows all that happened. */
  get isWrittenDown(): boolean {
    return !this.#isWriting && this.changes.isEmpty;
  }

  /** Whether the database refused what is to be written down: until it takes it, nothing is to be started. */
  get isStuck(): boolean {
    return this.#isRefused && !this.isWrittenDown;
  }

  /** Whether the database does not know yet what became of resends. */
  get hasUnwrittenResends(): boolean {
    return this.#isWritingResends || this.changes.hasResends;
  }

  /** Of the entry by which to try whether the endpoint is up; 0 when none is meant, or it is not in the window. */
  get suspectSequence(): number {
    return this.#suspect?.source === "feed" ? this.#suspect.entry.sequence : 0;
  }

  /** 1-based number of the next attempt of an entry. */
  attemptNumber(entry: EndpointEntry): number {
    return Math.max(entry.made, this.#made.get(entry.sequence) ?? 0) + 1;
  }

  /** The owner changed the endpoint, and may have ended a back-off. States decided on before are not written. */
  adopt(endpoint: ServedEndpoint): void {
    this.#endpoint = endpoint;
    this.concurrency.adopt(endpoint.max_concurrency);
    const wasDown = this.outage.isDown;
    this.outage.adopt(endpoint);
    if (this.outage.isDown) return;
    this.#suspect = null;
    if (wasDown) this.concurrency.recovered();
  }

  /** The turn was not used. */
  giveBack(turn: AnyTurn): void {
    this.#window.giveBack(turn);
  }

  /** @param made null when the attempt says nothing. */
  conclude(work: EntryTurn, made: Made | null): void {
    if (!made) return this.#window.giveBack(work.turn);
    this.#note(work.entry, made);
    const failed = { ...work, made };
    if (made.verdict === "delivered") this.#delivered(failed);
    else if (made.verdict === "gone") this.#disable(failed);
    else if (this.outage.isDown) this.#wait(failed);
    else if (made.verdict === "endpoint" || this.#isOneOfMany(work)) this.#fall([failed]);
    else this.#fail(failed);
  }

  /** The entry by which to try whether the endpoint is up: the one that failed, if it still waits. */
  takeSuspect(): AnyTurn | undefined {
    return (this.#suspect && this.#window.takeAgain(this.#suspect)) ?? this.#window.take();
  }

  /** @returns another customer's turn to try, when the suspect failed; the suspect is concluded by `concludeOther`. */
  concludeProbe(suspect: EntryTurn, made: Made | null): AnyTurn | undefined {
    if (!made || made.verdict === "delivered" || made.verdict === "gone") {
      if (made?.verdict === "delivered") this.rise();
      this.conclude(suspect, made);
      return undefined;
    }
    this.#note(suspect.entry, made);
    const failed = { ...suspect, made };
    const other = this.#window.takeOther(suspect.turn.customerId, this.outage.step);
    if (other) return other;
    if (made.verdict === "event") {
      this.rise();
      this.#fail(failed);
    } else this.#fall([failed]);
    return undefined;
  }

  /** @param other null when it turned out to be nothing; @param made null when the attempt says nothing. */
  concludeOther(suspect: Tried, other: EntryTurn | null, made: Made | null): void {
    if (!other || !made) {
      if (other) this.#window.giveBack(other.turn);
      this.#fall([suspect]);
      return;
    }
    this.#note(other.entry, made);
    if (made.verdict === "delivered") {
      this.rise();
      this.#delivered({ ...other, made });
      this.#fail(suspect);
    } else if (made.verdict === "gone") {
      this.#window.giveBack(suspect.turn);
      this.#disable({ ...other, made });
    } else this.#fall([suspect, { ...other, made }]);
  }

  /** The endpoint is up. */
  rise(): void {
    this.outage.rise();
    this.concurrency.recovered();
    this.#suspect = null;
  }

  /** Nothing was found in a lane up to `lookedUpTo`. */
  laneEmpty(customerId: string, lookedUpTo: number): void {
    if (this.#window.emptyLane(customerId, lookedUpTo)) this.changes.setLane(customerId, null);
  }

  /** Hands over one consistent cut of the books. */
  takeProgress(): EndpointProgress {
    this.#isWriting = true;
    this.#isWritingResends = this.changes.hasResends;
    const { fence, version } = this.#endpoint;
    const [cursor, cursorBefore] = [this.#window.cursor.position, this.#writtenCursor];
    const { limit: concurrency } = this.concurrency;
    return this.changes.take({ fence, version, cursor, cursorBefore, concurrency });
  }

  /** The database has it. */
  written({ cursor }: EndpointProgress): void {
    this.#isWriting = false;
    this.#isRefused = false;
    this.#isWritingResends = false;
    this.#writtenCursor = cursor;
  }

  /** The endpoint is another's: all but the attempts is void. */
  lost(): void {
    this.#isWriting = false;
    this.#isLost = true;
  }

  /** The database did not take it; it is handed over once more. */
  notWritten(progress: EndpointProgress): void {
    this.#isWriting = false;
    this.#isRefused = true;
    this.#isWritingResends = false;
    const isOutdated = progress.version !== this.#endpoint.version;
    this.changes.putBack(isOutdated ? { ...progress, state: null } : progress);
  }

  #note(entry: EndpointEntry, made: Made): void {
    this.changes.addAttempt({ ...made.row, fence: this.#endpoint.fence });
    this.#made.set(entry.sequence, made.row.attempt);
  }

  /** Whether so many customers' first attempts failed in a row that it is the endpoint's failure. */
  #isOneOfMany({ turn }: EntryTurn): boolean {
    return turn.source === "feed" && this.outage.failed(turn.customerId);
  }

  #delivered(work: Tried): void {
    this.outage.delivered();
    this.concurrency.delivered(work.made.row.duration_ms);
    this.#settle(work);
  }

  /** Delivered or given up: what comes after it may go. */
  #settle({ turn, entry }: EntryTurn): void {
    this.#made.delete(entry.sequence);
    if (turn.source === "lane") {
      this.#writeLane(turn.customerId, this.#window.advanceLane(turn.customerId, entry));
      return;
    }
    this.#window.settle(turn);
    if (turn.source === "resend") {
      this.changes.setResend({ sequence: entry.sequence, attempts: 0, dueMs: null });
    }
  }

  /** The event's failure: it waits for its next attempt, or is dead. */
  #fail(failed: Tried): void {
    const { turn, entry, made } = failed;
    const { sequence, event_id, customer_id } = entry;
    const attempts = failuresBefore(failed) + 1;
    if ((made.row.status_code ?? 0) >= 500) this.concurrency.strained();
    const dueMs = retryDelayMs(attempts, this.#chance.random());
    if (dueMs === null) {
      const last_error = describeAttempt(made.row);
      this.changes.addDead({ sequence, event_id, customer_id, attempts, last_error });
      this.#settle(failed);
      return;
    }
    if (turn.source !== "resend" && this.#endpoint.on_failure === "skip") {
      this.changes.addParked({ sequence, event_id, customer_id, attempts, dueMs });
      this.#settle(failed);
      return;
    }
    this.#made.delete(entry.sequence);
    if (turn.source === "resend") {
      this.#window.dropResends(turn);
      this.changes.setResend({ sequence: entry.sequence, attempts, dueMs });
      return;
    }
    if (turn.source === "feed") this.#window.park(turn, attempts);
    else this.#window.failLane(turn.customerId, entry, attempts);
    this.#writeLane(turn.customerId, this.#window.lanes.get(turn.customerId), dueMs);
  }

  #writeLane(customerId: string, lane: Lane | undefined, dueMs = 0): void {
    this.changes.setLane(
      customerId,
      lane
        ? {
            customer_id: customerId,
            head_sequence: lane.headSequence,
            attempts: lane.attempts,
            dueMs,
          }
        : null,
    );
  }

  /** The endpoint's failure: all waits, nothing is used up. The first of them is the suspect. */
  #fall(failures: readonly Tried[]): void {
    for (const { turn } of failures) this.#window.giveBack(turn);
    const [first] = failures;
    if (!first) return;
    this.#suspect = first.turn;
    this.concurrency.strained();
    const asked = failures.map(({ made }) => made.retryAfterMs ?? 0);
    this.outage.fall(describeAttempt(first.made.row), Math.max(...asked));
  }

  /** It was under way when the endpoint fell: it waits too. */
  #wait({ turn, made }: Tried): void {
    this.#window.giveBack(turn);
    this.outage.ask(describeAttempt(made.row), made.retryAfterMs ?? 0);
  }

  #disable({ turn, made }: Tried): void {
    this.#window.giveBack(turn);
    this.outage.disable(describeAttempt(made.row));
  }
}

/** Tried attempts that used up the entry's schedule. A lane that has moved on begins anew. */
function failuresBefore({ turn, entry }: EntryTurn): number {
  if (turn.source === "lane") {
    return turn.lane.headSequence === entry.sequence ? turn.lane.attempts : 0;
  }
  return turn.source === "resend" ? turn.resend.attempts : 0;
}
