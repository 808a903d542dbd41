import type { Seal } from "../base/seal.ts";
import type { ServedEndpoint } from "../store/endpoints.ts";
import type { EndpointEntry, Subscription } from "../store/feed.ts";
import type { DueResend } from "../store/resends.ts";
import { makeAttempt, type Made, type Means, type Purpose } from "./attempt.ts";
import type { Books, EntryTurn } from "./books.ts";
import type { DeliveryStore } from "./deliveryStore.ts";
import { liveSecrets, openSecrets, type Secrets } from "./secrets.ts";
import type { Turn } from "./window.ts";

/** What couriers of all endpoints share. */
export interface CourierMeans extends Means {
  readonly store: DeliveryStore;
  readonly seal: Seal;
}

type LaneTurn = Extract<Turn<EndpointEntry, DueResend>, { source: "lane" }>;

/** Finds what a turn is about and posts it to the endpoint as its owner wants it now. */
export class Courier {
  readonly #means: CourierMeans;
  readonly #books: Books;
  #endpoint: ServedEndpoint;
  #secrets: Secrets;

  /** @throws {UnreadableSecret} */
  constructor(means: CourierMeans, endpoint: ServedEndpoint, books: Books) {
    this.#means = means;
    this.#books = books;
    this.#endpoint = endpoint;
    this.#secrets = openSecrets(means.seal, endpoint);
  }

  /** From now on posts as the changed endpoint wants it. @throws {UnreadableSecret} */
  adopt(endpoint: ServedEndpoint): void {
    this.#secrets = openSecrets(this.#means.seal, endpoint);
    this.#endpoint = endpoint;
  }

  /**
   * Finds the entry of a turn; that of a lane is looked up. When the lane has none, or the database fails, the turn is
   * concluded.
   * @returns null when the lane has none.
   */
  find(turn: Turn<EndpointEntry, DueResend>): EntryTurn | Promise<EntryTurn | null> {
    if (turn.source === "feed") return { turn, entry: turn.entry };
    if (turn.source === "resend") return { turn, entry: turn.resend.entry };
    return this.#lookUp(turn);
  }

  async #lookUp(turn: LaneTurn): Promise<EntryTurn | null> {
    const { customerId, lane } = turn;
    const upTo = lane.lastSequence;
    const range = { customerId, after: lane.headSequence - 1, upTo };
    try {
      const subscription = subscriptionOf(this.#endpoint);
      const entry = await this.#means.store.nextOfCustomer(subscription, range);
      if (entry) return { turn, entry };
    } catch (error) {
      this.#books.giveBack(turn);
      throw error;
    }
    this.#books.laneEmpty(customerId, upTo);
    return null;
  }

  /** Posts an entry once. @returns null when we broke it off ourselves. */
  post(
    { turn, entry }: EntryTurn,
    { isProbe, ...how }: { readonly isProbe: boolean } & Pick<Purpose, "signal" | "mayStart">,
  ): Promise<Made | null> {
    const { id: endpointId, url, format } = this.#endpoint;
    const delivery = {
      url,
      format,
      entry,
      attempt: this.#books.attemptNumber(entry),
      previous: entry.previous,
      isReplay: turn.source === "resend" && turn.resend.kind === "replay",
      secrets: liveSecrets(this.#secrets, this.#means.clock()),
      credentials: this.#secrets.credentials,
    };
    const kind = isProbe ? "probe" : kindOf(turn);
    const purpose = { endpointId, customerId: entry.customer_id, kind, ...how };
    return makeAttempt(this.#means, delivery, purpose);
  }
}

/** What the log calls an attempt in a turn. A parked event is delivered late, but for the first time. */
function kindOf(turn: Turn<EndpointEntry, DueResend>): Purpose["kind"] {
  if (turn.source !== "resend" || turn.resend.kind === "parked") return "delivery";
  return turn.resend.kind;
}

/** Which entries an endpoint gets. */
export const subscriptionOf = (endpoint: ServedEndpoint): Subscription => ({
  organizationId: endpoint.organization_id,
  endpointId: endpoint.id,
  types: endpoint.events,
  chainStart: endpoint.chain_start,
  fence: endpoint.fence,
});
