import { rename, rm, stat, writeFile } from "node:fs/promises";
import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { runProgram } from "../../lib/repository.ts";

export const serverBackup: Command = {
  name: "server backup",
  summary: "Write the database to a file",
  description:
    "With pg_dump of PostgreSQL, which must be installed and no older than the server. The embedded database has none: stop the service and copy its data directory. Either way keep master.key too: secrets of endpoints cannot be read without it. Files of deals lie in the data directory.",
  arguments: [{ name: "file", about: "where to" }],
  examples: ["server backup heliograph.dump"],
  async run({ env, terminal }, given) {
    const text = env["DATABASE_URL"] ?? "";
    if (!URL.canParse(text)) {
      throw new Failure(
        "failed",
        "DATABASE_URL is not set, and the embedded database comes without pg_dump",
        "Stop the service, then copy its data directory: tar -czf heliograph.tgz .heliograph",
      );
    }
    const url = new URL(text);
    // A command line can be read by others, a process's environment cannot.
    const password = decodeURIComponent(url.password);
    url.password = "";
    const file = given.word(0);
    const own = { ...env, ...(password !== "" && { PGPASSWORD: password }) };
    await whole(file, async (target) => {
      const args = ["--format=custom", "--no-owner", `--file=${target}`, url.href];
      const code = await runProgram("pg_dump", args, { cwd: process.cwd(), env: own }).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== "ENOENT") throw error;
          throw new Failure(
            "failed",
            "There is no pg_dump",
            "Install PostgreSQL's client programs",
          );
        },
      );
      if (code !== 0) throw new Failure("failed", `pg_dump ended with ${code}`);
    });
    terminal.say(
      `Wrote ${file}. To bring it back: pg_restore --clean --if-exists --no-owner -d URL ${file}`,
    );
  },
};

/** Writes a file beside its place and moves it there once it is whole: a backup from before stays good until then. */
async function whole(file: string, write: (target: string) => Promise<void>): Promise<void> {
  const before = await stat(file).catch(() => undefined);
  if (before && !before.isFile()) return write(file); // a pipe or a device has no place to move to
  const part = `${file}.part`;
  try {
    await rm(part, { force: true });
    // As hidden from others as the file whose place it takes.
    await writeFile(part, "", before && { mode: before.mode & 0o777 });
  } catch (error) {
    throw new Failure("usage", `${file} cannot be written: ${(error as Error).message}`);
  }
  try {
    await write(part);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
