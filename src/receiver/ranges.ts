/** Positions of a feed: those after one and up to another. */
export interface Range {
  readonly after: number;
  readonly to: number;
}

/**
 * What of a range no part covers, from the first such position to the last one; covered ones may lie between.
 * @returns null when the parts cover all of it.
 */
export function uncovered({ after, to }: Range, parts: readonly Range[]): Range | null {
  let low = after;
  let high = to;
  for (const part of parts.toSorted((first, second) => first.after - second.after)) {
    if (part.after <= low) low = Math.max(low, part.to);
  }
  for (const part of parts.toSorted((first, second) => second.to - first.to)) {
    if (part.to >= high) high = Math.min(high, part.after);
  }
  return low < high ? { after: low, to: high } : null;
}
