import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lanes, type Lane, type Ordered } from "./lane.ts";
import { Window, type Resend, type Turn } from "./window.ts";

type Entry = Ordered;
type AnyTurn = Turn<Entry, Resend<Entry>>;

const outcomes = ["deliver", "fail", "give_back", "give_up"] as const;

/** One thing that may happen; numbers choose among what is there. */
type Step =
  | { readonly kind: "read" | "start" | "due" | "flush" | "crash" | "forget" }
  | { readonly kind: Outcome; readonly which: number };
type Outcome = (typeof outcomes)[number];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "read" as const }) },
  { weight: 8, arbitrary: fc.constant({ kind: "start" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "due" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "flush" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "crash" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "forget" as const }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom("deliver" as const, ...outcomes),
      which: fc.nat(20),
    }),
  },
);

const entryOf = (customer: number, index: number): Entry => ({
  sequence: index * 2 + 1, // with gaps, as a filter leaves them
  event_id: `evt_${index}`,
  customer_id: `cus_${customer}`,
});

const feed = fc
  .array(fc.nat(4), { minLength: 1, maxLength: 40, size: "max" })
  .map((customers) => customers.map((customer, index) => entryOf(customer, index)));

/** A lane whose head lies beyond what was read after a crash runs empty before it is read. */
const laneAheadOfTheCursor: [Entry[], Step[]] = [
  [0, 1, 0, 2, 0, 3].map((customer, index) => entryOf(customer, index)),
  [
    ...(["read", "start", "start", "read", "start", "start"] as const).map((kind) => ({ kind })),
    { kind: "fail", which: 3 },
    { kind: "flush" },
    { kind: "crash" },
    { kind: "start" },
  ],
];

describe("a window, whatever happens", () => {
  test("keeps each customer's order, skips nothing, and settles all in the end", () => {
    fc.assert(
      fc.property(feed, fc.array(step, { maxLength: 200, size: "max" }), (entries, steps) => {
        const course = new Course(entries);
        for (const next of steps) course.take(next);
        course.finish();
        expect(course.settled).toEqual(new Set(entries.map(({ sequence }) => sequence)));
        expect(course.position).toBe(course.head);
      }),
      { numRuns: 1_000, examples: [laneAheadOfTheCursor] },
    );
  });

  test("sends nothing again that was written down before a crash", () => {
    fc.assert(
      fc.property(feed, fc.array(step, { maxLength: 120, size: "max" }), (entries, steps) => {
        const course = new Course(entries);
        for (const next of steps) course.take(next);
        course.take({ kind: "flush" });
        const written = new Set(course.settled);
        course.take({ kind: "crash" });
        course.started.length = 0;
        course.finish();
        expect(course.started.filter(({ sequence }) => written.has(sequence))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

/** What a node and the database do with a window, without either. */
class Course {
  readonly #entries: readonly Entry[];
  readonly head: number;
  #window: Window<Entry, Resend<Entry>>;
  #underWay: { turn: AnyTurn; entry: Entry }[] = [];
  /** Everything that was started, in order. */
  readonly started: Entry[] = [];
  /** Sequences that were delivered or given up, as far as this node knows. */
  settled = new Set<number>();
  #written: { cursor: number; lanes: Lane[]; settled: Set<number> };

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.head = (entries.at(-1)?.sequence ?? 0) + 1;
    this.#written = { cursor: 0, lanes: [], settled: new Set() };
    this.#window = this.#open();
  }

  get position(): number {
    return this.#window.cursor.position;
  }

  take(next: Step): void {
    if (next.kind === "read") this.#read();
    else if (next.kind === "start") this.#start();
    else if (next.kind === "due") this.#markDue();
    else if (next.kind === "flush") this.#flush();
    else if (next.kind === "crash") this.#crash();
    else if (next.kind === "forget") this.#forget();
    else if ("which" in next) this.#conclude(next.kind, next.which);
    this.#check();
  }

  /** From here on everything succeeds. */
  finish(): void {
    for (let round = 0; round < 400 && this.settled.size < this.#entries.length; round += 1) {
      for (const kind of ["read", "due", "start"] as const) this.take({ kind });
      this.take({ kind: "deliver", which: 0 });
    }
    this.take({ kind: "read" });
    while (this.#window.lanes.count > 0) {
      this.#markDue();
      this.#start();
    }
  }

  #open(): Window<Entry, Resend<Entry>> {
    const { cursor, lanes } = this.#written;
    const rows = lanes.map((lane) => ({
      customer_id: lane.customerId,
      head_sequence: lane.headSequence,
      attempts: lane.attempts,
    }));
    return new Window(cursor, new Lanes(rows, cursor));
  }

  #read(): void {
    const { readTo } = this.#window.cursor;
    const page = this.#entries.filter(({ sequence }) => sequence > readTo).slice(0, 5);
    const scannedTo = page.length < 5 ? this.head : (page.at(-1)?.sequence ?? 0);
    this.#window.admit({ entries: page, settled: this.#written.settled, scannedTo });
  }

  #start(): void {
    const turn = this.#window.take();
    if (!turn) return;
    const entry = this.#find(turn);
    if (!entry) return;
    const before = this.#entries.filter(
      (other) => other.customer_id === entry.customer_id && other.sequence < entry.sequence,
    );
    // One at a time and in order: all that came before is settled, and it is not under way already.
    expect(before.filter(({ sequence }) => !this.settled.has(sequence))).toEqual([]);
    expect(this.#underWay.map((work) => work.entry.customer_id)).not.toContain(entry.customer_id);
    this.#underWay.push({ turn, entry });
    this.started.push(entry);
  }

  #find(turn: AnyTurn): Entry | undefined {
    if (turn.source !== "lane") return turn.source === "feed" ? turn.entry : turn.resend.entry;
    const { customerId, headSequence, lastSequence } = turn.lane;
    const entry = this.#entries.find(
      ({ customer_id, sequence }) =>
        customer_id === customerId && sequence >= headSequence && sequence <= lastSequence,
    );
    if (!entry) this.#window.emptyLane(customerId, lastSequence);
    return entry;
  }

  #conclude(kind: Outcome, which: number): void {
    const [work] = this.#underWay.splice(which % Math.max(this.#underWay.length, 1), 1);
    if (!work) return;
    const { turn, entry } = work;
    if (kind === "give_back") this.#window.giveBack(turn);
    else if (kind === "fail" && turn.source === "feed") this.#window.park(turn, 1);
    else if (kind === "fail" && turn.source === "lane") {
      this.#window.failLane(turn.customerId, entry, turn.lane.attempts + 1);
    } else {
      this.settled.add(entry.sequence);
      if (turn.source === "lane") this.#window.advanceLane(turn.customerId, entry);
      else this.#window.settle(turn);
    }
  }

  #markDue(): void {
    const lanes = Array.from(this.#window.lanes.all());
    for (const { customerId: customer_id, headSequence: head_sequence, attempts } of lanes) {
      this.#window.lanes.markDue({ customer_id, head_sequence, attempts });
    }
  }

  #flush(): void {
    const lanes = [...this.#window.lanes.all()];
    this.#written = { cursor: this.position, lanes, settled: new Set(this.settled) };
  }

  #forget(): void {
    if (this.#underWay.length > 0) return;
    const { size } = this.#window;
    const last = this.#window.forget({ entries: 1, customers: 2, upTo: 0 });
    expect(this.#window.size < size).toBe(last !== undefined);
    if (last !== undefined) expect(this.#window.cursor.readTo).toBe(last);
  }

  #crash(): void {
    this.#underWay = [];
    this.settled = new Set(this.#written.settled);
    this.#window = this.#open();
  }

  /** The cursor never passes an entry that is neither settled nor waits in a lane. */
  #check(): void {
    for (const { sequence, customer_id } of this.#entries) {
      if (sequence > this.position || this.settled.has(sequence)) continue;
      const lane = this.#window.lanes.get(customer_id);
      expect(lane?.headSequence ?? Infinity).toBeLessThanOrEqual(sequence);
      expect(lane?.lastSequence ?? 0).toBeGreaterThanOrEqual(sequence);
    }
  }
}
