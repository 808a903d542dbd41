import { nowMs, steadyMs } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Seal } from "../base/seal.ts";
import type { EndpointNews, ServedEndpoint } from "../store/endpoints.ts";
import type { StoredEntry } from "../store/feed.ts";
import { createBodies } from "./bodies.ts";
import { createCrowd } from "./crowd.ts";
import type { DeliveryStore } from "./deliveryStore.ts";
import { createHeld } from "./held.ts";
import { leaseMs } from "./lease.ts";
import { Runner, type Surroundings } from "./runner.ts";
import { UnreadableSecret } from "./secrets.ts";
import type { Sender } from "./send.ts";
import { createSharedReads } from "./sharedReads.ts";
import { createSigner } from "./sign.ts";
import { createWriter, type Writer } from "./writer.ts";

/** What a node works with. */
export interface NodeOptions {
  readonly store: DeliveryStore;
  /** Opens the secrets of endpoints. */
  readonly seal: Seal;
  /** Not closed by `stop()`. Allow as many connections to one origin as an endpoint may have deliveries at once. */
  readonly sender: Sender;
  readonly log: Log;
  /** Unique among the nodes on one database. */
  readonly nodeId: string;
  /** Of Heliograph, for `user-agent`. */
  readonly version: string;
  /** Milliseconds since the epoch, here and for receivers; unless told, what the service goes by, and real time. */
  readonly clock?: () => number;
  /** Milliseconds since some moment, by a clock that only goes forward: outages are measured by it. */
  readonly steadyClock?: () => number;
  /** 0 ≤ random < 1; spreads retries and probes. */
  readonly random?: () => number;
}

/** How often leases are renewed, in milliseconds. */
const renewEveryMs = 1_000;
/** Endpoints taken over by one look at most. */
const claimLimit = 200;
/** How long an endpoint whose secret cannot be opened is left alone, in milliseconds. */
const unusableMs = 60_000;

/** The endpoints that one node holds. */
export class Node {
  readonly #options: NodeOptions;
  readonly #lookSoon: () => void;
  readonly #around: Surroundings;
  readonly #writer: Writer;
  readonly #runners = new Map<string, Runner>();
  readonly #byOrganization = new Map<string, Set<Runner>>();
  readonly #retiring = new Set<Runner>();
  readonly #leaving = new Set<Promise<void>>();
  /** Endpoints whose secret could not be opened, and until when they are left alone. */
  readonly #unusable = new Map<string, number>();
  #renewedAt = Number.NEGATIVE_INFINITY;
  /** Endpoints that this node should serve; one at least, so that a new one is taken at once. */
  #fairShare = 1;
  /** There may be more endpoints to share than were counted. */
  #isShareOld = false;
  #isLeaving = false;

  /** @param lookSoon asks for a look: an endpoint is free to be taken up anew. */
  constructor(options: NodeOptions, lookSoon: () => void) {
    const { store, seal, sender, log, version, random = Math.random } = options;
    const { clock = nowMs, clock: wireClock = Date.now, steadyClock = steadyMs } = options;
    this.#options = options;
    this.#lookSoon = lookSoon;
    this.#writer = createWriter({ store, log, runners: () => this.#runners.values() });
    const isShared = (organizationId: string) => this.#runnersOf(organizationId).size > 1;
    this.#around = {
      store: { ...store, readFeed: createSharedReads(store, { isShared }) },
      seal,
      sender,
      log,
      version,
      clock,
      wireClock,
      steadyClock,
      random,
      sign: createSigner(),
      bodies: createBodies(),
      held: createHeld(),
      join: createCrowd(),
      changed: (runner, isIdle) => this.#writer.changed(runner, isIdle),
      ended: (runner) => this.#retire(runner),
    };
  }

  wake(organizationIds: Iterable<string>): void {
    for (const organizationId of new Set(organizationIds)) {
      for (const runner of this.#runnersOf(organizationId)) runner.wake();
    }
  }

  /** An owner here changed endpoints: nothing is started there before the next look tells what, and reckons shares anew. */
  hold(organizationId: string): void {
    this.#isShareOld = true;
    for (const runner of this.#runnersOf(organizationId)) runner.owner.tell();
  }

  grew(organizationId: string, entries: readonly StoredEntry[]): void {
    for (const runner of this.#runnersOf(organizationId)) runner.grew(entries);
  }

  /** Renews leases, hears what changed, gives away what is too much and takes what is free. */
  async look(): Promise<void> {
    try {
      const isShareOld = this.#isShareOld;
      this.#isShareOld = false;
      if (isShareOld || performance.now() - this.#renewedAt >= renewEveryMs) await this.#renew();
      await this.#options.store.makeManifests();
      await this.#hear();
      await this.#claim();
    } catch (error) {
      this.#options.log.warn("Delivery cannot reach the database and will try again", { error });
    }
  }

  /** Lets all endpoints go when what is under way there is done and written down. Keep looking meanwhile. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    for (const runner of this.#runners.values()) this.#retire(runner);
    while (this.#leaving.size > 0) await Promise.all(this.#leaving);
  }

  /** From now on others need not reckon with this node. */
  async signOff(): Promise<void> {
    const { store, nodeId: node, log } = this.#options;
    await store
      .forgetNode(node)
      .catch((error: unknown) => log.warn("The node could not sign off", { error }));
  }

  async #renew(): Promise<void> {
    const { store, nodeId: node } = this.#options;
    const startedAt = performance.now();
    const ids = [...this.#runners.keys()];
    const kept = new Set(await store.renewEndpoints({ node, leaseMs, ids }));
    for (const id of ids) {
      const runner = this.#runners.get(id);
      if (!runner) continue;
      if (kept.has(id)) runner.renewed(startedAt);
      else {
        runner.lose();
        runner.breakOff();
      }
    }
    this.#renewedAt = startedAt;
    if (this.#isLeaving) return;
    const { fairShare } = await store.beatNode({ node, aliveMs: leaseMs });
    this.#fairShare = Math.max(1, fairShare);
    const surplus = this.#serving().slice(this.#fairShare);
    for (const runner of surplus) this.#retire(runner);
  }

  async #hear(): Promise<void> {
    const { store, nodeId: node } = this.#options;
    const runners = [...this.#runners.values()];
    if (runners.length === 0) return;
    const ids = runners.map(({ id }) => id);
    // Changes that are told of while the database is asked may be later than its answer.
    const toldOf = new Map(runners.map(({ id, owner }) => [id, owner.told]));
    await store.topUpReplays(ids);
    const [news, lanes] = await Promise.all([
      store.endpointNews({ node, ids }),
      store.dueLanes(ids),
    ]);
    const newsOf = new Map(news.map((row) => [row.id, row]));
    const lanesOf = Map.groupBy(lanes, (lane) => lane.endpoint_id);
    for (const runner of runners) {
      const row = newsOf.get(runner.id);
      // Also one that ends: what it has under way must not go on beside what another sends.
      if (!row || row.cursor_fence > runner.fence) runner.breakOff();
      await this.#tell(runner, row);
      if (!row || runner.isEnding) continue;
      runner.owner.hear(toldOf.get(runner.id) ?? 0);
      runner.hear(row, lanesOf.get(runner.id) ?? []);
    }
  }

  /** Lets a runner know that its owner changed the endpoint, or took it away. */
  async #tell(runner: Runner, row: EndpointNews | undefined): Promise<void> {
    if (runner.isEnding) return;
    if (row?.fence !== runner.fence) return runner.lose();
    if (row.version === runner.version) return;
    const endpoint = await this.#options.store.loadServed(runner.id);
    if (endpoint?.fence !== runner.fence) return runner.lose();
    if (!this.#canAdopt(runner, endpoint)) this.#retire(runner);
  }

  #canAdopt(runner: Runner, endpoint: ServedEndpoint): boolean {
    try {
      return runner.adopt(endpoint);
    } catch (error) {
      this.#setAside(endpoint, error);
      return false;
    }
  }

  async #claim(): Promise<void> {
    if (this.#isLeaving) return;
    const { store, nodeId: node } = this.#options;
    const room = this.#fairShare - this.#runners.size;
    if (room <= 0) return;
    const except = [...this.#runners.keys(), ...this.#leftAlone()];
    const limit = Math.min(room, claimLimit);
    const startedAt = performance.now();
    const claimed = await store.claimEndpoints({ node, leaseMs, limit, except });
    // There may be more, and of more endpoints the share is greater.
    if (claimed.length === limit) this.#renewAtOnce();
    await Promise.all(claimed.map((endpoint) => this.#open(endpoint, startedAt)));
  }

  #renewAtOnce(): void {
    this.#renewedAt = Number.NEGATIVE_INFINITY;
    this.#lookSoon();
  }

  async #open(endpoint: ServedEndpoint, leasedAt: number): Promise<void> {
    const runner = await Runner.open(this.#around, endpoint).catch((error: unknown) =>
      this.#setAside(endpoint, error),
    );
    if (!runner || this.#isLeaving) return this.#release(endpoint.id);
    this.#runners.set(endpoint.id, runner);
    this.#byOrganization.set(
      runner.organizationId,
      new Set([...this.#runnersOf(runner.organizationId), runner]),
    );
    runner.renewed(leasedAt);
    runner.wake();
  }

  /** A secret will not open the next time either; anything else is tried again at the next look. */
  #setAside({ id: endpoint_id }: ServedEndpoint, error: unknown): void {
    const { log } = this.#options;
    if (error instanceof UnreadableSecret) {
      this.#unusable.set(endpoint_id, performance.now() + unusableMs);
      log.error("An endpoint cannot be served", { endpoint_id, error });
    } else log.warn("An endpoint could not be taken up and is tried again", { endpoint_id, error });
  }

  #leftAlone(): string[] {
    for (const [id, until] of this.#unusable) {
      if (until <= performance.now()) this.#unusable.delete(id);
    }
    return [...this.#unusable.keys()];
  }

  #runnersOf(organizationId: string): ReadonlySet<Runner> {
    return this.#byOrganization.get(organizationId) ?? new Set();
  }

  #forget(runner: Runner): void {
    this.#runners.delete(runner.id);
    const left = this.#byOrganization.get(runner.organizationId);
    left?.delete(runner);
    if (left?.size === 0) this.#byOrganization.delete(runner.organizationId);
  }

  #serving(): Runner[] {
    return [...this.#runners.values()].filter((runner) => !runner.isEnding);
  }

  /**
   * Lets an endpoint go when all that is under way there is done and written down. One that was let go before, because
   * the database failed, may hear of its last write long after: by then another runner may serve the endpoint.
   */
  #retire(runner: Runner): void {
    if (this.#retiring.has(runner) || this.#runners.get(runner.id) !== runner) return;
    this.#retiring.add(runner);
    const left = this.#letGo(runner).finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  async #letGo(runner: Runner): Promise<void> {
    await runner.drain();
    await this.#writer.flush(runner);
    await this.#release(runner.id);
    this.#forget(runner);
    this.#retiring.delete(runner);
    this.#lookSoon();
  }

  async #release(id: string): Promise<void> {
    const { store, nodeId: node, log } = this.#options;
    await store
      .releaseEndpoints({ node, ids: [id] })
      .catch((error: unknown) =>
        log.warn("A lease could not be given back and will run out", { error }),
      );
  }
}
