import type { Sql } from "../base/database.ts";
import type { Log } from "../base/log.ts";
import type { Seal } from "../base/seal.ts";
import {
  beatNode,
  claimEndpoints,
  endpointNews,
  forgetNode,
  loadServed,
  releaseEndpoints,
  renewEndpoints,
  type EndpointNews,
  type ServedEndpoint,
} from "../store/endpoints.ts";
import { dueLanes } from "../store/lanes.ts";
import { Runner, type Surroundings } from "./runner.ts";
import type { Sender } from "./send.ts";
import { createSigner } from "./sign.ts";
import { createWriter, type Writer } from "./writer.ts";

/** What delivery works with. */
export interface DeliveryOptions {
  readonly sql: Sql;
  /** Opens the secrets of endpoints. */
  readonly seal: Seal;
  /** Not closed by `stop()`. Allow as many connections to one origin as its endpoints may have deliveries at once. */
  readonly sender: Sender;
  readonly log: Log;
  /** Unique among the nodes on one database. */
  readonly nodeId: string;
  /** Of Heliograph, for `user-agent`. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** 0 ≤ random < 1; spreads retries and probes. */
  readonly random?: () => number;
}

/** How long endpoints stay ours without being renewed, in milliseconds. */
const leaseMs = 5_000;
const renewEveryMs = 1_500;
/** Endpoints taken over by one look at most. */
const claimLimit = 200;
/** How long an endpoint that cannot be opened is left alone. */
const unusableMs = 60_000;

/** The endpoints that one node holds. */
export class Node {
  readonly #options: DeliveryOptions;
  readonly #around: Surroundings;
  readonly #writer: Writer;
  readonly #runners = new Map<string, Runner>();
  readonly #retiring = new Set<Runner>();
  readonly #leaving = new Set<Promise<void>>();
  /** Endpoints that could not be opened, and until when they are left alone. */
  readonly #unusable = new Map<string, number>();
  #renewedAt = Number.NEGATIVE_INFINITY;
  #fairShare = 0;

  constructor(options: DeliveryOptions) {
    const { sql, seal, sender, log, version, clock = Date.now, random = Math.random } = options;
    this.#options = options;
    this.#writer = createWriter({ sql, log, runners: () => this.#runners.values() });
    this.#around = {
      sql,
      seal,
      sender,
      log,
      version,
      clock,
      random,
      sign: createSigner(),
      changed: (runner, isIdle) => this.#writer.changed(runner, isIdle),
      ended: (runner) => this.#retire(runner),
    };
  }

  wake(organizationIds: ReadonlySet<string>): void {
    for (const runner of this.#runners.values()) {
      if (organizationIds.has(runner.organizationId)) runner.wake();
    }
  }

  /** Renews leases, hears what changed, gives away what is too much and takes what is free. */
  async look(): Promise<void> {
    try {
      if (performance.now() - this.#renewedAt >= renewEveryMs) await this.#renew();
      await this.#hear();
      await this.#claim();
    } catch (error) {
      this.#options.log.warn("Delivery cannot reach the database and will try again", { error });
    }
  }

  async leave(): Promise<void> {
    const { sql, nodeId: node, log } = this.#options;
    for (const runner of this.#runners.values()) this.#retire(runner);
    while (this.#leaving.size > 0) await Promise.all(this.#leaving);
    await forgetNode(sql, node).catch((error: unknown) =>
      log.warn("The node could not sign off", { error }),
    );
  }

  async #renew(): Promise<void> {
    const { sql, nodeId: node } = this.#options;
    const startedAt = performance.now();
    const ids = [...this.#runners.keys()];
    const kept = new Set(await renewEndpoints(sql, { node, leaseMs, ids }));
    for (const id of ids) {
      const runner = this.#runners.get(id);
      if (!runner) continue;
      if (kept.has(id)) runner.leasedAt = startedAt;
      else runner.lose();
    }
    const { fairShare } = await beatNode(sql, { node, aliveMs: leaseMs });
    this.#fairShare = fairShare;
    this.#renewedAt = startedAt;
    const surplus = this.#serving().slice(fairShare + 1);
    for (const runner of surplus) this.#retire(runner);
  }

  async #hear(): Promise<void> {
    const { sql, nodeId: node } = this.#options;
    const serving = this.#serving();
    if (serving.length === 0) return;
    const ids = serving.map(({ id }) => id);
    const [news, lanes] = await Promise.all([endpointNews(sql, { node, ids }), dueLanes(sql, ids)]);
    const newsOf = new Map(news.map((row) => [row.id, row]));
    const lanesOf = Map.groupBy(lanes, (lane) => lane.endpoint_id);
    for (const runner of serving) {
      const row = newsOf.get(runner.id);
      await this.#tell(runner, row);
      if (row && !runner.isEnding) runner.hear(row, lanesOf.get(runner.id) ?? []);
    }
  }

  /** Lets a runner know that its owner changed the endpoint, or took it away. */
  async #tell(runner: Runner, row: EndpointNews | undefined): Promise<void> {
    if (runner.isEnding) return;
    if (row?.fence !== runner.fence) return runner.lose();
    if (row.version === runner.version) return;
    const endpoint = await loadServed(this.#options.sql, runner.id);
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
    const { sql, nodeId: node } = this.#options;
    const room = this.#fairShare + 1 - this.#runners.size;
    if (room <= 0) return;
    const except = [...this.#runners.keys(), ...this.#leftAlone()];
    const limit = Math.min(room, claimLimit);
    const startedAt = performance.now();
    const claimed = await claimEndpoints(sql, { node, leaseMs, limit, except });
    await Promise.all(claimed.map((endpoint) => this.#open(endpoint, startedAt)));
  }

  async #open(endpoint: ServedEndpoint, leasedAt: number): Promise<void> {
    try {
      const runner = await Runner.open(this.#around, endpoint);
      runner.leasedAt = leasedAt;
      this.#runners.set(endpoint.id, runner);
      runner.wake();
    } catch (error) {
      this.#setAside(endpoint, error);
    }
  }

  #setAside(endpoint: ServedEndpoint, error: unknown): void {
    this.#unusable.set(endpoint.id, performance.now() + unusableMs);
    this.#options.log.error("An endpoint cannot be served", { endpoint_id: endpoint.id, error });
  }

  #leftAlone(): string[] {
    for (const [id, until] of this.#unusable) {
      if (until <= performance.now()) this.#unusable.delete(id);
    }
    return [...this.#unusable.keys()];
  }

  #serving(): Runner[] {
    return [...this.#runners.values()].filter((runner) => !runner.isEnding);
  }

  /** Lets an endpoint go when all that is under way there is done and written down. */
  #retire(runner: Runner): void {
    if (this.#retiring.has(runner)) return;
    this.#retiring.add(runner);
    const left = this.#letGo(runner).finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  async #letGo(runner: Runner): Promise<void> {
    const { sql, nodeId: node, log } = this.#options;
    await runner.drain();
    await this.#writer.flush(runner);
    try {
      await releaseEndpoints(sql, { node, ids: [runner.id] });
    } catch (error) {
      log.warn("A lease could not be given back and will run out", { error });
    }
    this.#runners.delete(runner.id);
    this.#retiring.delete(runner);
  }
}
