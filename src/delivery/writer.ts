import type { Log } from "../base/log.ts";
import type { EndpointProgress } from "../store/writeBack.ts";
import type { DeliveryStore } from "./deliveryStore.ts";
import type { Runner } from "./runner.ts";

/** Writes down the progress of all runners of a node, many endpoints in one transaction. */
export interface Writer {
  /** Something changed at a runner: it is written soon, or at once when the runner is idle or has much. */
  changed(runner: Runner, isIdle: boolean): void;
  /** Writes until the runner has nothing left, or the database fails. */
  flush(runner: Runner): Promise<void>;
}

/** Longest that progress stays unwritten while there is more to do, in milliseconds. */
const flushAfterMs = 50;
/** Attempts that make it worth while to write at once. */
const flushSize = 100;
/** Wait after a failure of the database, in milliseconds. */
const retryAfterMs = 500;

export function createWriter(options: {
  readonly store: Pick<DeliveryStore, "writeBack">;
  readonly log: Log;
  /** All runners of the node. */
  readonly runners: () => Iterable<Runner>;
}): Writer {
  let timer: NodeJS.Timeout | null = null;
  let dueAt = Number.POSITIVE_INFINITY;
  let running: Promise<boolean> | null = null;

  function schedule(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (timer !== null && at >= dueAt) return;
    if (timer !== null) clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => void write(), delayMs);
  }

  /** One transaction at a time. @returns false when the database failed. */
  function write(): Promise<boolean> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running ??= writeOnce(options).finally(() => {
      running = null;
      if (hasDirty()) schedule(0);
    });
    return running;
  }

  const hasDirty = () => timer === null && [...options.runners()].some(({ isDirty }) => isDirty);

  return {
    changed(runner, isIdle) {
      const isUrgent = isIdle || runner.unwrittenCount >= flushSize;
      schedule(isUrgent ? 0 : flushAfterMs);
    },
    async flush(runner) {
      let isWritten = true;
      // At least once: a write that is under way may hold what the runner handed over.
      do isWritten = await write();
      while (isWritten && runner.isDirty);
    },
  };
}

async function writeOnce(options: Parameters<typeof createWriter>[0]): Promise<boolean> {
  const taken = new Map<Runner, EndpointProgress>();
  for (const runner of options.runners()) {
    if (runner.isDirty) taken.set(runner, runner.takeProgress());
  }
  if (taken.size === 0) return true;
  try {
    const held = await options.store.writeBack([...taken.values()]);
    for (const [runner, progress] of taken) {
      if (held.has(runner.id)) runner.written(progress);
      else runner.lose();
    }
    return true;
  } catch (error) {
    for (const [runner, progress] of taken) runner.notWritten(progress);
    options.log.warn("Progress could not be written down and will be tried again", { error });
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    return false;
  }
}
