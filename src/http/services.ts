import type { FeedSignal } from "../base/feedSignal.ts";
import type { FeedGrowth } from "../store/appendEvents.ts";
import type { FileStore } from "../base/fileStore.ts";
import type { Log } from "../base/log.ts";
import type { Seal } from "../base/seal.ts";
import type { TestClock } from "../base/movableClock.ts";
import type { Sql } from "../base/database.ts";
import type { Attempt, Endpoint } from "../contract/resources/delivery.ts";
import type { EventType } from "../contract/catalogue.ts";
import type { Context } from "../flow/context.ts";
import type { FileLinks } from "../flow/fileLinks.ts";
import type { Authenticated } from "./authenticate.ts";
import type { Console } from "./console.ts";
import type { KnownKeys } from "./knownKeys.ts";
import type { Metrics } from "./metrics.ts";
import type { RequestLimit } from "./requestLimit.ts";

/** What the HTTP side needs of the rest of the process. */
export interface Services {
  readonly sql: Sql;
  readonly seal: Seal;
  readonly files: FileStore;
  readonly links: FileLinks;
  readonly log: Log;
  readonly signal: FeedSignal<FeedGrowth>;
  readonly metrics: Metrics;
  /** How many requests a key may make; without, as many as it likes. */
  readonly requestLimit?: RequestLimit;
  /** The built console; without, only the API is there. */
  readonly console?: Console | undefined;
  readonly operatorKey: string;
  /** Spares requests the look-up of their key; without, each asks the database. */
  readonly knownKeys?: KnownKeys<Authenticated>;
  readonly version: string;
  /** Where this service is reached from outside. */
  readonly publicUrl: string;
  /** Whether what a proxy at this address says of a request's sender is believed. */
  readonly isTrustedProxy: (address: string) => boolean;
  readonly checkUrl: Context["checkUrl"];
  /** Sends the worked example of an event to an endpoint, once. */
  readonly sendTest: (endpoint: Endpoint, type: EventType) => Promise<Attempt>;
  /** Aborted when the service stops, so that open streams end. */
  readonly stopping: AbortSignal;
  /** Of a test server; a normal one has none. */
  readonly testClock?: TestClock | null;
}
