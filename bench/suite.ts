import type { Figure } from "./figures.ts";
import type { BenchServer } from "./server.ts";
import type { BenchReceiver } from "./receiver.ts";

/** What every suite works with. */
export interface Bench {
  readonly server: BenchServer;
  readonly receiver: BenchReceiver;
  /** The master key that endpoints' secrets are sealed with, made for this run. */
  readonly masterKey: string;
  readonly rounds: number;
  /** Multiplies what suites count; 1 is what targets are judged by. */
  readonly scale: number;
  /** Where CPU profiles of our processes are written; undefined for none. */
  readonly profileDirectory: string | undefined;
  /** Prints one line of progress. */
  readonly say: (line: string) => void;
}

/** One measurement of the benchmark. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** What its numbers mean, in Markdown. */
  readonly about: string;
  /** About how long it takes at scale 1 with 5 rounds. */
  readonly minutes: number;
  readonly run: (bench: Bench) => Promise<Table>;
}

/** What a suite found. */
export interface Table {
  /** Heads of the columns after the first, units included. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface Row {
  readonly what: string;
  /** One for each column; null where there is nothing to say. */
  readonly cells: readonly (Figure | number | string | null)[];
  readonly target?: Target;
}

/** What a row is judged by. */
export interface Target {
  readonly of: Figure;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** For example `× bare loop`, or `MB`. */
  readonly unit: string;
  /** Why it cannot be judged on this machine. */
  readonly notHere?: string | undefined;
}

/** A count at the scale of this run, at least `least`. */
export const scaled = ({ scale }: Pick<Bench, "scale">, count: number, least = 100): number =>
  Math.max(least, Math.round(count * scale));
