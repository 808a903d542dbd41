/** Spreads an endpoint's deliveries over time, as many a second as its owner allows. */
export interface Pace {
  /** How long to wait before the next may start, in milliseconds; 0 when it may now. */
  waitMs(nowMs: number): number;
  /** One starts now. */
  started(nowMs: number): void;
  /** The owner allows another number a second; null for any. */
  adopt(perSecond: number | null): void;
}

/** How much of a second's deliveries may start in one go, so that timers of whole milliseconds suffice. */
const burstShare = 0.1;

/**
 * A bucket that holds a tenth of a second's deliveries, at least one, and fills evenly: no second sees more than a
 * tenth above the limit.
 * @param limit deliveries a second; null for any number.
 */
export function createPace(limit: number | null): Pace {
  let perSecond = limit;
  let left = capacity(limit);
  let countedAtMs = Number.NEGATIVE_INFINITY;

  function fill(nowMs: number): void {
    const most = capacity(perSecond);
    const gained = ((perSecond ?? 0) * (nowMs - countedAtMs)) / 1_000;
    left = Math.min(most, left + gained);
    countedAtMs = nowMs;
  }

  return {
    waitMs(nowMs) {
      if (perSecond === null) return 0;
      fill(nowMs);
      return left >= 1 ? 0 : Math.ceil(((1 - left) * 1_000) / perSecond);
    },
    started(nowMs) {
      if (perSecond === null) return;
      fill(nowMs);
      left -= 1;
    },
    adopt(nextLimit) {
      if (nextLimit === perSecond) return;
      perSecond = nextLimit;
      left = Math.min(left, capacity(nextLimit));
    },
  };
}

const capacity = (perSecond: number | null) => Math.max(1, (perSecond ?? 0) * burstShare);
