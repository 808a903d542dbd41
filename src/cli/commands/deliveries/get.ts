import type { Command } from "../../command.ts";
import { showRecord, showTable } from "../../lib/show.ts";
import { wordOf } from "../../lib/glyphs.ts";

export const deliveriesGet: Command = {
  name: "deliveries get",
  summary: "Show where an event stands at each endpoint, or at one, and why",
  arguments: [
    { name: "event", about: "its id" },
    { name: "endpoint", about: "only this one", isOptional: true },
  ],
  answers: "{event_id, at, data: [delivery]}; with an endpoint the delivery alone",
  examples: ["deliveries get evt_…", "deliveries get evt_… end_…"],
  async run(context, given) {
    const client = context.client();
    const [event, endpoint] = [given.word(0), given.optionalWord(1)];
    if (endpoint !== undefined) {
      showRecord(context, await client.endpointEvents.get({ id: endpoint, event_id: event }));
      return;
    }
    const answer = await client.eventDeliveries.get({ id: event });
    if (context.isJson) return context.terminal.out(JSON.stringify(answer));
    if (answer.data.length === 0) return context.terminal.say("There is no endpoint");
    showTable(context, answer.data, {
      state: (each) => wordOf(each.state),
      endpoint: (each) => each.endpoint_id,
      url: (each) => each.url,
      reason: (each) => each.reason,
    });
  },
};
