import { createHash } from "node:crypto";
import { verify, VerificationError } from "../../src/receiver/index.ts";
import type { Behaviour } from "./behaviours.ts";

/** A delivery as it came to a receiver. */
export interface Arrival {
  readonly endpoint: string;
  /** Of `webhook-id`. */
  readonly eventId: string;
  /** Of `heliograph-sequence`. */
  readonly sequence: number;
  /** Of `heliograph-previous`; null where there is none. */
  readonly previous: number | null;
  /** Of `heliograph-attempt`. */
  readonly attempt: number;
  /** Counts arrivals and answers of all receivers: what came before what. */
  readonly tick: number;
  /** By the clock of this machine, in milliseconds. */
  readonly atMs: number;
  /** SHA-256 of the body; null when it was not read. */
  readonly digest: string | null;
  readonly answer: Behaviour;
  /** Tick at which it was answered with 2xx; null when it was not. */
  acceptedTick: number | null;
}

/** All that came to all receivers, in order. */
export interface Journal {
  readonly arrivals: readonly Arrival[];
  /** What no receiver should ever see. */
  readonly faults: readonly string[];
  note(came: Pick<Arrival, "endpoint" | "answer"> & Came): Arrival;
  accepted(arrival: Arrival): void;
  fault(what: string): void;
  /** Resolves when all signatures are checked. */
  settled(): Promise<void>;
}

interface Came {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Null when it was not read. */
  readonly body: Buffer | null;
  readonly secret: string;
}

/** @param passed called at each arrival and each acceptance. */
export function createJournal(passed: () => void): Journal {
  const arrivals: Arrival[] = [];
  const faults: string[] = [];
  const checking = new Set<Promise<void>>();
  let tick = 0;

  async function check({ endpoint, eventId }: Arrival, { headers, body, secret }: Came) {
    if (body === null) return;
    try {
      // The clocks of the senders are hours off; what is checked is who sent it and that it is whole.
      const event = await verify({ secret, headers, body, toleranceSeconds: 86_400 });
      if (event.id !== eventId) faults.push(`${endpoint}: ${eventId} holds ${event.id}`);
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      faults.push(`${endpoint}: ${eventId} does not verify: ${error.reason}`);
    }
  }

  return {
    arrivals,
    faults,
    note({ endpoint, answer, ...came }) {
      const { headers, body } = came;
      const previous = headers["heliograph-previous"];
      const arrival: Arrival = {
        endpoint,
        eventId: String(headers["webhook-id"]),
        sequence: Number(headers["heliograph-sequence"]),
        previous: previous === undefined ? null : Number(previous),
        attempt: Number(headers["heliograph-attempt"]),
        tick: (tick += 1),
        atMs: performance.timeOrigin + performance.now(),
        digest: body && createHash("sha256").update(body).digest("hex"),
        answer,
        acceptedTick: null,
      };
      arrivals.push(arrival);
      const checked = check(arrival, came).finally(() => checking.delete(checked));
      checking.add(checked);
      passed();
      return arrival;
    },
    accepted(arrival) {
      arrival.acceptedTick = tick += 1;
      passed();
    },
    fault: (what) => void faults.push(what),
    async settled() {
      await Promise.all(checking);
    },
  };
}
