import { retrySpread, retryWaitsMs } from "../contract/retries.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits between probes of an endpoint that is down, in milliseconds. The last one repeats for ever. */
const backoffWaits: readonly number[] = [
  1 * second,
  2 * second,
  5 * second,
  10 * second,
  30 * second,
  1 * minute,
  2 * minute,
  5 * minute,
  15 * minute,
];

const longestRetryAfterMs = 24 * hour;

/** The three date forms of RFC 9110, section 5.6.7. All of them are in GMT, the last one tacitly. */
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/**
 * How long to wait after a failed attempt at one event.
 * @param attempt 1-based number of the attempt that just failed.
 * @param random 0 ≤ random ≤ 1; spreads retries up to 10 % later so endpoints are not hit in step.
 * @returns milliseconds, or `null` when no attempt is left and the event is dead.
 * @throws {RangeError} when `attempt` is not a whole number from 1.
 */
export function retryDelayMs(attempt: number, random: number): number | null {
  requirePosition("Attempt", attempt);
  const wait = retryWaitsMs[attempt - 1];
  return wait === undefined ? null : jittered(wait, random);
}

/**
 * How long to wait before the next probe of an endpoint that is down. Never gives up.
 * @param step 1-based number of failures in a row; every step from the ninth on waits 15 minutes.
 * @param random 0 ≤ random ≤ 1; spreads probes up to 10 % later.
 * @returns milliseconds.
 * @throws {RangeError} when `step` is not a whole number from 1.
 */
export function backoffDelayMs(step: number, random: number): number {
  requirePosition("Step", step);
  return jittered(backoffWaits[step - 1] ?? 15 * minute, random);
}

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP date.
 * @param nowMs milliseconds since the epoch; what a date is measured from.
 * @returns milliseconds from `nowMs`, 0 for a date in the past, at most 24 hours; `null` when absent or not understood.
 */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text) * second, longestRetryAfterMs);
  if (!httpDate.test(text)) return null;
  const date = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  if (Number.isNaN(date)) return null;
  return Math.min(Math.max(0, date - nowMs), longestRetryAfterMs);
}

function jittered(waitMs: number, random: number): number {
  return Math.round(waitMs * (1 + retrySpread * random));
}

function requirePosition(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${what} must be a whole number from 1, not ${value}`);
  }
}
