import type { EndpointEntry } from "../store/feed.ts";
import type { DueResend } from "../store/resends.ts";
import type { Books } from "./books.ts";
import { readLimit, type FeedReader } from "./reader.ts";
import type { Window } from "./window.ts";

/** Entries held ahead of the cursor at most. */
const readAhead = 500;

/** Keeps an endpoint's window filled: from its feed, and with what is to be sent again. */
export class Supply {
  readonly #window: Window<EndpointEntry, DueResend>;
  readonly #books: Books;
  readonly #feed: FeedReader;
  readonly #readResends: () => Promise<readonly DueResend[]>;
  #isReading = false;
  #isReadingResends = false;
  #hasNews = true;
  #hasResends = true;
  #isClosed = false;

  constructor(
    window: Window<EndpointEntry, DueResend>,
    books: Books,
    from: { feed: FeedReader; resends: () => Promise<readonly DueResend[]> },
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
    const { size } = this.#window;
    const isShort = size < readLimit / 2 || (hasFreeSlot && size <= readAhead - readLimit);
    return this.#hasNews && !this.#isReading && isShort;
  }

  /** Reads the next entries. */
  async readFeed(): Promise<void> {
    this.#isReading = true;
    this.#hasNews = false;
    try {
      const read = await this.#feed.read();
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
      !this.#books.hasUnwrittenResends
    );
  }

  /** Reads what is to be sent again. */
  async readResends(): Promise<void> {
    this.#isReadingResends = true;
    this.#hasResends = false;
    try {
      const resends = await this.#readResends();
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
}
