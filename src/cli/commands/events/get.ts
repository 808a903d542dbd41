import type { Command } from "../../command.ts";
import { glyphOf } from "../../lib/glyphs.ts";
import { oneLine, shortTime } from "../../lib/show.ts";

export const eventsGet: Command = {
  name: "events get",
  summary: "Show one event, and where it stands at each endpoint",
  arguments: [{ name: "event", about: "its id" }],
  options: [{ flags: "--payload", about: "only the event as deliveries carry it" }],
  answers: "{event, deliveries}; with --payload the event alone",
  examples: ["events get evt_…", "events get evt_… --payload | jq .data.customer"],
  async run(context, given) {
    const { terminal, isJson } = context;
    const client = context.client();
    const id = given.word(0);
    const event = await client.events.get({ id });
    if (given.isOn("payload")) return terminal.out(JSON.stringify(event, null, isJson ? 0 : 2));
    const { data: deliveries } = await client.eventDeliveries.get({ id });
    if (isJson) return terminal.out(JSON.stringify({ event, deliveries }));
    const { colors } = terminal;
    const { timestamp = "", type, sequence } = event as typeof event & { timestamp?: string };
    terminal.out(
      `${colors.strong(type)}  ${shortTime(timestamp)}  position ${sequence}  ${event.id}`,
    );
    for (const { state, url, reason } of deliveries) {
      terminal.out(
        `  ${glyphOf(state, colors)}  ${oneLine(url)}  ${colors.faint(oneLine(reason))}`,
      );
    }
    terminal.out("");
    terminal.out(JSON.stringify({ data: event["data"], changes: event["changes"] }, null, 2));
  },
};
