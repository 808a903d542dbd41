import { join } from "node:path";
import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { repositoryFrom, runProgram } from "../../lib/repository.ts";

export const serverMigrate: Command = {
  name: "server migrate",
  summary: "Bring the database to this version, without starting the service",
  description:
    "Takes DATABASE_URL and the other settings of the service; every start does the same. For those who want it to be a step of its own.",
  examples: ["server migrate"],
  async run({ env }) {
    const cwd = repositoryFrom(process.cwd());
    const script = join(cwd, "scripts", "run.mjs");
    const code = await runProgram(process.execPath, [script, "migrate"], { cwd, env: { ...env } });
    if (code !== 0) throw new Failure("failed", "The database was not migrated");
  },
};
