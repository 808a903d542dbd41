import type { EndpointEntry, StoredEntry } from "../store/feed.ts";
import type { DueResend } from "../store/resends.ts";
import type { Books } from "./books.ts";
import type { Held } from "./held.ts";
import type { FeedReader } from "./reader.ts";
import type { Window } from "./window.ts";

/** Entries that one read brings at most; while the receiver is down, only what a probe needs. */
const readLimit = 100;
const probeReadLimit = 10;
/** Entries held ahead of the cursor at most. */
const readAhead = 500;
/** Nothing is read while this much is held, in characters of events' data; one read may go beyond it. */
const weightLimit = 4_000_000;
/** What an entry that is being read is taken to weigh, so that a thousand endpoints that begin at once do not all read much. */
const likelyWeight = 2_500;

/** Keeps an endpoint's window filled: from its feed, and with what is to be sent again. */
export class Supply {
  readonly #window: Window<EndpointEntry, DueResend>;
  readonly #books: Books;
  readonly #feed: FeedReader;
  readonly #held: Pick<Held, "isFull" | "add">;
  readonly #readResends: (limit: number) => Promise<readonly DueResend[]>;
  #isReading = false;
  #isReadingResends = false;
  #hasNews = true;
  #hasResends = true;
  #isClosed = false;
  /** Whether the database was heard since the last word that the owner may have changed something. */
  #isCertain = false;

  constructor(
    window: Window<EndpointEntry, DueResend>,
    books: Books,
    from: {
      feed: FeedReader;
      resends: (limit: number) => Promise<readonly DueResend[]>;
      held: Pick<Held, "isFull" | "add">;
    },
  ) {
    this.#window = window;
    this.#books = books;
    this.#feed = from.feed;
    this.#readResends = from.resends;
    this.#held = from.held;
  }

  /** Whether all of the feed that is known of was read. */
  get isRead(): boolean {
    return !this.#isReading && !this.#hasNews;
  }

  /** The feed may have grown, or the owner may have changed what of it is wanted: the database knows. */
  mayHaveGrown(): void {
    this.#hasNews = true;
    this.#isCertain = false;
  }

  /** The feed grew by these entries: they are taken as they are, unless something came before them. */
  grew(entries: readonly StoredEntry[]): void {
    const mayTake = !this.#isClosed && this.isRead && this.#isCertain && !this.#isDown;
    const read = mayTake && this.#hasRoom ? this.#feed.take(entries) : null;
    if (read) this.#window.admit(read);
    else this.#hasNews = true;
  }

  /** @param head sequence of the feed's newest entry; @param hasResends whether something is to be sent again. */
  hear(head: number, hasResends: boolean): void {
    this.#isCertain = true;
    if (head > this.#window.cursor.readTo) this.#hasNews = true;
    if (hasResends) this.#hasResends = true;
  }

  /** Takes up nothing more, also of what is being read. */
  close(): void {
    this.#isClosed = true;
  }

  /** @returns whether to read on: little is held, or slots are free because all that is held waits for its customers. */
  needsFeed(hasFreeSlot: boolean): boolean {
    if (!this.#hasNews || this.#isReading) return false;
    const { size } = this.#window;
    if (size === 0) return true;
    if (!this.#hasRoom) return false;
    return this.#isDown ? !this.#canProbe : hasFreeSlot || size < readLimit / 2;
  }

  /** Lets go of what was read ahead, but for what a probe needs: who is down may be so for long. Nothing is under way. */
  shed(): void {
    if (this.#isReading || this.#window.size <= probeReadLimit) return;
    const last = this.#window.forget({
      entries: probeReadLimit,
      customers: this.#probeCustomers,
      upTo: this.#books.suspectSequence,
    });
    if (last === undefined) return;
    this.#feed.rewind(last);
    this.#hasNews = true;
  }

  /** Reads the next entries. */
  async readFeed(): Promise<void> {
    const limit = this.#limit;
    this.#isReading = true;
    this.#hasNews = false;
    this.#held.add(limit * likelyWeight);
    try {
      const read = await this.#feed.read(limit);
      if (this.#isClosed) return;
      this.#window.admit(read);
      this.#hasNews ||= read.hasMore;
    } catch (error) {
      this.#hasNews = true;
      throw error;
    } finally {
      this.#held.add(-limit * likelyWeight);
      this.#isReading = false;
    }
  }

  /** Resends are read when all that was read before is settled and written down. */
  needsResends(): boolean {
    return (
      this.#hasResends &&
      !this.#isReadingResends &&
      this.#window.resendCount === 0 &&
      !this.#books.hasUnwrittenResends &&
      !(this.#isDown && this.#canProbe)
    );
  }

  /** Reads what is to be sent again. */
  async readResends(): Promise<void> {
    this.#isReadingResends = true;
    this.#hasResends = false;
    try {
      const resends = await this.#readResends(this.#limit);
      if (this.#isClosed) return;
      this.#window.admitResends(resends);
      this.#hasResends ||= resends.length > 0;
    } catch (error) {
      this.#hasResends = true;
      throw error;
    } finally {
      this.#isReadingResends = false;
    }
  }

  get #isDown(): boolean {
    return this.#books.outage.isDown;
  }

  get #canProbe(): boolean {
    return this.#window.size > 0 && this.#window.hasCustomers(this.#probeCustomers);
  }

  /** A failed entry is tried against one of another customer, and against that of yet another the next time. */
  get #probeCustomers(): number {
    return Math.min(this.#books.outage.step + 1, probeReadLimit);
  }

  get #hasRoom(): boolean {
    const { size, weight } = this.#window;
    return size <= readAhead - readLimit && weight < weightLimit && !this.#held.isFull;
  }

  get #limit(): number {
    return this.#isDown || this.#held.isFull ? probeReadLimit : readLimit;
  }
}
