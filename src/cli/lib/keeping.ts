import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "./exitCodes.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** A service and the key for it. */
export interface Environment {
  readonly url: string;
  readonly key: string;
}

/** What is kept between commands, readable by its owner only. */
export interface Kept {
  /** Which of the environments is used unless another is named. */
  readonly current: string | null;
  readonly environments: Readonly<Record<string, Environment>>;
}

/** The folder of what is kept, as XDG has it. */
export function configFolder(env: Env): string {
  const base = env["XDG_CONFIG_HOME"] ?? "";
  return join(
    base.startsWith("/") ? base : join(env["HOME"] ?? homedir(), ".config"),
    "heliograph",
  );
}

const fileOf = (env: Env) => join(configFolder(env), "config.json");

/** @throws {Failure} when the file is there and cannot be understood. */
export async function readKept(env: Env): Promise<Kept> {
  const text = await readIfThere(fileOf(env));
  if (text === undefined) return { current: null, environments: {} };
  try {
    const kept = JSON.parse(text) as Kept;
    if (typeof kept.environments === "object") return kept;
  } catch {
    // Told below.
  }
  throw new Failure(
    "failed",
    `${fileOf(env)} is not what this program wrote`,
    "Mend it or remove it, then sign in again: heliograph login",
  );
}

export const writeKept = (env: Env, kept: Kept): Promise<void> =>
  writePrivate(fileOf(env), `${JSON.stringify(kept, null, 2)}\n`);

/** Writes a file that only its owner may read, whole or not at all. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}.new`;
  try {
    await writeFile(fresh, text, { mode: 0o600, flag: "wx" });
    await chmod(fresh, 0o600); // whatever the mask was
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** @returns undefined when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Failure("failed", `${path} cannot be read: ${error.message}`);
  });
}
