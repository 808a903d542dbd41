import type { Command } from "../../command.ts";
import { showRecord } from "../../lib/show.ts";

export const dealsGet: Command = {
  name: "deals get",
  summary: "Show a deal",
  arguments: [{ name: "deal", about: "its id" }],
  answers: "the deal",
  examples: ["deals get srv_…"],
  async run(context, given) {
    showRecord(context, await context.client().surveys.get({ id: given.word(0) }));
  },
};
