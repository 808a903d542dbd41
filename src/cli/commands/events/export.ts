import type { Command } from "../../command.ts";
import { requireEventType } from "../../lib/names.ts";

export const eventsExport: Command = {
  name: "events export",
  summary: "Write the feed, oldest first, one event per line",
  options: [
    { flags: "--after <sequence>", about: "begin after this position (0)" },
    { flags: "--type <event>", about: "only these", completes: "events" },
    { flags: "--customer <id>", about: "only this customer's" },
  ],
  answers: "one event per line",
  examples: ["events export > feed.ndjson", "events export --after 1284 --type new_install"],
  async run({ terminal, client, interrupted }, given) {
    const type = given.text("type");
    const customer_id = given.text("customer");
    const asked = {
      after: given.number("after") ?? 0,
      ...(type !== undefined && { type: await requireEventType(type) }),
      ...(customer_id !== undefined && { customer_id }),
    };
    let count = 0;
    for await (const event of client().events.listAll(asked, { signal: interrupted })) {
      terminal.out(JSON.stringify(event));
      count += 1;
      terminal.progress(`${count} events, up to position ${event.sequence}`);
    }
    terminal.say(`${count} events`);
  },
};
