import { matches, standing, type EndpointTables } from "./tables.ts";
import type { Seen } from "./witness.ts";
import type { World } from "./world.ts";

/** Whether nothing is left to do. */
export const isQuiet = ({ tables }: World): boolean =>
  [...tables.endpoints.values()].every((endpoint) => leftOf(endpoint).length === 0);

/** What is left to do at an endpoint, in words. */
function leftOf({ row, feed, lanes, resends, replays }: EndpointTables): string[] {
  const head = feed.at(-1)?.sequence ?? 0;
  return [
    ...(row.state === "active" ? [] : [`it is ${row.state}`]),
    ...(row.cursor === head ? [] : [`its cursor stands at ${row.cursor} of ${head}`]),
    ...lanes.values().map((lane) => `${lane.customer_id} waits from ${lane.head_sequence} on`),
    ...resends.keys().map((sequence) => `${sequence} is to be sent again`),
    ...replays.filter(({ state }) => state === "running").map(() => "a replay runs"),
  ];
}

/**
 * What must hold when all is well and nothing moves any more.
 * @param how.isPure no owner had a hand in it.
 */
export function checkEnd(world: World, { isPure }: { isPure: boolean }): void {
  const { witness, tables, clock } = world;
  for (const endpoint of tables.endpoints.values()) {
    const { row } = endpoint;
    const say = (text: string) => witness.fault(`In the end, at ${row.id}: ${text}`);
    for (const text of leftOf(endpoint)) say(text);
    if (row.node !== null && row.node_until > clock.nowMs) say(`${row.node} did not let it go`);
    const own = witness.seen.filter(({ tenure }) => tenure.endpoint === endpoint);
    checkSettled(endpoint, own, say);
    if (isPure) checkTaken(endpoint, own, say);
  }
}

/** Every entry that matches is settled, and what the log says of it is what happened. */
function checkSettled(
  endpoint: EndpointTables,
  own: readonly Seen[],
  fault: (text: string) => void,
): void {
  for (const entry of endpoint.feed) {
    if (!matches(endpoint.row.events, entry)) continue;
    const { sequence } = entry;
    const requests = own.filter((one) => one.sequence === sequence);
    const is = standing(endpoint, entry);
    if (is === "waiting" || is === "lost") fault(`${sequence} is ${is}`);
    if (
      is === "delivered" &&
      !requests.some(({ isTaken, verdict }) => isTaken && verdict === "delivered")
    ) {
      fault(`${sequence} was never delivered`);
    }
    const failures = requests.filter(({ verdict }) => verdict !== "delivered").length;
    if (is === "dead" && failures < 10) fault(`${sequence} is dead after ${failures} failures`);
  }
  for (const { tenure, sequence, verdict, logged } of own) {
    const isLast =
      tenure.process.state !== "dead" && tenure.endpoint.row.fence === tenure.served.fence;
    if (isLast && verdict !== "aborted" && logged === null)
      fault(`an attempt at ${sequence} is not in the log`);
  }
}

/** Nobody skipped or repeated anything: all was taken or is dead, and each customer's in order where failures hold. */
function checkTaken(
  endpoint: EndpointTables,
  own: readonly Seen[],
  fault: (text: string) => void,
): void {
  const { row, feed, dead } = endpoint;
  const firsts = new Map<number, number>();
  const taken = own.filter(({ isTaken }) => isTaken);
  for (const { sequence } of taken) if (!firsts.has(sequence)) firsts.set(sequence, firsts.size);
  const wanted = feed.filter((entry) => matches(row.events, entry));
  for (const { sequence } of wanted) {
    if (!firsts.has(sequence) && !dead.has(sequence)) fault(`${sequence} was never taken`);
  }
  if (row.on_failure === "skip") return;
  for (const entries of Map.groupBy(wanted, ({ customer_id }) => customer_id).values()) {
    const order = entries.flatMap(({ sequence }) => firsts.get(sequence) ?? []);
    if (order.some((at, index) => at < (order[index - 1] ?? 0))) {
      fault(`${entries[0]?.customer_id} was told in the order ${order.join(", ")}`);
    }
  }
}
