import type { GateOptions } from "./gate.ts";
import type { Handling } from "./handlers.ts";
import type { Inbox } from "./inbox.ts";
import type { ErrorContext } from "./lanes.ts";

/** What a receiver is made of. `Tx` comes from the inbox. */
export interface ReceiverOptions<Tx> extends Handling<Tx> {
  /**
   * The endpoint's secret `whsec_…`, or its public key `whpk_…`; a list during a rotation; or a function that is asked at
   * each delivery, for those who keep it where it may change.
   */
  readonly secret:
    | string
    | readonly string[]
    | (() => string | readonly string[] | Promise<string | readonly string[]>);
  /** Where events are kept: `postgresInbox(…)`, `sqliteInbox(…)` or, for tests, `memoryInbox()`. One per endpoint. */
  readonly inbox: Inbox<Tx>;
  /** Handlers by the name of the event. Events without one are acknowledged and kept. */
  readonly on: Handling<Tx>["on"];
  /** Handles events that have no handler in `on`, those of types that this version does not know among them. */
  readonly otherwise?: Handling<Tx>["otherwise"];
  /** Keeps customers' events in order and fetches what is missing; without, order is as the sender keeps it. `{}` will do. */
  readonly gate?: GateOptions;
  /**
   * Time for an answer, in milliseconds; the sender waits for 15,000. By then the event is stored or refused with 503;
   * when its handler has not ended it goes on, and the answer is 202. 10,000 unless told.
   */
  readonly deadlineMs?: number;
  /** Tries until an event is poison and set aside. 8 unless told. */
  readonly maxTries?: number;
  /** Wait after so many failed tries, in milliseconds. 1 s, 4 s, 16 s … and 5 min at most unless told. */
  readonly retryAfterMs?: (tries: number) => number;
  /** Whether a customer's later events wait behind poison, or pass it. `hold` with a gate, else `pass`, unless told. */
  readonly onPoison?: "hold" | "pass";
  /**
   * Customers that are worked on at once by this process; each holds a database connection meanwhile, so stay below what
   * your pool has. 5 unless told; with SQLite it is always one.
   */
  readonly concurrency?: number;
  /** How often to look for what other processes have left, or what is due, in milliseconds. 5,000 unless told. */
  readonly pollMs?: number;
  /** How far the sender's clock may be from ours, in seconds. 300 unless told. */
  readonly toleranceSeconds?: number;
  /** Longest body that is taken, in bytes. 4,194,304 unless told. */
  readonly maxBodyBytes?: number;
  /**
   * Told whatever goes wrong: a handler that fails, a database that is away, a body that a parser took. For your log;
   * `console.error` unless told, as a failure that nobody sees is found last.
   */
  readonly onError?: (error: unknown, context: ErrorContext) => void;
}

const longestWaitMs = 300_000;

/** All that can be told, with what holds where nothing was. */
export function withDefaults<Tx>(options: ReceiverOptions<Tx>) {
  return {
    ...options,
    deadlineMs: options.deadlineMs ?? 10_000,
    maxTries: options.maxTries ?? 8,
    retryAfterMs:
      options.retryAfterMs ??
      ((tries: number) => Math.min(longestWaitMs, 1_000 * 4 ** (tries - 1))),
    passPoison: (options.onPoison ?? (options.gate ? "hold" : "pass")) === "pass",
    concurrency: options.concurrency ?? 5,
    pollMs: options.pollMs ?? 5_000,
    maxBodyBytes: options.maxBodyBytes ?? 4_194_304,
    onError:
      options.onError ??
      // oxlint-disable-next-line no-console -- where programs that said nothing of a log look
      ((error: unknown, context: ErrorContext) => console.error("heliograph", context, error)),
  };
}
