import { percentile } from "./figures.ts";

/** What clients saw that asked again as soon as they were answered. */
export interface Loaded {
  readonly count: number;
  readonly perSecond: number;
  /** Of one call, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs clients for a while, after a short warm-up. `call` gets the number of the call. */
export async function closedLoop(
  { clients, seconds }: { clients: number; seconds: number },
  call: (number: number) => Promise<void>,
): Promise<Loaded> {
  let number = 0;
  const run = async (endsAt: number, durations: number[]) => {
    while (performance.now() < endsAt) {
      const startedAt = performance.now();
      await call(number++);
      durations.push(performance.now() - startedAt);
    }
  };
  const all = async (length: number) => {
    const durations: number[] = [];
    const endsAt = performance.now() + length * 1_000;
    await Promise.all(Array.from({ length: clients }, () => run(endsAt, durations)));
    return durations;
  };
  await all(seconds / 4);
  const startedAt = performance.now();
  const durations = await all(seconds);
  const perSecond = durations.length / ((performance.now() - startedAt) / 1_000);
  const [p50Ms, p99Ms] = [percentile(durations, 0.5), percentile(durations, 0.99)];
  return { count: durations.length, perSecond, p50Ms, p99Ms };
}

/**
 * Starts calls at a rate, however long they take. Resolves when all that were started have ended.
 * @param call gets the number of the call.
 */
export async function openLoop(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  call: (number: number) => Promise<void>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const total = Math.round(perSecond * seconds);
  const calls: Promise<void>[] = [];
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * perSecond);
    while (calls.length < due) calls.push(call(calls.length));
    if (calls.length < total) return;
    clearInterval(timer);
    Promise.all(calls).then(() => resolve(), reject);
  }, 1);
  return promise;
}
