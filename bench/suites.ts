import { acceptSuite } from "./accept.ts";
import { consoleSuite } from "./console.ts";
import { drainSuite } from "./drain.ts";
import { historySuite } from "./history.ts";
import { importSuite } from "./import.ts";
import { inboundSuite } from "./inbound.ts";
import { latencySuite } from "./latency.ts";
import { marketSuite } from "./market.ts";
import { memorySuite } from "./memory.ts";
import { outageSuite } from "./outage.ts";
import { peersSuite } from "./peers.ts";
import type { Suite } from "./suite.ts";

/** All suites, in the order in which a run takes them. */
export const suites: readonly Suite[] = [
  drainSuite,
  peersSuite,
  acceptSuite,
  inboundSuite,
  importSuite,
  latencySuite,
  historySuite,
  outageSuite,
  memorySuite,
  marketSuite,
  consoleSuite,
];
