import { arrivalDays, firstDay, waits } from "./assumptions.ts";
import { createRandom } from "./random.ts";

const hourMs = 3_600_000;

/** When leads come in, in milliseconds since the epoch. */
export interface Arrivals {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Fixed, so that the same seed makes the same dates wherever and whenever nothing else is said. */
export const usualArrivals: Arrivals = {
  fromMs: Date.parse(firstDay),
  untilMs: Date.parse(firstDay) + arrivalDays * 24 * hourMs,
};

/** Time as a lead's life goes by. */
export interface LeadTime {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Lets as much time pass as is usual before something is done. */
  pass(before: keyof typeof waits): void;
  /** Lets time pass until an instant; one that is over changes nothing. */
  passUntil(ms: number): void;
}

/** Waits have random numbers of their own: what is decided does not follow from when. */
export function leadTimeOf(
  { seed, index }: { readonly seed: number; readonly index: number },
  { fromMs, untilMs }: Arrivals,
): LeadTime {
  const random = createRandom(seed, "time", index);
  let nowMs = Math.floor(fromMs + random.next() * (untilMs - fromMs));
  return {
    get nowMs() {
      return nowMs;
    },
    pass(before) {
      const [least, most] = waits[before];
      nowMs += Math.floor((least + random.next() * (most - least)) * hourMs);
    },
    passUntil(ms) {
      nowMs = Math.max(nowMs, ms);
    },
  };
}

/** The calendar day of an instant, in UTC. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
