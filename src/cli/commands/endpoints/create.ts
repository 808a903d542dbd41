import type { CallInput } from "../../../sdk/client.ts";
import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { bodyOf, bodyOptions } from "../../lib/input.ts";
import { requireEventTypes } from "../../lib/names.ts";
import { showRecord } from "../../lib/show.ts";

export const endpointsCreate: Command = {
  name: "endpoints create",
  summary: "Make an endpoint",
  description:
    "Shows its secret this once, on the standard output. Fields are those of POST /endpoints in the reference.",
  arguments: [{ name: "url", about: "where deliveries are sent" }],
  options: [
    {
      flags: "--events <names>",
      about: "only these, separated by commas; all unless told",
      completes: "events",
    },
    { flags: "--start <where>", about: "now, beginning, or a position" },
    ...bodyOptions,
  ],
  answers: "the endpoint, with its secret",
  examples: [
    "endpoints create https://example.com/hooks",
    "endpoints create https://example.com/hooks --events new_install,update_install --set format=enerflo_v1",
  ],
  async run(context, given) {
    const names = given.list("events");
    const start = given.text("start");
    const body = {
      ...(await bodyOf(context, given)),
      url: given.word(0),
      ...(names && { events: await requireEventTypes(names) }),
      ...(start !== undefined && { start: placeOf(start) }),
    };
    // What of it does not fit, the service says by name.
    const made = await context.client().endpoints.create(body as CallInput<"createEndpoint">);
    showRecord(context, made, ["id", "url", "events", "format", "state", "secret", "public_key"]);
    context.terminal.say(
      "The secret is shown this once. Send an example: heliograph endpoints test",
    );
  },
};

function placeOf(text: string): number | string {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (text === "now" || text === "beginning") return text;
  throw new Failure("usage", `--start takes now, beginning or a position, not ${text}`);
}
