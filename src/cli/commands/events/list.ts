import type { FeedEvent } from "../../lib/whose.ts";
import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { requireEventType } from "../../lib/names.ts";
import { listOptions, showList } from "../../lib/show.ts";
import { eventColumns } from "./columns.ts";

export const eventsList: Command = {
  name: "events list",
  summary: "List events of the organization's feed",
  description: "Newest first; with --after oldest first, from after that position.",
  options: [
    ...listOptions.filter(({ flags }) => !flags.startsWith("--after")),
    { flags: "--before <sequence>", about: "before this position, newest first" },
    { flags: "--after <sequence>", about: "after this position, oldest first" },
    { flags: "--type <event>", about: "only these", completes: "events" },
    { flags: "--customer <id>", about: "only this customer's" },
  ],
  answers: "{data: [event], next}",
  examples: ["events list --type new_install", "events list --customer cus_… --all --json"],
  async run(context, given) {
    const client = context.client();
    const type = given.text("type");
    const customer_id = given.text("customer");
    const [before, after] = [given.number("before"), given.number("after")];
    if (before !== undefined && after !== undefined) {
      throw new Failure("usage", "--before and --after are two ways to read; give one of them");
    }
    // Beyond any position there is: from the end.
    const from = after === undefined ? { before: before ?? Number.MAX_SAFE_INTEGER } : { after };
    const filter = {
      ...(type !== undefined && { type: await requireEventType(type) }),
      ...(customer_id !== undefined && { customer_id }),
    };
    await showList(context, given, {
      async page({ limit }) {
        const page = await client.events.list({
          ...from,
          ...filter,
          ...(limit !== undefined && { limit }),
        });
        // The pull API names the type loosely; these are the bodies of deliveries.
        return { data: page.data as unknown as FeedEvent[], next: page.next };
      },
      all: () => client.events.listAll({ ...from, ...filter }),
      columns: eventColumns,
      goesOnBy: after === undefined ? "--before" : "--after",
      empty: "No events. Make one: heliograph trigger new_customer",
    });
  },
};
