import type { Sql } from "../base/database.ts";
import type { FeedGrowth } from "../store/appendEvents.ts";
import { deliveryStoreOn } from "./deliveryStore.ts";
import { createHint } from "./hint.ts";
import { Node, type NodeOptions } from "./node.ts";
import { createRepeater } from "./repeater.ts";

/** What delivery works with. */
export interface DeliveryOptions extends Omit<NodeOptions, "store"> {
  readonly sql: Sql;
}

/** The delivering part of a node. */
export interface Delivery {
  /** Takes its share of the endpoints and serves them until stopped. */
  start(): Promise<void>;
  /**
   * Here the feeds of these organizations grew, or their owners changed endpoints: reads and looks within 50 ms, and
   * hints at it to other nodes. Losing it costs only latency, and when nothing happened it costs a look.
   */
  wake(organizationIds: Iterable<string>): void;
  /** Here these feeds grew: as `wake`, and who has read all that came before takes the entries as they are. */
  grew(growth: readonly FeedGrowth[]): void;
  /** Looks at once for what is due; resolves when it has looked. Happens by itself at least every 500 ms. */
  tick(): Promise<void>;
  /**
   * Starts nothing more, waits for what is under way (15 s at most), writes all down and lets go of the endpoints, so
   * that another node takes them at once.
   */
  stop(): Promise<void>;
}

/** Longest time between two looks for what is due, in milliseconds; a hint that was lost costs no more. */
const lookEveryMs = 500;
/** Shortest time between two looks that hints ask for. */
const lookAfterHintMs = 50;

/** Delivers the feeds to the endpoints that this node holds. Several nodes on one database share the endpoints. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { sql, ...given } = options;
  const store = deliveryStoreOn(sql);
  const node = new Node({ ...given, store }, () => looking.within(lookAfterHintMs));
  const looking = createRepeater(() => node.look(), lookEveryMs);
  const hint = createHint(options);
  let stopListening: (() => Promise<void>) | null = null;

  function heed(organizationIds: Iterable<string>): void {
    node.wake(organizationIds);
    looking.within(lookAfterHintMs);
  }

  return {
    async start() {
      stopListening = await hint.listen(heed);
      await looking.now();
    },
    wake(organizationIds) {
      const ids = [...organizationIds];
      heed(ids);
      hint.tell(ids);
    },
    grew(growth) {
      for (const { organizationId, entries } of growth) {
        if (entries.length === 0) {
          node.hold(organizationId);
          heed([organizationId]);
        } else node.grew(organizationId, entries);
      }
      hint.tell(growth.map(({ organizationId }) => organizationId));
    },
    tick: () => looking.now(),
    async stop() {
      await stopListening?.();
      await hint.stop();
      await node.leave(); // while it looks on, so that its leases hold until all is done
      await looking.stop();
      await node.signOff();
    },
  };
}
