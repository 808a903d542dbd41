import type { Command } from "../../command.ts";
import { listOptions, showList } from "../../lib/show.ts";

export const endpointsList: Command = {
  name: "endpoints list",
  summary: "List endpoints",
  options: listOptions,
  answers: "{data: [endpoint], next}",
  examples: ["endpoints list", "endpoints list --json | jq -r '.data[].id'"],
  async run(context, given) {
    const { endpoints } = context.client();
    await showList(context, given, {
      page: (asked) => endpoints.list(asked),
      all: () => endpoints.listAll(),
      columns: {
        id: (each) => each.id,
        state: (each) => each.state,
        url: (each) => each.url,
        events: (each) => (each.events === null ? "all" : each.events.join(",")),
        format: (each) => each.format,
        description: (each) => each.description,
      },
      empty: "None yet: heliograph endpoints create https://example.com/hooks",
    });
  },
};
