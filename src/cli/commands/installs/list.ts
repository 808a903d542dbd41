import type { Command } from "../../command.ts";
import { listOptions, showList } from "../../lib/show.ts";

export const installsList: Command = {
  name: "installs list",
  summary: "List installs",
  options: [
    ...listOptions,
    { flags: "--customer <id>", about: "only this customer's" },
    { flags: "--deal <id>", about: "only this deal's" },
  ],
  answers: "{data: [install], next}",
  examples: ["installs list", "installs list --customer cus_… --json"],
  async run(context, given) {
    const { installs } = context.client();
    const [customer_id, survey_id] = [given.text("customer"), given.text("deal")];
    const filter = {
      ...(customer_id !== undefined && { customer_id }),
      ...(survey_id !== undefined && { survey_id }),
    };
    await showList(context, given, {
      page: (asked) => installs.list({ ...filter, ...asked }),
      all: () => installs.listAll(filter),
      columns: {
        id: (each) => each.id,
        status: (each) => each.status,
        stage: (each) => each.stage,
        kw: (each) => each.system_size_dc_kw,
        pto: (each) => each.pto_on,
        deal: (each) => each.survey_id,
      },
      empty: "No installs",
    });
  },
};
