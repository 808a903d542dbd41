import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Context, Option } from "../command.ts";
import { Failure } from "./exitCodes.ts";
import type { Given } from "./given.ts";
import { configFolder, readIfThere, writePrivate } from "./keeping.ts";

/** Options of commands that need a secret. */
export const secretOptions: readonly Option[] = [
  {
    flags: "--secret <secret>",
    about: "whsec_… or whpk_…; others on this machine may read it: prefer a file",
  },
  {
    flags: "--secret-file <path>",
    about: "a file that holds it; else HELIOGRAPH_SECRET, then that of `listen`",
  },
];

/** The secret that was named; without, the one that `listen` signs with. */
export async function secretFrom(context: Context, given: Given): Promise<string> {
  const path = given.text("secretFile");
  const inFile = path === undefined ? undefined : await readIfThere(path);
  if (path !== undefined && inFile === undefined)
    throw new Failure("usage", `There is no file ${path}`);
  return (
    given.text("secret") ??
    inFile?.trim() ??
    context.env["HELIOGRAPH_SECRET"]?.trim() ??
    (await localSecret(context))
  );
}

/** The secret of this machine's own deliveries: made once, so that a receiver needs to be told once. */
export async function localSecret({ env }: Pick<Context, "env">): Promise<string> {
  const path = join(configFolder(env), "listen.secret");
  const kept = (await readIfThere(path))?.trim();
  if (kept !== undefined && kept !== "") return kept;
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  await writePrivate(path, `${secret}\n`);
  return secret;
}
