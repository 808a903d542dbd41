/**
 * What time it is for the service: the real time, unless this is a test server whose clock was moved (`movableClock.ts`). One
 * for the whole process, because ids are made from it. What somebody else holds against a clock of his own stays in real
 * time and does not ask here: timestamps of signatures, certificates, requests in a second, leases.
 */
let movedMs = 0;

/** Milliseconds since the epoch. */
export const nowMs = (): number => Date.now() + movedMs;

/** RFC 3339 in UTC, with milliseconds. */
export const nowText = (): string => new Date(nowMs()).toISOString();

/** Milliseconds since some moment; only goes forward, also when the clock of the machine is set. */
export const steadyMs = (): number => performance.now() + movedMs;

/** How far the clock is from real time, in whole milliseconds; 0 but in a test server. */
export const clockMovedMs = (): number => movedMs;

/** Only for a test server. @param ms how far the clock is from real time, a whole number. */
export function setClockMoved(ms: number): void {
  movedMs = ms;
}
