import type { Command } from "../../command.ts";
import { catalogue } from "../../lib/names.ts";
import { showTable } from "../../lib/show.ts";

export const catalogueList: Command = {
  name: "catalogue list",
  summary: "List the events, in the order in which a deal meets them",
  answers: "{data: [{type, label, trigger, audience}], next: null}",
  examples: ["catalogue list", "catalogue list --json | jq -r '.data[].type'"],
  async run(context) {
    const { eventTypes, eventDefinition } = await catalogue();
    const data = eventTypes.map((type) => {
      const { label, trigger, audience } = eventDefinition(type);
      return { type, label, trigger, audience };
    });
    if (context.isJson) return context.terminal.out(JSON.stringify({ data, next: null }));
    showTable(context, data, {
      type: (each) => each.type,
      label: (each) => each.label,
      "who gets it": (each) => each.audience.join(", "),
    });
  },
};
