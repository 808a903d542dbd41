/** What an event needs to be counted. */
interface Timed {
  readonly timestamp: string;
}

/** One minute of the histogram. */
export interface Minute {
  /** When it begins, in milliseconds. */
  readonly at: number;
  readonly events: number;
  /** Whether the stream was read back so far that all of its events are counted. */
  readonly isRead: boolean;
}

export const minuteMs = 60_000;
/** An hour. */
const shownMinutes = 60;

/**
 * The events of the last hour, minute by minute.
 * @param readBackTo the time of the oldest event that was read; -Infinity when that was the first there is.
 */
export function minutesOf(events: readonly Timed[], readBackTo: number, now: number): Minute[] {
  const last = Math.floor(now / minuteMs);
  const counts = new Map<number, number>();
  for (const { timestamp } of events) {
    const minute = Math.floor(Date.parse(timestamp) / minuteMs);
    // Newest first: what comes now is older still.
    if (minute <= last - shownMinutes) break;
    counts.set(minute, (counts.get(minute) ?? 0) + 1);
  }
  return Array.from({ length: shownMinutes }, (_, index) => {
    const minute = last - shownMinutes + 1 + index;
    const at = minute * minuteMs;
    return { at, events: counts.get(minute) ?? 0, isRead: at >= readBackTo };
  });
}
