import type { Client } from "../sdk/index.ts";
import type { Connection } from "./lib/connection.ts";
import type { Given } from "./lib/given.ts";
import type { Terminal } from "./lib/terminal.ts";

/** What may be filled in for a word while it is typed. */
export type Completes = "events" | "shells" | "walks" | "topics";

export interface Argument {
  readonly name: string;
  readonly about: string;
  readonly isOptional?: boolean;
  readonly completes?: Completes;
}

export interface Option {
  /** As typed, `--to <endpoint>`, or `--all` for one without a value. */
  readonly flags: string;
  readonly about: string;
  /** May be given several times. */
  readonly repeats?: boolean;
  readonly completes?: Completes;
}

/** One command, as data: help, reference, completion and parsing are made from it. */
export interface Command {
  /** The words that name it: `endpoints create`. */
  readonly name: string;
  readonly summary: string;
  /** What to know beyond the summary. */
  readonly description?: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** What stands on the standard output with `--json`. */
  readonly answers?: string;
  readonly examples: readonly string[];
  readonly run: (context: Context, given: Given) => Promise<void>;
}

/** What a command has to work with. */
export interface Context {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether data is to be JSON. */
  readonly isJson: boolean;
  /** Whether `--json` was asked for, and not only follows from where the output goes. */
  readonly isJsonAsked: boolean;
  /** Whether to go on without asking. */
  readonly isYes: boolean;
  readonly connection: Connection;
  /** The service, for who is signed in. @throws {Failure} when nobody is. */
  readonly client: () => Client;
  /** Aborted by Ctrl C. */
  readonly interrupted: AbortSignal;
  readonly version: string;
}
