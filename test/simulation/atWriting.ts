import type { Attempt } from "../../src/contract/resources/delivery.ts";
import type { LoggedAttempt } from "../../src/store/attempts.ts";
import type { EndpointProgress } from "../../src/store/writeBack.ts";
import {
  matches,
  standing,
  type EndpointRow,
  type EndpointTables,
  type LaneRow,
  type ResendRow,
  type Standing,
} from "./tables.ts";
import type { Seen, Tenure, Verdict } from "./witness.ts";

/** An endpoint as it was before something was written. */
interface Copy {
  readonly row: EndpointRow;
  readonly lanes: ReadonlyMap<string, LaneRow>;
  readonly resends: ReadonlyMap<number, ResendRow>;
  /** Of entries that match. */
  readonly standings: ReadonlyMap<number, Standing>;
}

export const copyOf = (tables: EndpointTables): Copy => ({
  row: { ...tables.row },
  lanes: new Map(tables.lanes),
  resends: new Map(tables.resends),
  standings: standingsOf(tables),
});

const standingsOf = (tables: EndpointTables): ReadonlyMap<number, Standing> =>
  new Map(
    tables.feed
      .filter((entry) => matches(tables.row.events, entry))
      .map((entry) => [entry.sequence, standing(tables, entry)]),
  );

/** Entries of which nobody would ever know again. */
export const lostOf = (tables: EndpointTables): number[] =>
  [...standingsOf(tables)].filter(([, is]) => is === "lost").map(([sequence]) => sequence);

interface Written {
  readonly tenure: Tenure;
  readonly progress: EndpointProgress;
  readonly isHeld: boolean;
  readonly before: Copy;
}

/** What must hold whenever a process has written progress down. */
export function checkWritten(written: Written, fault: (text: string) => void): void {
  const { tenure, progress, isHeld, before } = written;
  const { process, endpoint, served } = tenure;
  const say = (text: string) => fault(`${process.name} writes of ${served.id}: ${text}`);
  for (const attempt of progress.attempts as readonly LoggedAttempt[]) {
    checkAttempt(tenure, attempt, say);
  }
  if (!isHeld) return;
  // Who has just let go of it may still write, as long as nobody took it.
  const { fence, node } = endpoint.row;
  if (served.fence !== fence || (node ?? process.nodeId) !== process.nodeId) say("it is another's");
  if (progress.cursor < before.row.cursor) say(`the cursor goes back to ${progress.cursor}`);
  const lost = lostOf(endpoint);
  if (lost.length > 0) say(`${lost.join(", ")} are lost`);
  for (const { sequence } of progress.dead) {
    const wasDelivered = before.standings.get(sequence) === "delivered";
    if (wasDelivered) say(`${sequence} was delivered, and is dead`);
  }
  if (progress.state) tenure.blindRequests = 0;
  checkWaits(written, say);
}

/** Each attempt in the log was made, once, and came out as it says. */
function checkAttempt(tenure: Tenure, attempt: LoggedAttempt, fault: (text: string) => void): void {
  const { sequence, attempt: number, outcome, id } = attempt;
  const made = tenure.requests.find(
    (one) =>
      one.logged === id ||
      (one.sequence === sequence &&
        one.attempt === number &&
        one.logged === null &&
        one.verdict !== "aborted"),
  );
  if (!made) return fault(`attempt ${number} at ${sequence} was never made`);
  made.logged = id;
  if (made.verdict === null || outcomes[made.verdict] !== outcome) {
    fault(`attempt ${number} at ${sequence} was ${made.verdict} and not ${outcome}`);
  }
  if (attempt.fence !== tenure.served.fence)
    fault(`attempt ${number} at ${sequence} under another fence`);
  if (attempt.kind !== "probe" && !made.isStale) checkDue(made, fault);
}

const outcomes: Readonly<Record<Verdict, Attempt["outcome"] | null>> = {
  delivered: "delivered",
  event: "failed_event",
  endpoint: "failed_endpoint",
  gone: "gone",
  aborted: null,
};

function checkDue(
  { sequence, startedOn, lane, queued }: Seen,
  fault: (text: string) => void,
): void {
  const head = lane?.head_sequence === sequence ? lane : queued;
  if (head && head.attempts > 0 && startedOn < head.due_at) {
    fault(`${sequence} was sent ${head.due_at - startedOn} ms before it was due`);
  }
}

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** The published schedule. */
const waits = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  hour,
  4 * hour,
  12 * hour,
  24 * hour,
  24 * hour,
];

/** What failed waits as the schedule says, by so many failures that were its own; after the tenth it is dead. */
function checkWaits({ tenure, progress, before }: Written, fault: (text: string) => void): void {
  const { row } = tenure.endpoint;
  // A probe that failed while no other customer's was delivered uses nothing up.
  const isDownStill =
    before.row.backoff_step > 0 && row.backoff_step === before.row.backoff_step + 1;
  const uncounted = [...tenure.uncounted, ...progress.attempts].filter(({ kind, outcome }) =>
    kind === "probe" ? !isDownStill && outcome !== "delivered" : outcome === "failed_event",
  );
  const failuresOf = (of: number) => uncounted.filter(({ sequence }) => sequence === of).length;
  const counted = new Set<number>();

  function check(
    sequence: number,
    attempts: number,
    { had, dueMs }: { had: number; dueMs: number | null },
  ): void {
    counted.add(sequence);
    if (attempts - had > failuresOf(sequence)) {
      fault(`${sequence} failed ${failuresOf(sequence)} times, which counts as ${attempts - had}`);
    }
    const wait = waits[attempts - 1];
    if (dueMs === null) {
      if (attempts !== 10) fault(`${sequence} is dead after ${attempts} attempts`);
    } else if (wait === undefined ? dueMs !== 0 : dueMs < wait || dueMs > 1.1 * wait + 1) {
      fault(`${sequence} waits ${dueMs} ms after ${attempts} attempts`);
    }
  }

  const hadInLane = (customerId: string, sequence: number) => {
    const lane = before.lanes.get(customerId);
    return lane?.head_sequence === sequence ? lane.attempts : 0;
  };
  for (const { customer_id, head_sequence, attempts, dueMs } of progress.lanes) {
    check(head_sequence, attempts, { had: hadInLane(customer_id, head_sequence), dueMs });
  }
  for (const { sequence, customer_id, attempts, dueMs } of progress.parked)
    check(sequence, attempts, { had: hadInLane(customer_id, sequence), dueMs });
  for (const { sequence, attempts, dueMs } of progress.resends) {
    const had = before.resends.get(sequence)?.attempts ?? 0;
    if (dueMs !== null) check(sequence, attempts, { had, dueMs });
  }
  for (const { sequence, customer_id, attempts } of progress.dead) {
    const inLane = hadInLane(customer_id, sequence);
    const had = Math.max(inLane, before.resends.get(sequence)?.attempts ?? 0);
    check(sequence, attempts, { had, dueMs: null });
  }
  tenure.uncounted = uncounted.filter(({ sequence }) => !counted.has(sequence));
}
