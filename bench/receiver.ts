import { startChild } from "./child.ts";

/** What is to come to the receiver. */
export interface ReceiverExpectation {
  /** Requests that are answered 200. */
  readonly count: number;
  /** Whether to note when each marked body came. */
  readonly isTimed: boolean;
}

/** What came to the receiver since it was told what to expect. */
export interface ReceiverTally {
  /** Answered 200. */
  readonly requests: number;
  /** Answered 503. */
  readonly refused: number;
  /** Among `requests`, those whose sequence had come to that path before. */
  readonly duplicates: number;
  /** When the last one came to each path, by the receiver's own clock, in milliseconds. */
  readonly lastAt: ReadonlyMap<string, number>;
}

/** The one receiver of a run: a process of its own that does as little as it can. */
export interface BenchReceiver {
  readonly url: string;
  /** Forgets what came, and is down again where it can be. */
  expect(given: { count: number; isTimed?: boolean }): Promise<void>;
  /** Resolves when all that is expected came. @throws {Error} when nothing comes any more. */
  reached(): Promise<void>;
  /** From now on `/down/…` is up. */
  heal(): Promise<void>;
  tally(): Promise<ReceiverTally>;
  /** Its own clock, in milliseconds. */
  now(): Promise<number>;
  /** Numbers of the marked bodies, each with when it came: milliseconds by the clock that all processes share. */
  times(): Promise<[number, number][]>;
  stop(): Promise<void>;
}

/** How long nothing may come before a run is given up, in milliseconds. */
const silenceMs = 60_000;

export async function startReceiver(): Promise<BenchReceiver> {
  const child = await startChild("receiverProcess.ts");
  const url = await child.ask<string>("url");
  const tally = () => child.ask<ReceiverTally>("tally");
  return {
    url,
    expect: ({ count, isTimed = false }) => child.ask("expect", { count, isTimed }),
    async reached() {
      const silence = watchSilence(tally);
      await Promise.race([child.ask("reached"), silence.broken]).finally(() => silence.end());
    },
    heal: () => child.ask("heal"),
    tally,
    now: () => child.ask("now"),
    times: () => child.ask("times"),
    stop: () => child.stop(),
  };
}

function watchSilence(tally: () => Promise<ReceiverTally>) {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  let last = -1;
  const timer = setInterval(() => {
    void tally().then(({ requests }) => {
      if (requests === last) reject(new Error(`Nothing came for a minute, after ${requests}`));
      last = requests;
    });
  }, silenceMs);
  return { broken, end: () => clearInterval(timer) };
}

/** The clock that all processes of a machine share, in milliseconds. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;
