import { setTimeout as delay } from "node:timers/promises";
import { readPostmaster } from "./postmaster.ts";
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

const againAfterMs = 5_000;
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
        progress(`${error instanceof Error ? error.message : String(error)}; trying again in 5 s`);
        await delay(againAfterMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await work;
    await stopServer(reached);
  }

  return { stop: () => (stopped ??= stop()) };
}

async function stopServer({ data, session }: Reached): Promise<void> {
  try {
    // A connection that is already cut has given the server up.
    const isLast = await session.release().catch(() => true);
    if (isLast) await shutDown(data);
  } finally {
    await session.close();
  }
}

async function shutDown(data: string): Promise<void> {
  const end = Date.now() + stopLimitMs;
  let signalled = false;
  for (;;) {
    const found = await readPostmaster(data);
    if (found.state === "absent") return;
    if (!signalled) process.kill(found.pid, "SIGINT"); // what PostgreSQL calls a fast shutdown
    signalled = true;
    if (Date.now() > end) throw new Error(`PostgreSQL (process ${found.pid}) did not stop in 60 s`);
    await delay(stopPollMs);
  }
}
