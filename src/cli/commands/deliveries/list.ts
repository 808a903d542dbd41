import type { DeliveryView } from "../../../contract/resources/view.ts";
import type { Client } from "../../../sdk/index.ts";
import type { Command } from "../../command.ts";
import { wordOf } from "../../lib/glyphs.ts";
import { showTable } from "../../lib/show.ts";

/** How many entries of the feed the service tells at once. */
const range = 200;

export const deliveriesList: Command = {
  name: "deliveries list",
  summary: "List where the events of a range stand at each endpoint",
  description: `The last ${range} events unless told.`,
  options: [
    { flags: "--from <sequence>", about: "first position" },
    { flags: "--to <sequence>", about: "last position" },
    { flags: "--customer <id>", about: "only this customer's events" },
    { flags: "--state <states>", about: "only those that stand so: dead,retrying" },
  ],
  answers: "{from, to, data: [delivery]}",
  examples: [
    "deliveries list --state dead,retrying",
    "deliveries list --from 1200 --to 1284 --json",
  ],
  async run(context, given) {
    const asked = given.range(1);
    // The contract is big: only who needs it waits for it.
    const { DeliveryState } = await import("../../../contract/resources/explanation.ts");
    const states = given.choices("state", DeliveryState.options);
    const client = context.client();
    const to = asked.to ?? (await client.events.count()).head;
    const from = asked.from ?? Math.max(1, to - range + 1);
    const customer_id = given.text("customer");
    const all = await deliveriesOf(client, {
      from,
      to,
      ...(customer_id !== undefined && { customer_id }),
    });
    const data = states ? all.filter(({ state }) => states.includes(state)) : all;
    if (context.isJson) return context.terminal.out(JSON.stringify({ from, to, data }));
    if (data.length === 0) return context.terminal.say(`None from ${from} to ${to}`);
    showTable(context, data, {
      sequence: (each) => each.sequence,
      state: (each) => wordOf(each.state),
      attempts: (each) => each.attempts,
      endpoint: (each) => each.endpoint_id,
      event: (each) => each.event_id,
      reason: (each) => each.reason,
    });
  },
};

/** Deliveries of a range of any length. */
export async function deliveriesOf(
  client: Client,
  { from, to, ...filter }: { from: number; to: number; customer_id?: string },
): Promise<DeliveryView[]> {
  const all: DeliveryView[] = [];
  for (let first = from; first <= to; first += range) {
    const last = Math.min(to, first + range - 1);
    const { data } = await client.deliveries.get({ from: first, to: last, ...filter });
    all.push(...data);
  }
  return all;
}
