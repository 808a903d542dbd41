import type { Command, Context } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { isSettled, wordOf } from "../lib/glyphs.ts";

export const resend: Command = {
  name: "resend",
  summary: "Send an event again",
  description:
    "To one endpoint, or to each at which it is settled and was not left out by the filter. Its id stays the same, so a receiver that remembers ids does nothing twice.",
  arguments: [{ name: "event", about: "its id" }],
  options: [{ flags: "--to <endpoint>", about: "only this endpoint, whatever its filter says" }],
  answers: "{data: [delivery]}",
  examples: ["resend evt_…", "resend evt_… --to end_…"],
  async run(context, given) {
    const client = context.client();
    const event_id = given.word(0);
    const to = given.text("to");
    const endpoints = to === undefined ? await takersOf(context, event_id) : [to];
    const data = [];
    for (const id of endpoints) data.push(await client.endpointEvents.resend({ id, event_id }));
    if (context.isJson) return context.terminal.out(JSON.stringify({ data }));
    for (const { endpoint_id, url, state } of data) {
      context.terminal.out(`${endpoint_id}  ${url}  ${wordOf(state)}`);
    }
  },
};

/** Endpoints that had it and are done with it. */
async function takersOf(context: Context, eventId: string): Promise<string[]> {
  const { data } = await context.client().eventDeliveries.get({ id: eventId });
  const left = new Set(["not_subscribed", "before_start"]);
  const takers = data.filter(({ state }) => isSettled(state) && !left.has(state));
  if (takers.length > 0) return takers.map(({ endpoint_id }) => endpoint_id);
  throw new Failure(
    "not_met",
    "No endpoint is done with this event",
    "`heliograph deliveries get` shows where it stands; --to sends it to one that the filter leaves out",
  );
}
