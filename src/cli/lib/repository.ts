import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "./exitCodes.ts";

/**
 * The clone in which the server lies: where the program was started, or a folder above. The package that is installed into
 * other projects holds client, receiver and this program only.
 */
export function repositoryFrom(folder: string): string {
  if (isRepository(folder)) return folder;
  const above = dirname(folder);
  if (above !== folder) return repositoryFrom(above);
  throw new Failure(
    "failed",
    "The server runs from a clone of the repository, and this is none",
    "git clone the repository, then `npm start` there; `server status` works from anywhere",
  );
}

function isRepository(folder: string): boolean {
  const path = join(folder, "package.json");
  if (!existsSync(path) || !existsSync(join(folder, "src", "main.ts"))) return false;
  const { name } = JSON.parse(readFileSync(path, "utf8")) as { name?: string };
  return name === "heliograph";
}

/** Runs a program until it ends, with the terminal as its own. Ctrl C reaches it too. @returns its exit code. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: "inherit" });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.on("SIGTERM", pass);
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGTERM", pass);
      resolve(code ?? 1);
    });
  });
}
