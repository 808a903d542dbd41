/**
 * What may go wrong on purpose at a simulated receiver. The first three are the way between, which repeats, swaps and delays;
 * the others are the receiver's. Each strikes the first attempts of some events, counted at each endpoint: the `first` of
 * those that come by, and every so many from there on.
 */
export const faults = {
  duplicates: { first: 2, every: 7, about: "the way hands a delivery on twice" },
  reorder: { first: 2, every: 9, about: "the way swaps two deliveries of a customer" },
  delay: { first: 2, every: 5, about: "the way takes its time" },
  "5xx": { first: 3, every: 20, about: "answers 500" },
  timeout: { first: 4, every: 500, about: "does not answer" },
  flap: { first: 3, every: 100, about: "is down for a while: answers 503" },
  schema: { first: 3, every: 25, about: "refuses with 422, takes it the next time" },
} as const satisfies Record<string, { first: number; every: number; about: string }>;

export type Fault = keyof typeof faults;
export const faultNames = Object.keys(faults) as Fault[];

/** How long the way takes, in milliseconds. */
export const delayMs = 250;
/** How long a receiver that flaps is down, in milliseconds. */
const downMs = 1_500;

/** Faults that keep the receiver from taking a delivery: of several one strikes. */
const refusing = ["flap", "timeout", "5xx", "schema"] as const;

/** The faults of one endpoint. */
export interface FaultPlan {
  /** What strikes a delivery, by the number of its attempt. */
  strike(attempt: number): ReadonlySet<Fault>;
  /** How often each has struck. */
  readonly struck: Readonly<Record<string, number>>;
}

/** @param now milliseconds by a clock that only goes forward. */
export function planFaults(wanted: readonly Fault[], now = () => performance.now()): FaultPlan {
  const passed = new Map<Fault, number>();
  const struck: Record<string, number> = Object.fromEntries(wanted.map((fault) => [fault, 0]));
  let upAtMs = 0;
  const count = (fault: Fault) => void (struck[fault] = (struck[fault] ?? 0) + 1);
  const isDue = (fault: Fault) => {
    if (!wanted.includes(fault)) return false;
    const nth = (passed.get(fault) ?? 0) + 1;
    passed.set(fault, nth);
    const { first, every } = faults[fault];
    return nth >= first && (nth - first) % every === 0;
  };
  return {
    struck,
    strike(attempt) {
      if (now() < upAtMs) {
        count("flap");
        return new Set(["flap"] as const);
      }
      if (attempt > 1) return new Set();
      const refusal = refusing.find(isDue);
      if (refusal === "flap") upAtMs = now() + downMs;
      const due = refusal ? [refusal] : (["duplicates", "reorder", "delay"] as const).filter(isDue);
      // Whether there is one to swap with is seen by the way only.
      for (const fault of due) if (fault !== "reorder") count(fault);
      return new Set<Fault>(due);
    },
  };
}
