import type { Command } from "../../command.ts";
import { confirm } from "../../lib/show.ts";

export const endpointsDelete: Command = {
  name: "endpoints delete",
  summary: "Remove an endpoint for good",
  arguments: [{ name: "endpoint", about: "its id" }],
  answers: "{id, deleted: true}",
  examples: ["endpoints delete end_… --yes"],
  async run(context, given) {
    const { endpoints } = context.client();
    const { id, url } = await endpoints.get({ id: given.word(0) });
    await confirm(context, `Remove ${url} for good?`);
    await endpoints.delete({ id });
    if (context.isJson) context.terminal.out(JSON.stringify({ id, deleted: true }));
    context.terminal.say(`Removed ${url}`);
  },
};
