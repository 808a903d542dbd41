import type { EndpointEntry } from "../store/feed.ts";
import type { DueResend } from "../store/resends.ts";
import type { Books } from "./books.ts";
import type { FeedReader } from "./reader.ts";
import type { Window } from "./window.ts";

/** Entries that one read brings at most; while the receiver is down, only what a probe needs. */
const readLimit = 100;
const probeReadLimit = 10;
/** Entries held ahead of the cursor at most. */
const readAhead = 500;
/** Nothing is read while this much is held, in characters of events' data; one read may go beyond it. */
const weightLimit = 4_000_000;

/** Keeps an endpoint's window filled: from its feed, and with what is to be sent again. */
export class Supply {
  readonly #window: Window<EndpointEntry, DueResend>;
  readonly #books: Books;
  readonly #feed: FeedReader;
  readonly #readResends: (limit: number) => Promise<readonly DueResend[]>;
  #isReading = false;
  #isReadingResends = false;
  #hasNews = true;
  #hasResends = true;
  #isClosed = false;

  constructor(
    window: Window<EndpointEntry, DueResend>,
    books: Books,
    from: { feed: FeedReader; resends: (limit: number) => Promise<readonly DueResend[]> },
  ) {
    this.#window = window;
    this.#books = books;
    this.#feed = from.feed;
    this.#readResends = from.resends;
  }

  /** Whether all of the feed that is known of was read. */
  get isRead(): boolean {
    return !this.#isReading && !this.#hasNews;
  }

  /** The feed may have grown. */
  feedGrew(): void {
    this.#hasNews = true;
  }

  /** @param head sequence of the feed's newest entry; @param hasResends whether something is to be sent again. */
  hear(head: number, hasResends: boolean): void {
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
    const { size, weight } = this.#window;
    if (size === 0) return true;
    if (size > readAhead - readLimit || weight >= weightLimit) return false;
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
    this.#isReading = true;
    this.#hasNews = false;
    try {
      const read = await this.#feed.read(this.#limit);
      if (this.#isClosed) return;
      this.#window.admit(read);
      this.#hasNews ||= read.hasMore;
    } catch (error) {
      this.#hasNews = true;
      throw error;
    } finally {
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
    return this.#books.health.isDown;
  }

  get #canProbe(): boolean {
    return this.#window.size > 0 && this.#window.hasCustomers(this.#probeCustomers);
  }

  /** A failed entry is tried against one of another customer, and against that of yet another the next time. */
  get #probeCustomers(): number {
    return Math.min(this.#books.health.step + 1, probeReadLimit);
  }

  get #limit(): number {
    return this.#isDown ? probeReadLimit : readLimit;
  }
}
