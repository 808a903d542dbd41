import { ApiError } from "../contract/errors.ts";

/** A key asked too often. */
export class TooManyRequests extends ApiError {
  /** When it may go on, in whole seconds, 1 or more. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super("too_many_requests", message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** How many requests each key may make, counted by this process. */
export interface RequestLimit {
  /**
   * Counts a request.
   * @param own limit of this one alone, and what it is called.
   * @throws {TooManyRequests} for one too many, which does not count.
   */
  take(keyId: string, own?: { readonly perSecond: number; readonly called: string }): void;
  /** How many keys are remembered: those that were used in the last two seconds. */
  readonly keys: number;
}

/** What may be asked at once after a rest, in seconds' worth. */
const burstSeconds = 2;

/**
 * A token bucket for each key.
 * @param perSecond 0 for no limit.
 * @param now a clock that is never set back, in milliseconds.
 */
export function createRequestLimit({
  perSecond: usual,
  now = () => performance.now(),
}: {
  perSecond: number;
  now?: () => number;
}): RequestLimit {
  /** What is left of each key's bucket; that used last stands last. */
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();

  /** A bucket that rested for so long is full, as is one that is not there. */
  function forgetFull(at: number) {
    for (const [keyId, bucket] of buckets) {
      if (at - bucket.at < burstSeconds * 1000) return;
      buckets.delete(keyId);
    }
  }

  return {
    take(keyId, { perSecond, called } = { perSecond: usual, called: "key may make" }) {
      if (perSecond === 0) return;
      const burst = perSecond * burstSeconds;
      const at = now();
      forgetFull(at);
      const known = buckets.get(keyId) ?? { left: burst, at };
      const left = Math.min(burst, known.left + ((at - known.at) / 1000) * perSecond);
      buckets.delete(keyId);
      buckets.set(keyId, { left: left < 1 ? left : left - 1, at });
      if (left >= 1) return;
      const seconds = Math.max(1, Math.ceil((1 - left) / perSecond));
      throw new TooManyRequests(
        `This ${called} ${perSecond} requests a second; go on in ${seconds} s`,
        seconds,
      );
    },
    get keys() {
      return buckets.size;
    },
  };
}
