/**
 * The service's time, by which its records are dated. A test server's clock may be weeks ahead of the browser's, and a
 * browser's may be off; ages and "today" go by the service.
 */

let aheadMs = 0;
/** An answer takes a moment to come: less than this is no difference of clocks, in milliseconds. */
const leastMs = 2_000;

/** The service's present, in milliseconds since the epoch. */
export const nowMs = (): number => Date.now() + aheadMs;

/** The same, as a date. */
export const nowDate = (): Date => new Date(nowMs());

/** The service said what time it is there. */
export function heardNow(now: string): void {
  const ms = Date.parse(now) - Date.now();
  aheadMs = Math.abs(ms) < leastMs ? 0 : ms;
}

/** Something happened at the service a moment ago: when its clock was moved forward, that lies ahead of what was known. */
export function heardOf(timestamp: string): void {
  const ms = Date.parse(timestamp) - Date.now();
  if (ms > aheadMs + leastMs) aheadMs = ms;
}
