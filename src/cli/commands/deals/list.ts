import type { CallInput } from "../../../sdk/client.ts";
import type { Command } from "../../command.ts";
import { listOptions, shortTime, showList } from "../../lib/show.ts";

export const dealsList: Command = {
  name: "deals list",
  summary: "Find deals, newest first",
  options: [
    ...listOptions,
    { flags: "--q <text>", about: "part of a customer's name or street, or of the title" },
    { flags: "--stage <stage>", about: "only those at this stage" },
  ],
  answers: "{data: [deal], next}",
  examples: ["deals list --q sample", "deals list --stage design_requested --all --json"],
  async run(context, given) {
    const { surveys } = context.client();
    const [q, stage] = [given.text("q"), given.text("stage")];
    const filter = {
      ...(q !== undefined && { q }),
      ...(stage !== undefined && {
        // What is no stage, the service says.
        stage: stage as NonNullable<CallInput<"searchSurveys">["stage"]>,
      }),
    };
    await showList(context, given, {
      page: (asked) => surveys.search({ ...filter, ...asked }),
      all: () => surveys.searchAll(filter),
      columns: {
        id: (deal) => deal.id,
        stage: (deal) => deal.stage,
        customer: ({ customer }) => `${customer.first_name} ${customer.last_name}`,
        place: ({ customer }) => `${customer.city}, ${customer.state}`,
        install: (deal) => deal.install?.status,
        "last event": (deal) => deal.last_event?.type,
        at: (deal) => deal.last_event && shortTime(deal.last_event.timestamp),
      },
      empty: "No deals. Make one: heliograph trigger new_survey",
    });
  },
};
