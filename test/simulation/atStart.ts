import type { StoredEntry } from "../../src/store/feed.ts";
import type { Clock } from "./clock.ts";
import { deliveredSince, matches, waitsInLane } from "./tables.ts";
import type { Seen } from "./witness.ts";

interface Checking {
  readonly clock: Clock;
  readonly fault: (text: string) => void;
}

/** What must hold whenever a request is sent. @param seen all that were sent before. */
export function checkStart(one: Seen, seen: readonly Seen[], { clock, fault }: Checking): void {
  const { tenure, sequence } = one;
  const { process, endpoint, served } = tenure;
  const say = (text: string) => fault(`${process.name} sends ${sequence} to ${served.id} ${text}`);
  const { row } = endpoint;
  if (row.node !== process.nodeId || row.node_until <= clock.nowMs) say("without a lease");
  const open = seen.filter(
    ({ tenure: other, endedAt }) => endedAt === null && other.endpoint === endpoint,
  );
  checkAtOnce(one, open, { clock, fault: say });
  checkChain(one, say);
  if (one.isStale) return;
  checkOrder(one, seen, say);
  checkRepeat(one, say);
  checkOutage(one, { clock, fault: say });
}

/** One customer one at a time, and never more than the owner allows. */
function checkAtOnce(one: Seen, open: readonly Seen[], { clock, fault }: Checking): void {
  const { process, maxConcurrency } = one.tenure;
  // What a process has under way that is frozen, or has just woken up, it is about to break off.
  const awake = open.filter(
    ({ tenure }) => tenure.process.state === "running" && tenure.process.thawedAt !== clock.nowMs,
  );
  const beside = awake.find(({ customerId }) => customerId === one.customerId);
  if (beside) fault(`beside ${beside.sequence} of the same customer`);
  const own = open.filter(({ tenure }) => tenure.process === process).length + 1;
  if (own > maxConcurrency) fault(`as number ${own} of at most ${maxConcurrency}`);
}

/** Each names the matching entry before it, or none at the start of the chain and before that. */
function checkChain(
  { tenure, sequence, previous, queued }: Seen,
  fault: (text: string) => void,
): void {
  const { endpoint, served } = tenure;
  const { feed } = endpoint;
  const isMatch = (entry: StoredEntry) => matches(served.events, entry);
  const before = feed.findLast((entry) => entry.sequence < sequence && isMatch(entry));
  const expected = before && before.sequence > served.chain_start ? before.sequence : null;
  if (previous !== expected) fault(`after ${previous} and not ${expected}`);
  const entry = feed[sequence - 1];
  if (!entry) fault("which is not in the feed");
  else if (!isMatch(entry) && !queued) fault("which its owner does not want");
}

/** Nothing of a customer goes out while something before it is neither settled nor parked. */
function checkOrder(one: Seen, seen: readonly Seen[], fault: (text: string) => void): void {
  const { tenure, sequence, customerId, queued } = one;
  const { endpoint, served } = tenure;
  const { row, dead, resends } = endpoint;
  if (queued) {
    if (queued.kind === "parked") return;
    const blocking = resends
      .values()
      .find(
        (before) =>
          before.customer_id === customerId &&
          before.sequence < sequence &&
          before.kind !== "parked" &&
          before.attempts > 0 &&
          before.due_at > one.startedOn,
      );
    if (blocking) fault(`while ${blocking.sequence} waits to be sent again`);
    return;
  }
  // Also a probe that got no answer, if another customer's was delivered then.
  const failures = (of: number) =>
    seen.filter(
      (other) =>
        other.sequence === of &&
        other.tenure.endpoint === endpoint &&
        (other.verdict === "event" || other.verdict === "endpoint"),
    );
  const isSettled = (entry: StoredEntry) =>
    tenure.requests.some(
      (other) => other.sequence === entry.sequence && other.verdict === "delivered",
    ) ||
    deliveredSince(endpoint, entry.sequence) ||
    dead.has(entry.sequence) ||
    resends.has(entry.sequence) ||
    (entry.sequence <= row.cursor && !waitsInLane(endpoint, entry)) ||
    failures(entry.sequence).length >= 10 ||
    (tenure.mayPark && failures(entry.sequence).some((other) => other.tenure === tenure));
  const open = endpoint.feed.find(
    (entry) =>
      entry.sequence < sequence &&
      entry.customer_id === customerId &&
      matches(served.events, entry) &&
      !isSettled(entry),
  );
  if (open) fault(`before ${open.sequence} of the same customer`);
}

/** Again only when its owner wants it again, or nobody could know what became of it. */
function checkRepeat(one: Seen, fault: (text: string) => void): void {
  const { tenure, sequence, queued } = one;
  const delivered = tenure.requests.filter(
    (other) => other.sequence === sequence && other.verdict === "delivered",
  );
  if (queued) {
    if (delivered.some((other) => other.queued?.queued_at === queued.queued_at)) {
      fault("again, though it was wanted again once");
    }
    return;
  }
  if (delivered.length > 0) fault("again, which it delivered itself");
  if (tenure.known.has(sequence)) fault("again, which was delivered by the log");
  if (tenure.endpoint.dead.has(sequence)) fault("though it is given up");
}

/** While a receiver is down it is left alone, but for a probe and one against it at each step. */
function checkOutage(one: Seen, { clock, fault }: Checking): void {
  const { tenure } = one;
  const { row } = tenure.endpoint;
  if (row.state !== "backing_off") return;
  if (clock.calendarMs < (row.backoff_until ?? 0))
    fault(`before its probe at ${row.backoff_until}`);
  tenure.blindRequests += 1;
  if (tenure.blindRequests > 2)
    fault(`as number ${tenure.blindRequests} of step ${row.backoff_step}`);
}
