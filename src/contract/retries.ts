const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits before attempts 2, 3, … of one event, in milliseconds. Ten attempts over 65.2 hours, up to 71.8 as they are spread. */
export const retryWaitsMs: readonly number[] = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  1 * hour,
  4 * hour,
  12 * hour,
  24 * hour,
  24 * hour,
];

/** How much later than its wait an attempt may be made, as a part of it: so that receivers are not hit in step. */
export const retrySpread = 0.1;
