/** All that happens by chance in one run, drawn from one seed. */
export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** Whether something of this probability happens. */
  is(probability: number): boolean;
  of<T>(choices: readonly [T, ...T[]]): T;
  /** As `of`, but of what may be empty. */
  ofAny<T>(choices: readonly T[]): T | undefined;
}

/** Mulberry32: the same numbers for the same seed. */
export function createChance(seed: number): Chance {
  let state = Math.imul(seed, 0x9e3779b1);

  function next(): number {
    state = Math.trunc(state + 0x6d2b79f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = Math.trunc(mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    is: (probability) => next() < probability,
    of: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    ofAny: (choices) => choices[between(0, choices.length - 1)],
  };
}
