/** Waits for something, but no longer than a while. @returns undefined when the while is over; the work goes on. */
export async function within<T>(
  work: Promise<T>,
  ms: number,
): Promise<{ readonly value: T } | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work.then((value) => ({ value })), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Calls something at the earliest of the instants that it was asked to, and keeps no process alive for it. */
export interface Alarm {
  /** @param ms since the epoch. */
  at(ms: number): void;
  stop(): void;
}

export function createAlarm(ring: () => void, now: () => number): Alarm {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueMs = Number.POSITIVE_INFINITY;
  const stop = () => {
    clearTimeout(timer);
    dueMs = Number.POSITIVE_INFINITY;
  };
  return {
    at(ms) {
      if (ms >= dueMs) return;
      clearTimeout(timer);
      dueMs = ms;
      timer = setTimeout(
        () => {
          dueMs = Number.POSITIVE_INFINITY;
          ring();
        },
        Math.max(0, ms - now()),
      );
      // Node's timers can; those of browsers are numbers.
      if (typeof timer === "object" && "unref" in timer) timer.unref();
    },
    stop,
  };
}
