import type { Log } from "../base/log.ts";
import type { EndpointNews, ServedEndpoint } from "../store/endpoints.ts";
import { Superseded, type EndpointEntry } from "../store/feed.ts";
import { loadLanes, type LaneRow } from "../store/lanes.ts";
import { dueResends, type DueResend } from "../store/resends.ts";
import type { EndpointProgress } from "../store/writeBack.ts";
import type { Made } from "./attempt.ts";
import { Books, type EntryTurn } from "./books.ts";
import { Courier, subscriptionOf, type CourierMeans } from "./courier.ts";
import { Lanes } from "./lane.ts";
import { openReader, type FeedReader } from "./reader.ts";
import { Supply } from "./supply.ts";
import { Window, type Turn } from "./window.ts";

/** What all runners of a node share. */
export interface Surroundings extends CourierMeans {
  readonly log: Log;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  /** Something is to be written down; at once when the runner has nothing else to do. */
  readonly changed: (runner: Runner, isIdle: boolean) => void;
  /** The runner can do no more and wants to be let go. */
  readonly ended: (runner: Runner) => void;
}

/** Attempts not yet written down at most; more are not started. */
const unwrittenLimit = 1_000;
/** How long an endpoint stays ours without being renewed, in milliseconds. */
export const leaseMs = 5_000;
/** Nothing is started this long after the lease was last renewed, in milliseconds: it may be another's soon. */
const leaseTrustMs = 4_000;

/**
 * Serves one endpoint: reads its feed, sends what may be sent, and keeps the books. All decisions are made between two
 * awaits, so that the books are one consistent cut whenever they are written down.
 */
export class Runner {
  readonly id: string;
  readonly organizationId: string;
  readonly #around: Surroundings;
  readonly #window: Window<EndpointEntry, DueResend>;
  readonly #books: Books;
  readonly #courier: Courier;
  readonly #supply: Supply;
  #endpoint: ServedEndpoint;
  #leasedAt = Number.NEGATIVE_INFINITY;
  #leaseEnd: NodeJS.Timeout | undefined;
  #breaking = new AbortController();
  #underWay = 0;
  #isEnding = false;
  /** The database failed; nothing is started until it answers again. */
  #isTroubled = false;
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
    this.#window = new Window(endpoint.cursor, lanes, ({ data }) => data.length);
    this.#books = new Books(endpoint, this.#window, around);
    this.#courier = new Courier(around, endpoint, this.#books);
    this.#supply = new Supply(this.#window, this.#books, {
      feed: state.feed,
      resends: (limit) => dueResends(around.sql, subscriptionOf(this.#endpoint), limit),
    });
  }

  /**
   * Takes an endpoint up where it was left. It starts when its lease is told of by `renewed`.
   * @throws {UnreadableSecret}
   */
  static async open(around: Surroundings, endpoint: ServedEndpoint): Promise<Runner> {
    const [feed, lanes] = await Promise.all([
      openReader(around.sql, subscriptionOf(endpoint), endpoint.cursor),
      loadLanes(around.sql, endpoint.id),
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

  /** The lease holds for `leaseMs` from `at` on, by `performance.now()`. Whoever is next may send when it has ended. */
  renewed(at: number): void {
    this.#leasedAt = at;
    clearTimeout(this.#leaseEnd);
    this.#leaseEnd = setTimeout(() => this.breakOff(), at + leaseMs - performance.now()).unref();
  }

  /** The feed may have grown. */
  wake(): void {
    this.#supply.feedGrew();
    this.#goOn();
  }

  /** What the database says of the endpoint, a moment ago. */
  hear(news: EndpointNews, due: readonly LaneRow[]): void {
    this.#isTroubled = false;
    this.#supply.hear(news.head, news.has_due_resends);
    for (const lane of due) this.#window.lanes.markDue(lane);
    const { health, isWrittenDown } = this.#books;
    const isProbeDue = news.is_probe_due && news.backoff_step === health.step && isWrittenDown;
    if (health.isDown && isProbeDue && this.#underWay === 0 && this.#mayStart()) {
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
    clearTimeout(this.#leaseEnd);
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
      if (!this.#books.health.isDown) this.#startTurns();
      else if (this.#underWay === 0) this.#supply.shed();
      const hasFreeSlot = this.#underWay < this.#endpoint.max_concurrency;
      if (this.#supply.needsFeed(hasFreeSlot)) void this.#reading(this.#supply.readFeed());
      if (this.#supply.needsResends()) void this.#reading(this.#supply.readResends());
    }
    if (this.#books.isDirty) this.#around.changed(this, this.#underWay === 0);
    if (this.#isEnding && this.#underWay === 0) this.#drained.resolve();
  }

  #startTurns(): void {
    const most = this.#books.health.allowed(this.#endpoint.max_concurrency);
    while (this.#underWay < most && this.#mayStart()) {
      const turn = this.#window.take();
      if (!turn) return;
      void this.#during(this.#serve(turn));
    }
  }

  #mayStart(): boolean {
    return (
      !this.#isEnding &&
      this.#books.changes.attemptCount < unwrittenLimit &&
      performance.now() - this.#leasedAt < leaseTrustMs
    );
  }

  async #during(work: Promise<void>): Promise<void> {
    this.#underWay += 1;
    try {
      await work;
    } catch (error) {
      this.#trouble(error);
    } finally {
      this.#underWay -= 1;
      this.#goOn();
    }
  }

  async #reading(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#trouble(error);
    }
    this.#goOn();
  }

  #trouble(error: unknown): void {
    if (error instanceof Superseded) return this.lose();
    this.#isTroubled = true;
    this.#around.log.warn("Delivery waits for the database", { endpoint_id: this.id, error });
  }

  async #serve(turn: Turn<EndpointEntry, DueResend>): Promise<void> {
    const work = await this.#courier.find(turn);
    if (!work) return;
    const kind = turn.source === "resend" ? turn.resend.kind : "delivery";
    const made = await this.#post(work, kind);
    this.#books.conclude(work, made);
    if (made?.verdict === "gone") this.#end();
  }

  #post(work: EntryTurn, kind: Made["row"]["kind"]): Promise<Made | null> {
    return this.#courier.post(work, { kind, signal: this.#breaking.signal });
  }

  /** Tries whether a receiver that was down is up again. */
  async #probe(): Promise<void> {
    const turn = this.#books.takeSuspect();
    if (!turn) {
      if (this.#supply.isRead) this.#books.rise();
      return;
    }
    const suspect = await this.#courier.find(turn);
    if (!suspect) return;
    const made = await this.#post(suspect, "probe");
    const other = this.#books.concludeProbe(suspect, made);
    if (made?.verdict === "gone") this.#end();
    if (other && made) await this.#probeOther({ ...suspect, made }, other);
  }

  /** The suspect failed: if another customer's entry succeeds, the receiver is up and the failure was the event's. */
  async #probeOther(
    suspect: EntryTurn & { made: Made },
    turn: Turn<EndpointEntry, DueResend>,
  ): Promise<void> {
    const other = await this.#courier.find(turn).catch((error: unknown) => {
      this.#books.giveBack(suspect.turn);
      throw error;
    });
    const made = other && (await this.#post(other, "probe"));
    this.#books.concludeOther(suspect, other, made);
    if (made?.verdict === "gone") this.#end();
  }

  #end(): void {
    this.#isEnding = true;
    this.#supply.close();
    this.#around.ended(this);
  }
}
