import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { readKept, writeKept } from "../../lib/keeping.ts";
import { nearest } from "../../../contract/nearest.ts";

export const envUse: Command = {
  name: "env use",
  summary: "Use another kept environment from now on",
  arguments: [{ name: "name", about: "as `env list` shows it" }],
  examples: ["env use staging"],
  async run({ env, terminal }, given) {
    const kept = await readKept(env);
    const name = given.word(0);
    const chosen = kept.environments[name];
    if (!chosen) {
      const names = Object.keys(kept.environments);
      const near = nearest(name, names);
      const hint =
        near === undefined ? `There are: ${names.join(", ") || "none"}` : `Did you mean ${near}?`;
      throw new Failure("usage", `There is no environment ${name}`, hint);
    }
    await writeKept(env, { ...kept, current: name });
    terminal.say(`${name}: ${chosen.url}`);
  },
};
