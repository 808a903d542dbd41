import type { Log } from "../base/log.ts";
import type { EndpointNews, ServedEndpoint } from "../store/endpoints.ts";
import { Superseded, type EndpointEntry, type StoredEntry } from "../store/feed.ts";
import type { LaneRow } from "../store/lanes.ts";
import type { DueResend } from "../store/resends.ts";
import type { EndpointProgress } from "../store/writeBack.ts";
import type { Made } from "./attempt.ts";
import { Books, type EntryTurn } from "./books.ts";
import { Courier, subscriptionOf, type CourierMeans } from "./courier.ts";
import type { UnderWay } from "./crowd.ts";
import type { Held } from "./held.ts";
import { Lanes } from "./lane.ts";
import { Lease } from "./lease.ts";
import type { Chance } from "./outage.ts";
import { OwnersWord } from "./ownersWord.ts";
import { createPace, type Pace } from "./pace.ts";
import { probe } from "./probe.ts";
import { openReader, type FeedReader } from "./reader.ts";
import { Supply } from "./supply.ts";
import { Window, type Turn } from "./window.ts";

/** What all runners of a node share. */
export interface Surroundings extends CourierMeans, Chance {
  /** What all of them hold in memory. */
  readonly held: Held;
  /** Counts what an endpoint has under way, among the others. */
  readonly join: () => UnderWay;
  readonly log: Log;
  /** Something is to be written down; at once when the runner has nothing else to do. */
  readonly changed: (runner: Runner, isIdle: boolean) => void;
  /** The runner can do no more and wants to be let go. */
  readonly ended: (runner: Runner) => void;
}

/** Attempts not yet written down at most; more are not started. */
const unwrittenLimit = 1_000;

/**
 * Serves one endpoint: reads its feed, sends what may be sent, and keeps the books. All decisions are made between two
 * awaits, so that the books are one consistent cut whenever they are written down.
 */
export class Runner {
  readonly id: string;
  readonly organizationId: string;
  readonly owner = new OwnersWord();
  readonly #around: Surroundings;
  readonly #window: Window<EndpointEntry, DueResend>;
  readonly #books: Books;
  readonly #courier: Courier;
  readonly #supply: Supply;
  readonly #pace: Pace;
  readonly #underWay: UnderWay;
  readonly #lease = new Lease(() => this.breakOff());
  #endpoint: ServedEndpoint;
  #pausing: NodeJS.Timeout | undefined;
  #breaking = new AbortController();
  #isEnding = false;
  #isTroubled = false; // the database failed to answer: until it does, nothing is started or read
  readonly #drained = Promise.withResolvers<void>();

  private constructor(
    around: Surroundings,
    endpoint: ServedEndpoint,
    state: { feed: FeedReader; lanes: readonly LaneRow[] },
  ) {
    this.id = endpoint.id;
    this.organizationId = endpoint.organization_id;
    this.#around = around;
    this.#endpoint = endpoint;
    const lanes = new Lanes(state.lanes, endpoint.cursor);
    this.#window = new Window(endpoint.cursor, lanes, {
      weigh: ({ data }) => data.length,
      held: around.held,
    });
    this.#underWay = around.join();
    this.#pace = createPace(endpoint.rate_limit_per_second);
    this.#books = new Books(endpoint, this.#window, around);
    this.#courier = new Courier(around, endpoint, this.#books);
    this.#supply = new Supply(this.#window, this.#books, {
      feed: state.feed,
      resends: (limit) => around.store.dueResends(subscriptionOf(this.#endpoint), limit),
      held: around.held,
    });
  }

  /**
   * Takes an endpoint up where it was left. It starts when its lease is told of by `renewed`.
   * @throws {UnreadableSecret}
   */
  static async open(around: Surroundings, endpoint: ServedEndpoint): Promise<Runner> {
    const [feed, lanes] = await Promise.all([
      openReader(around.store, subscriptionOf(endpoint), endpoint.cursor),
      around.store.loadLanes(endpoint.id),
    ]);
    return new Runner(around, endpoint, { feed, lanes });
  }

  /** Whether it starts nothing more. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Whether there is something to write down. */
  get isDirty(): boolean {
    return this.#books.isDirty;
  }

  /** Attempts that are to be written down. */
  get unwrittenCount(): number {
    return this.#books.changes.attemptCount;
  }

  /** Of the endpoint, as the runner knows it. */
  get version(): number {
    return this.#endpoint.version;
  }

  /** The fencing number under which the endpoint is held. */
  get fence(): number {
    return this.#endpoint.fence;
  }

  /** The lease holds from `at` on, by `performance.now()`. */
  renewed(at: number): void {
    this.#lease.renewed(at);
  }

  /** The feed may have grown, or its owner changed the endpoint. */
  wake(): void {
    this.#supply.mayHaveGrown();
    this.#goOn();
  }

  /** The feed grew by these entries. */
  grew(entries: readonly StoredEntry[]): void {
    this.#supply.grew(entries);
    this.#goOn();
  }

  /** What the database says of the endpoint, a moment ago. */
  hear(news: EndpointNews, due: readonly LaneRow[]): void {
    this.#isTroubled = false;
    this.#supply.hear(news.head, news.has_due_resends);
    for (const lane of due) this.#window.lanes.markDue(lane);
    const { outage, isWrittenDown } = this.#books;
    const isProbeDue = news.is_probe_due && news.backoff_step === outage.step && isWrittenDown;
    if (outage.isDown && isProbeDue && this.#underWay.count === 0 && this.#mayStart()) {
      void this.#during(this.#probe());
    }
    this.#goOn();
  }

  /**
   * Takes over what the owner changed.
   * @returns whether the endpoint is still to be served.
   * @throws {UnreadableSecret}
   */
  adopt(endpoint: ServedEndpoint): boolean {
    if (endpoint.state !== "active" && endpoint.state !== "backing_off") return false;
    this.#courier.adopt(endpoint);
    this.#books.adopt(endpoint);
    this.#pace.adopt(endpoint.rate_limit_per_second);
    this.#endpoint = endpoint;
    this.#goOn();
    return true;
  }

  /** Starts nothing more, and waits for what is under way: at most the time of one attempt. */
  async drain(): Promise<void> {
    this.#isEnding = true;
    this.#supply.close();
    this.#goOn();
    await this.#drained.promise;
    this.#lease.close();
    this.#window.close();
  }

  /** Hands over what is to be written down. */
  takeProgress(): EndpointProgress {
    return this.#books.takeProgress();
  }

  /** The database has what was handed over. */
  written(progress: EndpointProgress): void {
    this.#books.written(progress);
    this.#goOn();
  }

  /** The database did not take what was handed over: it will be, once more. */
  notWritten(progress: EndpointProgress): void {
    this.#books.notWritten(progress);
  }

  /** What we know no longer holds: nothing is started, and what was not written is for whoever is next to do again. */
  lose(): void {
    this.#books.lost();
    this.#end();
  }

  /** Breaks off what is under way, because another may send by now. It says nothing of anybody, and is not noted. */
  breakOff(): void {
    this.#breaking.abort();
    this.#breaking = new AbortController();
  }

  #goOn(): void {
    if (!this.#isEnding && !this.#isTroubled) {
      if (!this.#books.outage.isDown) this.#startTurns();
      else if (this.#underWay.count === 0) this.#supply.shed();
      const hasFreeSlot = this.#underWay.hasRoom(this.#books.concurrency.limit);
      if (this.#supply.needsFeed(hasFreeSlot)) void this.#reading(this.#supply.readFeed());
      if (this.#supply.needsResends()) void this.#reading(this.#supply.readResends());
    }
    if (this.#books.isDirty) this.#around.changed(this, this.#underWay.count === 0);
    if (this.#isEnding && this.#underWay.count === 0) this.#drained.resolve();
  }

  #startTurns(): void {
    while (this.#underWay.hasRoom(this.#books.concurrency.limit) && this.#mayStart()) {
      const waitMs = this.#pace.waitMs(performance.now());
      if (waitMs > 0) return this.#pause(waitMs);
      const turn = this.#window.take();
      if (!turn) return;
      void this.#during(this.#serve(turn));
    }
  }

  /** Goes on when the owner's rate allows the next delivery. */
  #pause(waitMs: number): void {
    clearTimeout(this.#pausing);
    this.#pausing = setTimeout(() => this.#goOn(), waitMs).unref();
  }

  #mayStart(): boolean {
    const isFree = !this.#isEnding && this.owner.isHeard && this.#lease.isTrusted;
    return isFree && !this.#books.isStuck && this.#books.changes.attemptCount < unwrittenLimit;
  }

  async #during(work: Promise<void>): Promise<void> {
    this.#underWay.started();
    await work.catch((error: unknown) => this.#trouble(error));
    this.#underWay.ended();
    this.#goOn();
  }

  async #reading(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => this.#trouble(error));
    this.#goOn();
  }

  #trouble(error: unknown): void {
    if (error instanceof Superseded) return this.lose();
    this.#isTroubled = true;
    this.#around.log.warn("Delivery waits for the database", { endpoint_id: this.id, error });
  }

  /** Waits only where there is something to wait for: most deliveries go this way. */
  async #serve(turn: Turn<EndpointEntry, DueResend>): Promise<void> {
    const { signal } = this.#breaking;
    const found = this.#courier.find(turn);
    const work = found instanceof Promise ? await found : found;
    if (!work) return;
    const made = await this.#post(work, { isProbe: false, signal });
    this.#books.conclude(work, made);
    this.#endIfDisabled();
  }

  /** Finding an entry takes time, and a process may stand still: what may not be sent by now ends before its first byte. */
  #post(work: EntryTurn, how: { isProbe: boolean; signal: AbortSignal }): Promise<Made | null> {
    const mayPost = this.#mayStart() && (how.isProbe || !this.#books.outage.isDown);
    if (how.signal.aborted || !mayPost) return Promise.resolve(null);
    this.#pace.started(performance.now());
    return this.#courier.post(work, { ...how, mayStart: () => this.#lease.isTrusted });
  }

  async #probe(): Promise<void> {
    const { signal } = this.#breaking;
    await probe({
      books: this.#books,
      supply: this.#supply,
      find: async (turn) => this.#courier.find(turn),
      post: (work) => this.#post(work, { isProbe: true, signal }),
    });
    this.#endIfDisabled();
  }

  #endIfDisabled(): void {
    if (this.#books.outage.isGivenUp) this.#end();
  }

  #end(): void {
    this.#isEnding = true;
    this.#supply.close();
    this.#around.ended(this);
  }
}
