import { join } from "node:path";
import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { repositoryFrom, runProgram } from "../../lib/repository.ts";

export const serverStart: Command = {
  name: "server start",
  summary: "Start the service from a clone, as `npm start` does",
  description: "Settings are environment variables; docs/reference/settings.md lists them.",
  options: [
    { flags: "--demo", about: "with two companies and one customer played through the whole flow" },
  ],
  examples: ["server start", "server start --demo"],
  async run({ env }, given) {
    const cwd = repositoryFrom(process.cwd());
    const script = join(cwd, "scripts", "run.mjs");
    const args = [script, "start", ...(given.isOn("demo") ? ["--demo"] : [])];
    const code = await runProgram(process.execPath, args, { cwd, env: { ...env } });
    if (code !== 0) throw new Failure("failed", `The service ended with ${code}`);
  },
};
