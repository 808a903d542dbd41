import type { EventEnvelope } from "../../../contract/catalogue.ts";
import type { DeliveryView } from "../../../contract/resources/view.ts";
import type { Command, Context } from "../../command.ts";
import { glyphOf, wordOf } from "../../lib/glyphs.ts";
import { collect, oneLine, shortTime } from "../../lib/show.ts";
import { deliveriesOf } from "../deliveries/list.ts";

export const dealsTimeline: Command = {
  name: "deals timeline",
  summary: "Draw a deal: each event, and what became of it at each endpoint",
  description:
    "A line that is closed was delivered, one with a hop is retried, an open one was given up. Endpoints whose filter leaves an event out have no line.",
  arguments: [{ name: "deal", about: "its id" }],
  answers: "{deal, data: [{event, deliveries}]}",
  examples: ["deals timeline srv_…", "deals timeline srv_… --json | jq '.data[].event.type'"],
  async run(context, given) {
    const client = context.client();
    const deal = await client.surveys.get({ id: given.word(0) });
    const { customer_id } = deal;
    const all = await collect(client.events.listAll({ after: 0, customer_id }));
    const events = all.filter((event) => isOf(event, deal.id));
    const deliveries = await deliveriesFor(context, events, customer_id);
    const data = events.map((event) => ({ event, deliveries: deliveries.get(event.id) ?? [] }));
    if (context.isJson) return context.terminal.out(JSON.stringify({ deal, data }));
    const endpoints = await collect(client.endpoints.listAll());
    const nameOf = new Map(endpoints.map(({ id, url, description }) => [id, description ?? url]));
    for (const line of linesOf(data, nameOf, context)) context.terminal.out(line);
  },
};

/** What was before the deal belongs to its story: the customer, the appointments. */
export function isOf({ data }: EventEnvelope, dealId: string): boolean {
  return !("survey" in data) || data.survey === null || data.survey.id === dealId;
}

async function deliveriesFor(
  context: Context,
  events: readonly EventEnvelope[],
  customer_id: string,
) {
  const byEvent = new Map<string, DeliveryView[]>();
  const [first, last] = [events.at(0), events.at(-1)];
  if (!first || !last) return byEvent;
  const range = { from: first.sequence, to: last.sequence, customer_id };
  for (const each of await deliveriesOf(context.client(), range)) {
    byEvent.set(each.event_id, [...(byEvent.get(each.event_id) ?? []), each]);
  }
  return byEvent;
}

function* linesOf(
  data: readonly { readonly event: EventEnvelope; readonly deliveries: readonly DeliveryView[] }[],
  nameOf: ReadonlyMap<string, string>,
  { terminal: { colors } }: Context,
): Generator<string> {
  const width = Math.max(...data.map(({ event }) => event.type.length));
  for (const [index, { event, deliveries }] of data.entries()) {
    const told = deliveries.filter(
      ({ state }) => state !== "not_subscribed" && state !== "before_start",
    );
    const rail = index === data.length - 1 ? "╰" : "├";
    const [first, ...rest] = told;
    const head = `${colors.faint(shortTime(event.timestamp))}  ${rail}─ ${event.type.padEnd(width)} `;
    yield `${head}${first ? branch(first) : colors.faint("─┤")}`;
    const indent = `${" ".repeat(shortTime(event.timestamp).length)}  ${index === data.length - 1 ? " " : "│"}  ${" ".repeat(width)} `;
    for (const each of rest) yield `${indent}${branch(each)}`;
  }

  function branch({ endpoint_id, state, attempts, last_status_code }: DeliveryView): string {
    const name = oneLine(nameOf.get(endpoint_id) ?? endpoint_id);
    const note =
      attempts === 0 || (state === "delivered" && attempts === 1)
        ? ""
        : `, ${attempts} attempts${last_status_code === null ? "" : `, last ${last_status_code}`}`;
    return `${glyphOf(state, colors)} ${name} ${colors.faint(`${wordOf(state)}${note}`)}`;
  }
}
