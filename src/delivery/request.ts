import { contentTypeOf } from "../contract/formats/render.ts";
import type { FeedEntry } from "../contract/formats/entry.ts";
import type { Format } from "../contract/resources/delivery.ts";
import type { Bodies } from "./bodies.ts";
import type { Credentials } from "./secrets.ts";
import type { Signer } from "./sign.ts";

/** What a delivery is made of. */
export interface Delivery {
  readonly url: string;
  readonly format: Format;
  readonly entry: FeedEntry;
  /** 1-based: which attempt of this event at this endpoint. */
  readonly attempt: number;
  /** Sequence of the endpoint's previous matching entry; null at the start of its chain. */
  readonly previous: number | null;
  readonly isReplay: boolean;
  /** Live secrets, newest first. */
  readonly secrets: readonly string[];
  readonly credentials: Credentials;
}

/** The POST of one attempt. */
export interface BuiltRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/**
 * Builds the POST of one attempt. The body is byte-equal on every attempt; of the headers only time, signature and
 * attempt differ.
 * @param from.version of Heliograph, for `user-agent`.
 * @param from.wireClock milliseconds since the epoch, as receivers have them.
 * @throws {Error} when the entry cannot be rendered, or there is no secret.
 */
export function buildRequest(
  delivery: Delivery,
  from: {
    readonly version: string;
    readonly sign: Signer;
    readonly bodies: Bodies;
    readonly wireClock: () => number;
  },
): BuiltRequest {
  const { url, format, entry, secrets } = delivery;
  const id = entry.event_id;
  const body = from.bodies.of(entry, format);
  const timestamp = Math.floor(from.wireClock() / 1_000);
  const headers: Record<string, string> = {
    ...delivery.credentials.headers, // first, so that none of them takes the place of one of ours
    "content-type": contentTypeOf(entry, format),
    "user-agent": `Heliograph/${from.version}`,
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": from.sign({ id, timestamp, body, secrets }),
    "heliograph-attempt": String(delivery.attempt),
    "heliograph-sequence": String(entry.sequence),
  };
  if (delivery.previous !== null) headers["heliograph-previous"] = String(delivery.previous);
  if (delivery.isReplay) headers["heliograph-replay"] = "true";
  return { url, headers, body };
}
