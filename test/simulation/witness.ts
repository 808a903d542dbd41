import type { Attempt } from "../../src/contract/resources/delivery.ts";
import type { SendRequest, SendResult } from "../../src/delivery/send.ts";
import type { ServedEndpoint } from "../../src/store/endpoints.ts";
import type { EndpointProgress } from "../../src/store/writeBack.ts";
import { checkStart } from "./atStart.ts";
import { checkWritten, copyOf } from "./atWriting.ts";
import type { Clock, Process } from "./clock.ts";
import { requireEndpoint } from "./reads.ts";
import {
  deliveredOf,
  type EndpointTables,
  type LaneRow,
  type ResendRow,
  type Tables,
} from "./tables.ts";

/** One hold of a process on an endpoint, from claim to claim: under one fencing number, filter and start of the chain. */
export interface Tenure {
  readonly process: Process;
  readonly endpoint: EndpointTables;
  readonly served: ServedEndpoint;
  readonly cursorFence: number;
  readonly claimedAt: number;
  /** Sequences that were delivered by the log when it began, since the owner last moved the cursor. */
  readonly known: ReadonlySet<number>;
  /** Deliveries at once that the process knows to be allowed. */
  maxConcurrency: number;
  /** Whether events that fail may be passed by later ones of their customer. */
  mayPark: boolean;
  readonly requests: Seen[];
  /** Failures that were written down and may count, when it is known whose they were. */
  uncounted: readonly Attempt[];
  /** Requests since the last probe's step was written down, or something else than an outage was heard. */
  blindRequests: number;
}

export type Verdict = "delivered" | "event" | "endpoint" | "gone" | "aborted";

/** One request, as it was seen on its way. */
export interface Seen {
  readonly tenure: Tenure;
  readonly sequence: number;
  readonly customerId: string;
  readonly attempt: number;
  readonly previous: number | null;
  readonly isReplay: boolean;
  readonly startedAt: number;
  /** By the calendar. */
  readonly startedOn: number;
  /** What stood in the tables for it when it was sent. */
  readonly lane: LaneRow | undefined;
  /** Whether its owner changed something of which the process does not know yet. */
  readonly isStale: boolean;
  readonly queued: ResendRow | undefined;
  isTaken: boolean;
  endedAt: number | null;
  verdict: Verdict | null;
  /** Id of its row in the log; null while it has none. */
  logged: string | null;
}

/** Sees all that is sent, received and written, and says what must not be. */
export interface Witness {
  readonly seen: readonly Seen[];
  /** What happened, line by line: the same for the same seed. */
  readonly trace: readonly string[];
  note(line: string): void;
  /** Something that must not be. */
  fault(text: string): void;
  claimed(process: Process, endpoint: ServedEndpoint): void;
  loaded(process: Process, endpoint: ServedEndpoint): void;
  started(process: Process, request: SendRequest): Seen;
  took(seen: Seen): void;
  ended(seen: Seen, result: SendResult): void;
  writing(
    process: Process,
    progress: readonly EndpointProgress[],
    write: () => ReadonlySet<string>,
  ): ReadonlySet<string>;
  /** @throws {Error} the first thing that must not be. */
  check(): void;
}

export function createWitness(tables: Tables, clock: Clock): Witness {
  const seen: Seen[] = [];
  const trace: string[] = [];
  const faults: string[] = [];
  /** Of each process at each endpoint, the newest last. */
  const tenures = new Map<Process, Map<string, Tenure[]>>();

  const note = (line: string) => void trace.push(`${clock.nowMs} ${line}`);
  const fault = (text: string) => {
    note(`FAULT ${text}`);
    faults.push(text);
  };

  /** @param fence of an earlier tenure, which may write late; without it, the newest. */
  function tenureOf(process: Process, endpointId: string, fence?: number): Tenure {
    const tenure = tenures
      .get(process)
      ?.get(endpointId)
      ?.findLast(({ served }) => fence === undefined || served.fence === fence);
    if (!tenure) throw new Error(`${process.name} never claimed ${endpointId} under ${fence}`);
    return tenure;
  }

  return {
    seen,
    trace,
    note,
    fault,
    claimed(process, served) {
      const endpoint = requireEndpoint(tables, served.id);
      const own = tenures.get(process) ?? new Map<string, Tenure[]>();
      tenures.set(process, own);
      const tenure: Tenure = {
        process,
        endpoint,
        served,
        cursorFence: endpoint.row.cursor_fence,
        claimedAt: clock.nowMs,
        known: deliveredOf(endpoint),
        maxConcurrency: served.max_concurrency,
        mayPark: served.on_failure === "skip",
        requests: [],
        uncounted: [],
        blindRequests: 0,
      };
      own.set(served.id, [...(own.get(served.id) ?? []), tenure]);
      note(`${process.name} claims ${served.id} under ${served.fence} at ${served.cursor}`);
    },
    loaded(process, { id, max_concurrency, on_failure }) {
      const tenure = tenureOf(process, id);
      tenure.maxConcurrency = max_concurrency;
      tenure.mayPark ||= on_failure === "skip";
    },
    started(process, { pool, headers }) {
      const tenure = tenureOf(process, pool);
      const { endpoint } = tenure;
      const sequence = Number(headers["heliograph-sequence"]);
      const customerId = endpoint.feed[sequence - 1]?.customer_id ?? "";
      const previous = headers["heliograph-previous"];
      const one: Seen = {
        tenure,
        sequence,
        customerId,
        attempt: Number(headers["heliograph-attempt"]),
        previous: previous === undefined ? null : Number(previous),
        isReplay: "heliograph-replay" in headers,
        startedAt: clock.nowMs,
        startedOn: clock.calendarMs,
        lane: endpoint.lanes.get(customerId),
        isStale: endpoint.row.fence !== tenure.served.fence,
        queued: endpoint.resends.get(sequence),
        isTaken: false,
        endedAt: null,
        verdict: null,
        logged: null,
      };
      note(`${process.name} sends ${sequence} of ${customerId} to ${pool}, attempt ${one.attempt}`);
      checkStart(one, seen, { clock, fault });
      seen.push(one);
      tenure.requests.push(one);
      return one;
    },
    took(one) {
      note(`${one.tenure.served.id} takes ${one.sequence}`);
      one.isTaken = true;
    },
    ended(one, { status, error }) {
      const { tenure, sequence } = one;
      one.endedAt = clock.nowMs;
      one.verdict = verdictOf(status, error);
      if (one.verdict === "aborted") tenure.blindRequests = 0;
      // It may be up: all may go, before that is written down.
      else if (one.verdict !== "endpoint") tenure.blindRequests = -Infinity;
      note(`${tenure.process.name} hears ${status} ${error} of ${sequence}`);
      if (one.verdict === "delivered" && !one.isTaken) fault(`${sequence} was never taken`);
    },
    writing(process, progress, write) {
      const before = new Map(progress.map(({ id }) => [id, copyOf(requireEndpoint(tables, id))]));
      const held = write();
      for (const one of progress) {
        const tenure = tenureOf(process, one.id, one.fence);
        const isHeld = held.has(one.id);
        note(`${process.name} writes ${one.id}${isHeld ? "" : " and is refused"}: ${textOf(one)}`);
        const was = before.get(one.id);
        if (was) checkWritten({ tenure, progress: one, isHeld, before: was }, fault);
      }
      return held;
    },
    check() {
      if (faults.length > 0) throw new Error(`${faults.join("\n")}\n\n${trace.join("\n")}`);
    },
  };
}

/** What is written down, in words. */
function textOf({
  cursor,
  lanes,
  lanesGone,
  dead,
  parked,
  resends,
  state,
}: EndpointProgress): string {
  return [
    `cursor ${cursor}`,
    ...lanes.map(
      (lane) => `lane of ${lane.customer_id} from ${lane.head_sequence} on, ${lane.attempts}`,
    ),
    ...lanesGone.map(({ customer_id }) => `no lane of ${customer_id}`),
    ...dead.map(({ sequence }) => `${sequence} is dead`),
    ...parked.map(({ sequence }) => `${sequence} is parked`),
    ...resends.map(
      ({ sequence, dueMs }) => `${sequence} again ${dueMs === null ? "is done" : "waits"}`,
    ),
    ...(state ? [`it is ${state.state}: ${state.reason}`] : []),
  ].join(", ");
}

/** Whose an outcome is, told anew from the table in the documentation. */
function verdictOf(status: number | null, error: SendResult["error"]): Verdict {
  if (error === "aborted") return "aborted";
  if (error !== null || status === null) return "endpoint";
  if (status === 410) return "gone";
  if ([408, 425, 429, 502, 503, 504].includes(status)) return "endpoint";
  return status >= 200 && status < 300 ? "delivered" : "event";
}
