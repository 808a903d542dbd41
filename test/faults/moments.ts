/** What happens under load, one moment after the other: faults strike at a moment, not at a time. */
export interface Moments {
  /** Something happened: a command was sent or answered, a delivery came or was answered. */
  passed(): void;
  /** Resolves when so many more have passed. @throws {Error} when nothing moves any more. */
  more(count: number): Promise<void>;
}

/** How long nothing may move before it counts as standing still, in milliseconds. */
const standstillMs = 120_000;

export function createMoments(): Moments {
  let total = 0;
  const waiting = new Set<{ readonly at: number; readonly go: () => void }>();
  return {
    passed() {
      total += 1;
      for (const waiter of waiting) {
        if (total < waiter.at) continue;
        waiting.delete(waiter);
        waiter.go();
      }
    },
    async more(count) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.add({ at: total + count, go: resolve });
      let seen = total;
      const watch = setInterval(() => {
        if (total === seen) reject(new Error(`Nothing moved for ${standstillMs / 1_000} s`));
        seen = total;
      }, standstillMs);
      await promise.finally(() => clearInterval(watch));
    },
  };
}
