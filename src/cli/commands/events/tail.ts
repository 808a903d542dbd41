import type { Command } from "../../command.ts";
import { requireEventTypes } from "../../lib/names.ts";
import { oneLine, shortTime } from "../../lib/show.ts";
import { whose } from "../../lib/whose.ts";

export const eventsTail: Command = {
  name: "events tail",
  summary: "Show each event as it happens, until Ctrl C",
  description: "`heliograph listen` does this too, and forwards them to a program.",
  options: [
    { flags: "--events <names>", about: "only these, separated by commas", completes: "events" },
    { flags: "--after <sequence>", about: "begin after this position instead of now" },
  ],
  answers: "one event per line",
  examples: ["events tail", "events tail --json | jq -r .type"],
  async run({ terminal, isJson, client, interrupted }, given) {
    const types: readonly string[] | undefined =
      given.list("events") && (await requireEventTypes(given.list("events") ?? []));
    const after = given.number("after");
    const options = {
      signal: interrupted,
      onLost: () => terminal.say("Lost the connection; trying again"),
    };
    const api = client();
    const start = after ?? (await api.events.count()).head;
    terminal.say(`Following the feed after position ${start}`);
    for await (const event of api.events.stream({ after: start }, options)) {
      if (types && !types.includes(event.type)) continue;
      terminal.out(
        isJson
          ? JSON.stringify(event)
          : `${event.sequence}  ${shortTime(event.timestamp)}  ${event.type.padEnd(32)}  ${oneLine(whose(event))}`,
      );
    }
    interrupted.throwIfAborted();
  },
};
