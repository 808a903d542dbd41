/** Does something again and again, one at a time. */
export interface Repeater {
  /** Does it once, begun after this call; resolves when it is done. Starts the repetition. */
  now(): Promise<void>;
  /** Does it again within so many milliseconds. */
  within(delayMs: number): void;
  /** Does it no more; resolves when what is under way is done. */
  stop(): Promise<void>;
}

/**
 * @param work must not reject.
 * @param everyMs from the end of one to the begin of the next, in milliseconds.
 */
export function createRepeater(work: () => Promise<void>, everyMs: number): Repeater {
  let timer: NodeJS.Timeout | null = null;
  let dueAt = 0;
  let working: Promise<void> | null = null;
  let isStopped = false;

  function clear(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  function begin(): Promise<void> {
    clear();
    working ??= work().finally(() => {
      working = null;
      within(everyMs);
    });
    return working;
  }

  function within(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (isStopped || (timer !== null && at >= dueAt)) return;
    clear();
    dueAt = at;
    timer = setTimeout(() => void begin(), delayMs);
  }

  return {
    async now() {
      await working;
      if (!isStopped) await begin();
    },
    within,
    async stop() {
      isStopped = true;
      clear();
      await working;
    },
  };
}
