import type { Command } from "../../command.ts";
import { showRecord } from "../../lib/show.ts";

export const installsGet: Command = {
  name: "installs get",
  summary: "Show an install",
  arguments: [{ name: "install", about: "its id" }],
  answers: "the install",
  examples: ["installs get ins_…"],
  async run(context, given) {
    showRecord(context, await context.client().installs.get({ id: given.word(0) }));
  },
};
