import { parseArgs } from "node:util";

/** What a run was asked for. */
export interface BenchOptions {
  /** Names of suites; none for all. */
  readonly names: readonly string[];
  readonly rounds: number;
  readonly scale: number;
  /** Where to write what was measured, as JSON. */
  readonly json: string | undefined;
  /** Whether to write the tables into docs/performance.md. */
  readonly write: boolean;
  /** Where to write CPU profiles of delivering processes. */
  readonly profile: string | undefined;
}

export const usage = `Usage: npm run bench -- [suite…] [--rounds 5] [--scale 1] [--json FILE] [--write] [--profile DIRECTORY]`;

/** @throws {Error} naming what is wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "5" },
      scale: { type: "string", default: "1" },
      json: { type: "string" },
      write: { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  const rounds = Number(values.rounds);
  const scale = Number(values.scale);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds is "${values.rounds}" and must be a whole number from 1`);
  }
  if (!(scale > 0 && scale <= 10)) {
    throw new Error(`--scale is "${values.scale}" and must be above 0 and at most 10`);
  }
  const { json, write, profile } = values;
  return { names: positionals, rounds, scale, json, write, profile };
}
