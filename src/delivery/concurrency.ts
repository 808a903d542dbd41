/** How many deliveries an endpoint gets at once: found out by how it takes them, within what its owner allows. */
export interface Concurrency {
  /** A whole number from 1. */
  readonly limit: number;
  /** An entry was delivered, in so many milliseconds. */
  delivered(durationMs: number): void;
  /** The receiver, or what is before it, cannot cope: it answered 5xx or 429, or not at all. */
  strained(): void;
  /** The receiver was down and is up again. */
  recovered(): void;
  /** The owner allows another number. */
  adopt(max: number): void;
}

/** What strain leaves of the limit. */
const strainedShare = 0.5;
/** What slow answers leave of it. */
const slowShare = 0.8;
/** An answer is slow when it takes so many times as long as the fastest of late … */
const slowFactor = 3;
/** … and this long at least, in milliseconds: below it is the noise of a network and of our own process. */
const slowFromMs = 250;
/** Deliveries after which the fastest answer is looked for anew, so that a receiver that moved is judged afresh. */
const fastestOf = 200;

/**
 * Additive increase, multiplicative decrease, as TCP does (RFC 5681): a whole round of deliveries that went well adds
 * one, strain halves, slow answers take a fifth off once a round. After a recovery it starts from 1 and doubles with every
 * delivery up to half of what it was, then goes on by ones.
 * @param max what the owner allows.
 * @param startDown whether the receiver is down.
 */
export function createConcurrency(max: number, startDown: boolean): Concurrency {
  let most = max;
  let level = startDown ? 1 : max;
  let threshold = max;
  let sinceDecrease = 0;
  let fastest = { ms: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY, count: 0 };

  /** The fastest of the last two periods, so that it never rests on one answer alone. */
  function note(durationMs: number): number {
    const ms = Math.min(fastest.ms, durationMs);
    const isFull = fastest.count + 1 >= fastestOf;
    const best = Math.min(ms, fastest.before);
    fastest = isFull
      ? { ms: Number.POSITIVE_INFINITY, before: ms, count: 0 }
      : { ...fastest, ms, count: fastest.count + 1 };
    return best;
  }

  function decreaseTo(share: number): void {
    level = Math.max(1, level * share);
    threshold = level;
    sinceDecrease = 0;
  }

  return {
    get limit() {
      return Math.max(1, Math.min(Math.floor(level), most));
    },
    delivered(durationMs) {
      const isSlow = durationMs > Math.max(slowFromMs, note(durationMs) * slowFactor);
      sinceDecrease += 1;
      if (isSlow) {
        if (sinceDecrease >= level) decreaseTo(slowShare);
      } else if (level < threshold) level = Math.min(level * 2, threshold);
      else level = Math.min(level + 1 / level, most);
    },
    strained: () => decreaseTo(strainedShare),
    recovered() {
      level = 1;
      sinceDecrease = 0;
    },
    adopt(nextMax) {
      if (level >= most) level = nextMax;
      threshold = Math.min(threshold, nextMax);
      most = nextMax;
      level = Math.min(level, most);
    },
  };
}
