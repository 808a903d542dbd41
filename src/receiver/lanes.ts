import { eventIn, handlerOf, type Handling } from "./handlers.ts";
import type { Entry, Inbox } from "./inbox.ts";

/** What went wrong, and with what. */
export interface ErrorContext {
  /** What was being done. */
  readonly during: "handling" | "looking" | "fetching" | "receiving";
  /** The event whose handler failed. */
  readonly id?: string;
  readonly type?: string;
  /** Tries of it so far. */
  readonly tries?: number;
  /** Whether it was set aside: it is `poison` now. */
  readonly isSetAside?: boolean;
}

export interface LaneOptions<Tx> extends Handling<Tx> {
  readonly inbox: Inbox<Tx>;
  /** Whether to ask for gaps. */
  readonly isGated: boolean;
  readonly passPoison: boolean;
  readonly maxTries: number;
  /** Lanes that are worked on at once. */
  readonly concurrency: number;
  readonly retryAfterMs: (tries: number) => number;
  readonly now: () => number;
  readonly onError: (error: unknown, context: ErrorContext) => void;
  /** Told when a lane waits for an instant, in milliseconds since the epoch. */
  readonly wakeAt: (ms: number) => void;
}

/** The customers of an inbox, each worked on by one at a time. */
export interface Lanes {
  /** Notes that this process has recorded an event, so that it is no other's that did not survive it. */
  own(id: string): void;
  /** Notes that an event is settled. */
  forget(id: string): void;
  /** Has a lane that is being worked on here looked at once more. @returns whether it is. */
  nudge(lane: string): boolean;
  /** Handles what can be handled of a lane now. @param wait for another process that works on it. */
  drain(lane: string, wait: boolean): Promise<void>;
  /** Lanes that waited for an event at a position. */
  waitingFor(sequence: number): string[];
}

type Step = "again" | "rest";

export function createLanes<Tx>(options: LaneOptions<Tx>): Lanes {
  const { inbox, isGated, passPoison, maxTries, now, onError, wakeAt } = options;
  const running = new Map<string, Promise<void>>();
  /** Lanes to look at once more, and whether to wait then. */
  const again = new Map<string, boolean>();
  /** Seen by this process: whether a process ends in its handler is then known. */
  const seen = new Set<string>();
  /** Of these the present try was counted when it began. */
  const counted = new Set<string>();
  const gapOf = new Map<string, number>();

  async function step(lane: string, wait: boolean): Promise<Step> {
    let current: Entry | undefined;
    try {
      const done = await inbox.inLane(lane, wait, async (work): Promise<Step> => {
        const entry = await work.next({ passPoison });
        if (!entry || entry.state === "poison") return "rest";
        if (entry.dueAtMs > now()) {
          wakeAt(entry.dueAtMs);
          return "rest";
        }
        const gap = isGated ? await work.gapBefore(entry) : null;
        if (gap !== null) {
          gapOf.set(lane, gap);
          return "rest";
        }
        // What was missing may have come since it was found to be the first, and may be why nothing is missing now.
        if (isGated && (await work.next({ passPoison }))?.id !== entry.id) return "again";
        if (!seen.has(entry.id)) {
          seen.add(entry.id);
          counted.add(entry.id);
          await work.noteTry(entry.id);
          return "again"; // committed first: whoever ends the process in its handler has had a try
        }
        current = entry;
        const handler = handlerOf(options, entry.type);
        await handler?.(eventIn(entry), contextOf(entry, work.tx));
        await work.settle(entry.id, handler ? "handled" : "kept");
        return "again";
      });
      if (current) forget(current.id);
      return done ?? "rest";
    } catch (error) {
      if (!current) throw error;
      await fail(current, error);
      return "again";
    }
  }

  const contextOf = (entry: Entry, tx: Tx) => ({
    tx,
    attempt: entry.tries + (counted.has(entry.id) ? 0 : 1),
    via: entry.via,
    isReplay: entry.isReplay,
    receivedAt: new Date(entry.receivedAtMs),
  });

  async function fail({ id, type, tries: before }: Entry, error: unknown): Promise<void> {
    const tries = before + (counted.delete(id) ? 0 : 1);
    const isSetAside = tries >= maxTries;
    const dueAtMs = isSetAside ? null : now() + options.retryAfterMs(tries);
    onError(error, { during: "handling", id, type, tries, isSetAside });
    await inbox.fail({ id, tries, error: textOf(error), dueAtMs });
    if (isSetAside) forget(id);
  }

  function forget(id: string): void {
    seen.delete(id);
    counted.delete(id);
  }

  const slots = createSlots(options.concurrency);

  async function run(lane: string, wait: boolean): Promise<void> {
    await slots.take();
    try {
      gapOf.delete(lane);
      let goesOn = true;
      let waits = wait;
      while (goesOn) {
        const isLast = (await step(lane, waits)) === "rest";
        const asked = again.get(lane);
        again.delete(lane);
        goesOn = !isLast || asked !== undefined;
        waits ||= asked === true;
      }
    } finally {
      // In the same turn as the last look: nobody may join a run that has ended.
      running.delete(lane);
      again.delete(lane);
      slots.give();
    }
  }

  return {
    own: (id) => void seen.add(id),
    forget,
    nudge(lane) {
      if (!running.has(lane)) return false;
      again.set(lane, again.get(lane) === true);
      return true;
    },
    async drain(lane, wait) {
      const under = running.get(lane);
      if (under) {
        again.set(lane, wait || again.get(lane) === true); // what came since its last look must not be left
        return under;
      }
      const begun = run(lane, wait);
      running.set(lane, begun);
      return begun;
    },
    waitingFor: (sequence) =>
      [...gapOf].filter(([, gap]) => gap === sequence).map(([lane]) => lane),
  };
}

const textOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 4_000);

/** So many at once; the others wait in a row. */
function createSlots(count: number) {
  const row: (() => void)[] = [];
  let free = count;
  return {
    take(): Promise<void> {
      if (free === 0) return new Promise((resolve) => void row.push(resolve));
      free -= 1;
      return Promise.resolve();
    },
    give(): void {
      const next = row.shift();
      if (next) next();
      else free += 1;
    },
  };
}
