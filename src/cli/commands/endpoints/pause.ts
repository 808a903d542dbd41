import type { Command } from "../../command.ts";
import { showRecord } from "../../lib/show.ts";

export const endpointsPause: Command = {
  name: "endpoints pause",
  summary: "Pause an endpoint; nothing is lost",
  arguments: [{ name: "endpoint", about: "its id" }],
  answers: "the endpoint",
  examples: ["endpoints pause end_…"],
  async run(context, given) {
    const endpoint = await context.client().endpoints.pause({ id: given.word(0) });
    showRecord(context, endpoint, ["id", "url", "state", "state_since"]);
  },
};
