import type { Command } from "../../command.ts";
import { readKept } from "../../lib/keeping.ts";
import { showTable } from "../../lib/show.ts";

export const envList: Command = {
  name: "env list",
  summary: "List kept environments",
  answers: "{data: [{name, url, current}], next: null}; keys are not shown",
  examples: ["env list"],
  async run(context) {
    const { current, environments } = await readKept(context.env);
    const data = Object.entries(environments).map(([name, { url }]) => ({
      name,
      url,
      current: name === current,
    }));
    if (context.isJson) context.terminal.out(JSON.stringify({ data, next: null }));
    else if (data.length === 0) context.terminal.say("None is kept: heliograph login");
    else {
      showTable(context, data, {
        "": (each) => (each.current ? "*" : " "),
        name: (each) => each.name,
        url: (each) => each.url,
      });
    }
  },
};
