import type { Command } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { readKept, writeKept } from "../lib/keeping.ts";

export const logout: Command = {
  name: "logout",
  summary: "Forget the current environment's key",
  description: "The key itself goes on working; an owner revokes it in the console.",
  examples: ["logout", "logout --env staging"],
  async run({ env, connection, terminal }) {
    const kept = await readKept(env);
    const name = connection.environment ?? kept.current;
    if (name === null) throw new Failure("not_allowed", "Nobody is signed in");
    const environments = Object.fromEntries(
      Object.entries(kept.environments).filter(([each]) => each !== name),
    );
    const current = kept.current === name ? null : kept.current;
    await writeKept(env, { current, environments });
    terminal.say(`Forgot ${name}`);
  },
};
