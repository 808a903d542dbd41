import { parseArgs } from "node:util";
import { StartError } from "../src/base/startError.ts";

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
  /** Where to write CPU profiles of our processes. */
  readonly profile: string | undefined;
}

const usage = `Usage: npm run bench -- [suite…] [--rounds 5] [--scale 1] [--json FILE] [--write] [--profile DIRECTORY]`;

/** @throws {StartError} naming what is wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const rounds = Number(values.rounds);
  const scale = Number(values.scale);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw wrong(`--rounds is "${values.rounds}" and must be a whole number from 1`);
  }
  if (!(scale > 0 && scale <= 10)) {
    throw wrong(`--scale is "${values.scale}" and must be above 0 and at most 10`);
  }
  const { json, write, profile } = values;
  return { names: positionals, rounds, scale, json, write, profile };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
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
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

/** What was asked for cannot be done. */
export const wrong = (message: string): StartError => new StartError(`${message}\n${usage}`);
