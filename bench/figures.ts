/** A figure of several rounds. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws {RangeError} without any value. */
export function figureOf(values: readonly number[]): Figure {
  return { median: percentile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/** Rounds of `top` divided by the same rounds of `bottom`: the two were measured right after each other. */
export function ratioOf(top: readonly number[], bottom: readonly number[]): Figure {
  return figureOf(top.map((value, round) => value / (bottom[round] ?? Number.NaN)));
}

/** @param share of the values that are not greater: 0.5 for the median. @throws {RangeError} without any value. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError("No value was measured");
  return below + (above - below) * (position - Math.floor(position));
}
