import { pause } from "../sdk/pause.ts";

/** Spreads commands over time. */
export interface Pace {
  /** Resolves when the next command may go. @throws the signal's reason once it is aborted. */
  take(signal: AbortSignal): Promise<void>;
  /** Lets nobody go for a while: the service asked for it. */
  rest(ms: number): void;
}

/** How much may be caught up at once of a time in which nothing went, in milliseconds. */
const burstMs = 200;

/**
 * A bucket that gains so many tokens a second and holds those of a short time; each command takes one.
 * @param now milliseconds by a clock that only goes forward.
 */
export function createPace(perSecond: number, now = () => performance.now()): Pace {
  const eachMs = 1_000 / perSecond;
  let nextMs = now();
  return {
    async take(signal) {
      signal.throwIfAborted();
      nextMs = Math.max(nextMs, now() - burstMs) + eachMs;
      const waitMs = nextMs - eachMs - now();
      if (waitMs > 0) await pause(waitMs, signal);
      signal.throwIfAborted();
    },
    rest(ms) {
      nextMs = Math.max(nextMs, now() + ms);
    },
  };
}
