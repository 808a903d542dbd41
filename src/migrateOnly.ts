import { resolve } from "node:path";
import { readConfig, unknownSettings } from "./base/config.ts";
import { StartError } from "./base/startError.ts";
import { openDatabase } from "./start.ts";

/** Brings the database to this version and ends: what every start does first, as a step of its own. */
const closing: (() => Promise<unknown>)[] = [];
const say = (line: string) => process.stdout.write(`${line}\n`);
let migrated = false;
try {
  const config = readConfig(process.env);
  for (const line of unknownSettings(process.env)) say(line);
  const progress = (line: string) => {
    migrated ||= line.startsWith("Migrated");
    say(line);
  };
  await openDatabase(config, resolve(config.dataDir), { progress, closing });
  if (!migrated) say("The database is of this version already");
} catch (error) {
  process.exitCode = 1;
  const isKnown = error instanceof StartError;
  process.stderr.write(
    `${isKnown ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
} finally {
  for (const close of closing.toReversed()) await close();
}
