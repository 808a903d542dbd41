import type { Sql } from "../src/base/database.ts";
import { newId } from "../src/base/id.ts";
import { createLog } from "../src/base/log.ts";
import { createSeal } from "../src/base/seal.ts";
import type { DeliveryOptions } from "../src/delivery/delivery.ts";
import { createEgressGuard, parseEgressAllow } from "../src/delivery/egress.ts";
import { createSender } from "../src/delivery/send.ts";

/** Of all tests of delivery, and of the processes that they start. */
export const testSeal = createSeal("a master key for tests, 32 characters or more");

/** A sender that reaches receivers on this machine. */
export const createTestSender = () =>
  createSender({
    guard: createEgressGuard(parseEgressAllow("127.0.0.0/8")),
    connectionsPerOrigin: 200,
  });

/** Everything that a node of a test needs. */
export function nodeOptions(sql: Sql, given: Partial<DeliveryOptions> = {}): DeliveryOptions {
  return {
    sql,
    seal: testSeal,
    sender: createTestSender(),
    log: createLog("warn"),
    nodeId: newId("node"),
    version: "0.0.0-test",
    random: () => 0,
    ...given,
  };
}
