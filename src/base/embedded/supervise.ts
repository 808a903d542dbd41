import { setTimeout as delay } from "node:timers/promises";
import { createStopWatch, readPostmaster } from "./postmaster.ts";
import type { Reached } from "./reach.ts";

/** A server that is kept up. */
export interface Supervised {
  /** Gives the server up and shuts it down, unless another service still uses it. */
  stop(): Promise<void>;
}

interface Supervision {
  /** Finds the server again, or starts it where it listened before. */
  readonly reachAgain: () => Promise<Reached>;
  readonly progress: (line: string) => void;
}

/** Wait after an attempt to bring it back that failed, in milliseconds. */
const againAfterMs = 1_000;
const stopPollMs = 10;
const stopLimitMs = 60_000;

/** Keeps a server up until it is stopped here: one that goes away is started again, for as long as that takes. */
export function supervise(first: Reached, { reachAgain, progress }: Supervision): Supervised {
  const stopping = new AbortController();
  let reached = first;
  let work = watch();
  let stopped: Promise<void> | undefined;

  async function watch(): Promise<void> {
    const cut = new Promise<void>((resolve) => {
      stopping.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([reached.session.ended, cut]);
    if (stopping.signal.aborted) return;
    progress("PostgreSQL went away; bringing it back");
    await recover();
    work = watch();
  }

  async function recover(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        reached = await reachAgain();
        return progress("PostgreSQL is back");
      } catch (error) {
        progress(`${error instanceof Error ? error.message : String(error)}; trying again`);
        await delay(againAfterMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await work;
    await stopServer(reached, reachAgain);
  }

  return { stop: () => (stopped ??= stop()) };
}

/** How long others may take to find a server again that has thrown out all of us, in milliseconds: some attempts. */
const graceMs = 5 * againAfterMs;

async function stopServer(reached: Reached, reachAgain: () => Promise<Reached>): Promise<void> {
  const { session, data } = reached;
  try {
    const isLast = await session.release().catch(() => undefined);
    if (isLast === true) await shutDown(data);
    if (isLast === undefined) await stopFoundAgain(data, reachAgain);
  } finally {
    await session.close();
  }
}

/**
 * A connection that was cut says nothing of who else uses the server: all were cut, and the others are on their way back.
 * So it is asked again, and one that nobody can reach is left as it is.
 */
async function stopFoundAgain(data: string, reachAgain: () => Promise<Reached>): Promise<void> {
  if ((await readPostmaster(data)).state === "absent") return;
  const found = await reachAgain().catch(() => undefined);
  if (found === undefined) return;
  try {
    await delay(graceMs);
    const isLast = await found.session.release().catch(() => false);
    if (isLast) await shutDown(data);
  } finally {
    await found.session.close();
  }
}

async function shutDown(data: string): Promise<void> {
  const end = Date.now() + stopLimitMs;
  const watch = createStopWatch();
  let signalled = false;
  for (;;) {
    const found = await readPostmaster(data);
    if (found.state === "absent") return;
    if (!signalled) process.kill(found.pid, "SIGINT"); // what PostgreSQL calls a fast shutdown
    signalled = true;
    watch(found);
    if (Date.now() > end) throw new Error(`PostgreSQL (process ${found.pid}) did not stop in 60 s`);
    await delay(stopPollMs);
  }
}
