import { AsyncLocalStorage } from "node:async_hooks";

/** A process of the simulated world: what it waits for comes by the clock, as long as it runs. */
export interface Process {
  readonly name: string;
  /** By which the store knows it. */
  readonly nodeId: string;
  /** What a frozen one waits for comes when it goes on; a dead one is gone with all it knew. */
  state: "running" | "frozen" | "dead";
  /** When it last went on after it was frozen, in milliseconds since the start. */
  thawedAt: number;
}

interface Due {
  atMs: number;
  nth: number;
  /** Null for what happens outside of any process. */
  readonly process: Process | null;
  readonly run: () => void;
}

/** 2026-03-10T15:00:00Z, where every run begins. */
const epochMs = 1_773_154_800_000;

/**
 * The time of a run: nothing passes but by `step`. Long waits are left out by moving the calendar alone, as if a night were
 * cut out of a film: leases and looks go by the time since the start, retries and probes by the calendar.
 */
export class Clock {
  readonly #due: Due[] = []; // the next one last
  readonly #held = new Map<Process, Due[]>();
  readonly #context = new AsyncLocalStorage<Process>();
  /** Entering anew each time would be a third of what a run costs. */
  readonly #entered = new Map<Process, ReturnType<typeof AsyncLocalStorage.snapshot>>();
  #nowMs = 0;
  #skippedMs = 0;
  #count = 0;

  /** Since the start, in milliseconds. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** By the calendar, in milliseconds since the epoch. */
  get calendarMs(): number {
    return epochMs + this.#nowMs + this.#skippedMs;
  }

  /** The process that is doing something right now. @throws {Error} when it is none. */
  get current(): Process {
    const process = this.#context.getStore();
    if (!process) throw new Error("Nobody does this");
    return process;
  }

  /** Does something as a process does it. */
  as<T>(process: Process, run: () => T): T {
    const known = this.#entered.get(process);
    if (known) return known(run);
    this.#entered.set(
      process,
      this.#context.run(process, () => AsyncLocalStorage.snapshot()),
    );
    return this.as(process, run);
  }

  /** @returns what makes it not happen. */
  after(delayMs: number, process: Process | null, run: () => void): () => void {
    const due = { atMs: this.#nowMs + Math.max(0, delayMs), nth: (this.#count += 1), process, run };
    this.#insert(due);
    return () => {
      for (const list of [this.#due, this.#held.get(due.process ?? nobody) ?? []]) {
        const index = list.indexOf(due);
        if (index !== -1) list.splice(index, 1);
      }
    };
  }

  /** Moves the calendar. */
  skip(ms: number): void {
    this.#skippedMs += ms;
  }

  /** Lets a frozen process go on: all that it missed comes to it now, in order. */
  thaw(process: Process): void {
    process.state = "running";
    process.thawedAt = this.#nowMs;
    for (const due of this.#held.get(process) ?? []) {
      this.#insert(Object.assign(due, { atMs: this.#nowMs, nth: (this.#count += 1) }));
    }
    this.#held.delete(process);
  }

  /** Lets all happen that is due within so many milliseconds. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (;;) {
      const due = this.#due.at(-1);
      if (!due || due.atMs > endMs) break;
      this.#due.pop();
      await this.#happen(due);
    }
    this.#nowMs = endMs;
  }

  /** Timers and `performance.now()` go by this clock while something runs. */
  async rule<T>(run: () => Promise<T>): Promise<T> {
    const real = { setTimeout, clearTimeout };
    const now = performance.now.bind(performance);
    // What runs the tests has timers of its own, and goes on by them.
    const fake = (callback: () => void, delayMs = 0) => {
      const process = this.#context.getStore();
      if (!process) return real.setTimeout(callback, delayMs);
      const cancel = this.after(delayMs, process, callback);
      const timer = { cancel, unref: () => timer };
      return timer;
    };
    const clear = (timer?: NodeJS.Timeout | { cancel: () => void }) => {
      if (timer && "cancel" in timer) timer.cancel();
      else real.clearTimeout(timer);
    };
    Object.assign(globalThis, { setTimeout: fake, clearTimeout: clear });
    performance.now = () => this.#nowMs;
    try {
      return await run();
    } finally {
      Object.assign(globalThis, real);
      performance.now = now;
    }
  }

  async #happen(due: Due): Promise<void> {
    const { process, atMs, run } = due;
    this.#nowMs = Math.max(this.#nowMs, atMs);
    if (process?.state === "dead") return;
    if (process?.state === "frozen") {
      this.#held.set(process, [...(this.#held.get(process) ?? []), due]);
      return;
    }
    if (process) this.as(process, run);
    else run();
    // All promises that this settled, and those that follow from them, come before it.
    await settled();
  }

  #insert(due: Due): void {
    let index = this.#due.length;
    while (index > 0 && isBefore(this.#due[index - 1], due)) index -= 1;
    this.#due.splice(index, 0, due);
  }
}

/** Resolves when all promises are settled that can be. */
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

const nobody: Process = { name: "nobody", nodeId: "", state: "dead", thawedAt: -1 };

const isBefore = (one: Due | undefined, other: Due) =>
  one !== undefined && (one.atMs < other.atMs || (one.atMs === other.atMs && one.nth < other.nth));
