import type { Sender, SendRequest, SendResult } from "../../src/delivery/send.ts";
import type { Chance } from "./chance.ts";
import type { Clock } from "./clock.ts";
import type { Seen, Witness } from "./witness.ts";

/** How a receiver answers for a while. */
export type Mood =
  | "well"
  | "slow"
  | "flaky"
  | "refusing"
  | "failing"
  | "unreachable"
  | "hanging"
  | "overloaded"
  | "busy"
  | "forgetful"
  | "gone";

const moods: readonly [Mood, ...Mood[]] = [
  "well",
  "well",
  "slow",
  "flaky",
  "flaky",
  "refusing",
  "failing",
  "unreachable",
  "hanging",
  "overloaded",
  "busy",
  "forgetful",
  "gone",
];

/** What a receiver does with one request. */
interface Answer {
  readonly status: number | null;
  readonly error?: SendResult["error"];
  readonly afterMs: number;
  readonly retryAfter?: string;
  /** Whether it took the event, whatever came back of that. */
  readonly isTaken?: boolean;
}

/** A receiver behind one endpoint. */
export interface Receiver {
  mood: Mood;
  /** Sequences that it always refuses as the event's own fault, in whatever mood it is. */
  poisonous: Set<number>;
}

export const createReceiver = (): Receiver => ({ mood: "well", poisonous: new Set() });

export function anyMood(chance: Chance): Mood {
  const mood = chance.of(moods);
  // 410 ends all, so it comes seldom.
  return mood === "gone" && chance.is(0.7) ? "well" : mood;
}

function answerOf({ mood, poisonous }: Receiver, { sequence }: Seen, chance: Chance): Answer {
  const afterMs = chance.between(1, 30);
  if (poisonous.has(sequence) && mood !== "unreachable" && mood !== "hanging") {
    return { status: chance.of([400, 422, 500]), afterMs };
  }
  const well: Answer = { status: chance.of([200, 202, 204]), afterMs, isTaken: true };
  const answers: Readonly<Record<Mood, () => Answer>> = {
    well: () => well,
    slow: () => ({ ...well, afterMs: chance.between(100, 9_000) }),
    flaky: () => (chance.is(0.6) ? well : anyFailure(chance)),
    refusing: () => ({ status: chance.of([404, 422]), afterMs }),
    failing: () => ({ status: 500, afterMs }),
    unreachable: () => ({ status: null, error: "connection_refused", afterMs: 1 }),
    hanging: () => ({ status: null, error: "timeout", afterMs: Infinity, isTaken: chance.is(0.3) }),
    overloaded: () => ({ status: chance.of([502, 503, 504]), afterMs }),
    busy: () => ({
      status: chance.of([429, 503]),
      afterMs,
      retryAfter: String(chance.between(0, 90)),
    }),
    forgetful: () => ({
      status: chance.of([null, 200]),
      error: "connection_reset",
      afterMs,
      isTaken: chance.is(0.7),
    }),
    gone: () => ({ status: 410, afterMs }),
  };
  return answers[mood]();
}

function anyFailure(chance: Chance): Answer {
  const afterMs = chance.between(1, 200);
  return chance.of<Answer>([
    { status: 422, afterMs },
    { status: 500, afterMs },
    { status: 301, afterMs },
    { status: 503, afterMs, retryAfter: String(chance.between(0, 20)) },
    { status: 408, afterMs },
    { status: null, error: "tls", afterMs },
    { status: null, error: "connection_reset", afterMs, isTaken: true },
    { status: null, error: "timeout", afterMs: Infinity, isTaken: true },
  ]);
}

/** A sender over a network in which requests take their time, to receivers that answer as they are in the mood to. */
export function senderOf(world: {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly witness: Witness;
  readonly receivers: ReadonlyMap<string, Receiver>;
}): Sender {
  const { clock, chance, witness, receivers } = world;

  function send(request: SendRequest): Promise<SendResult> {
    const process = clock.current;
    const receiver = receivers.get(request.pool);
    if (!receiver) throw new Error(`Nobody receives at ${request.pool}`);
    const seen = witness.started(process, request);
    const startedAt = clock.nowMs;
    return new Promise((resolve) => {
      function settle(got: Pick<SendResult, "status" | "error" | "retryAfter">): void {
        if (seen.endedAt !== null) return;
        withdraw();
        request.signal?.removeEventListener("abort", onAbort);
        const durationMs = clock.nowMs - startedAt;
        const result = { ...got, durationMs, responseSnippet: "" };
        witness.ended(seen, result);
        resolve(result);
      }
      const onAbort = () => settle({ status: null, error: "aborted", retryAfter: null });
      request.signal?.addEventListener("abort", onAbort);
      const withdraw = clock.after(request.timeoutMs, process, () =>
        settle({ status: null, error: "timeout", retryAfter: null }),
      );
      clock.after(chance.between(0, 20), null, () => {
        const answer = answerOf(receiver, seen, chance);
        if (answer.isTaken === true) witness.took(seen);
        if (answer.afterMs === Infinity) return;
        const { status, error = null, retryAfter = null } = answer;
        clock.after(answer.afterMs, process, () => settle({ status, error, retryAfter }));
      });
    });
  }

  return { send, close: () => Promise.resolve() };
}
