import { Node, type DeliveryOptions } from "./node.ts";
import { createRepeater } from "./repeater.ts";

export type { DeliveryOptions } from "./node.ts";

/** The delivering part of a node. */
export interface Delivery {
  /** Takes its share of the endpoints and serves them until stopped. */
  start(): Promise<void>;
  /** The feeds of these organizations grew, or their endpoints changed. A hint: it may be lost or be wrong. */
  wake(organizationIds: Iterable<string>): void;
  /** Looks at once for what is due; resolves when it has looked. Happens by itself at least every 500 ms. */
  tick(): Promise<void>;
  /**
   * Starts nothing more, waits for what is under way (15 s at most), writes all down and lets go of the endpoints, so
   * that another node takes them at once.
   */
  stop(): Promise<void>;
}

/** Hint from other nodes that feeds grew; the payload is organization ids, separated by commas. */
export const feedChannel = "heliograph_feed";

/** Longest time between two looks for what is due, in milliseconds; a hint that was lost costs no more. */
const lookEveryMs = 500;
/** Shortest time between two looks that hints ask for. */
const lookAfterHintMs = 50;

/** Delivers the feeds to the endpoints that this node holds. Several nodes on one database share the endpoints. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const node = new Node(options);
  const looking = createRepeater(() => node.look(), lookEveryMs);
  let unlisten: (() => Promise<void>) | null = null;

  function wake(organizationIds: Iterable<string>): void {
    node.wake(new Set(organizationIds));
    looking.within(lookAfterHintMs);
  }

  return {
    async start() {
      const subscription = await options.sql.listen(feedChannel, (ids) => wake(ids.split(",")));
      unlisten = () => subscription.unlisten();
      await looking.now();
    },
    wake,
    tick: () => looking.now(),
    async stop() {
      await unlisten?.();
      await looking.stop();
      await node.leave();
    },
  };
}
