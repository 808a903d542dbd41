/** Something that is done when it is asked for, but seldom. */
export interface Seldom {
  readonly ask: () => void;
  readonly stop: () => void;
}

/**
 * Does something soon after it is asked for, and however often it is asked for no more often than the second time says; what
 * is asked for meanwhile is done once, after it.
 */
export function seldom(run: () => void, soonMs: number, everyMs: number): Seldom {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  return {
    ask() {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          last = Date.now();
          run();
        },
        Math.max(soonMs, last + everyMs - Date.now()),
      );
    },
    stop: () => clearTimeout(timer),
  };
}
