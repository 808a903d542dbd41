import { lstat, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StartError } from "../startError.ts";

/** The system's short name of a fault, such as "ENOENT"; empty for anything else. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** Whether something has this name, be it a link that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** What `read` returns, or `undefined` when the file it wants does not exist. */
export async function ifThere<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes a directory and what is missing above it, unless it is there. Node's own recursive `mkdir` never comes back from
 * a file system that makes no directories and says so with ENOENT, such as /proc.
 * @throws {StartError} when nothing can be made in a directory that is there.
 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) === "EEXIST" && (await stat(path)).isDirectory()) return;
    if (errorCode(error) !== "ENOENT") throw error;
    if (await exists(parent)) {
      throw new StartError(`No directory can be made in ${parent}: choose another data directory`);
    }
    await makeDirectory(parent, mode);
    await makeDirectory(path, mode);
  }
}
