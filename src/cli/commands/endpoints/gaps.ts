import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { showTable } from "../../lib/show.ts";

/** How many stretches the ribbon has. */
const parts = 48;

/** How far back the service tells an endpoint's history. */
const hoursAtMost = 168;

export const endpointsGaps: Command = {
  name: "endpoints gaps",
  summary: "Account for what an endpoint was to get",
  description:
    "Every matching event of the range is delivered, skipped, waiting or dead. The ribbon shows the last hours: ▇ all delivered, ▃ some, ▁ none, · nothing to deliver. What is no longer kept is not accounted for: the range that is shown begins after it. Ends with 5 when events are missing.",
  arguments: [{ name: "endpoint", about: "its id" }],
  options: [
    { flags: "--from <sequence>", about: "first position (0)" },
    { flags: "--to <sequence>", about: "last position; the head of the feed unless told" },
    { flags: "--hours <hours>", about: `how far back the ribbon goes (24), up to ${hoursAtMost}` },
  ],
  answers: "{from, to, matching, delivered, skipped, waiting, dead, not_delivered}",
  examples: ["endpoints gaps end_…", "endpoints gaps end_… --from 1200 --json"],
  async run(context, given) {
    const { from, to } = given.range(0);
    const hours = given.number("hours", { from: 1, to: hoursAtMost }) ?? 24;
    const { terminal } = context;
    const client = context.client();
    const id = given.word(0);
    const account = await client.endpoints.reconcile({
      id,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
    if (context.isJson) terminal.out(JSON.stringify(account));
    else {
      const { data } = await client.endpointHistories.get({ id, hours, parts });
      terminal.out(`${data.map(barOf).join("")}  last ${hours} h`);
      const { matching, delivered, skipped, waiting, dead } = account;
      if (account.from > Math.max(1, from ?? 0))
        terminal.out(`What came before position ${account.from} is no longer kept.`);
      terminal.out(
        `${account.from} to ${account.to}: ${matching} matching, ${delivered} delivered, ${skipped} skipped, ${waiting} waiting, ${dead} dead`,
      );
      if (account.not_delivered.length > 0) {
        showTable(context, account.not_delivered, {
          sequence: (each) => each.sequence,
          state: (each) => each.state,
          type: (each) => each.type,
          event: (each) => each.event_id,
        });
      }
    }
    const missing = account.waiting + account.dead;
    if (missing > 0)
      throw new Failure(
        "not_met",
        `${missing} events are missing`,
        `heliograph endpoints lag ${id}`,
      );
  },
};

function barOf({ events, delivered }: { readonly events: number; readonly delivered: number }) {
  if (events === 0) return "·";
  if (delivered >= events) return "▇";
  return delivered === 0 ? "▁" : "▃";
}
