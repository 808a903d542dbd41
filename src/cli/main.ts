import { CommanderError } from "commander";
import { createClient } from "../sdk/index.ts";
import { readVersion } from "../version.ts";
import type { Context } from "./command.ts";
import { findConnection, requireKey, usualUrl } from "./lib/connection.ts";
import { exitCodes } from "./lib/exitCodes.ts";
import { tell } from "./lib/failures.ts";
import { openTerminal, type Terminal } from "./lib/terminal.ts";
import { createProgram, refusalOf, type Globals } from "./program.ts";

/** The program `heliograph`: what it reads of its process, and how it ends. */
const { env, stdin, stdout, stderr } = process;
const interruption = new AbortController();
let terminal: Terminal = openTerminal(
  { stdin, stdout, stderr },
  { hasColors: false, isQuiet: false },
);
// Until the command line is understood: it may not be.
let isJson = process.argv.includes("--json") || !stdout.isTTY;
const isToldAsJson = () => isJson && !stderr.isTTY;
let url = usualUrl;

async function contextOf(globals: Globals): Promise<Context> {
  const isJsonAsked = globals.json;
  isJson = isJsonAsked || !stdout.isTTY;
  const hasColors = globals.color && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  terminal = openTerminal({ stdin, stdout, stderr }, { hasColors, isQuiet: isJson });
  const connection = await findConnection(globals, env);
  ({ url } = connection);
  return {
    terminal,
    env,
    isJson,
    isJsonAsked,
    isYes: globals.yes,
    connection,
    client: () => createClient({ url: connection.url, key: requireKey(connection) }),
    interrupted: interruption.signal,
    version: readVersion(),
  };
}

function fail(error: unknown): number {
  if (error instanceof CommanderError) {
    const refusal = refusalOf(error);
    return refusal ? fail(refusal) : exitCodes.done.code;
  }
  if (interruption.signal.aborted) return exitCodes.interrupted.code;
  const told = tell(error, url);
  if (!told) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.say(isToldAsJson() ? JSON.stringify({ error: { code: "failed", message } }) : message);
    return exitCodes.failed.code;
  }
  const { ending, ...rest } = told;
  // Data belongs to the standard output, and a failure is none: programs read it where people do.
  if (isToldAsJson()) terminal.say(JSON.stringify({ error: rest }));
  else {
    terminal.say(`${told.message}${told.rule === undefined ? "" : ` (rule ${told.rule})`}`);
    for (const value of told.values ?? []) terminal.say(`  ${value}`);
    if (told.hint !== undefined) terminal.say(`  ${told.hint}`);
    if (told.code !== told.ending)
      terminal.say(`  code ${told.code}, request ${told.request_id ?? "–"}`);
  }
  return exitCodes[ending].code;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interruption.abort()); // a second one ends it at once
}
// Whoever read what is printed may go away, as `head` does: then there is nothing left to do.
stdout.on("error", () => process.exit(exitCodes.done.code));
stderr.on("error", () => undefined);

const program = createProgram({
  version: readVersion(),
  out: (text) => stdout.write(text),
  say(text) {
    if (!isToldAsJson()) stderr.write(text);
  },
  contextOf,
});
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = fail(error);
} finally {
  terminal.progress(null);
}
