import type { CallInput } from "../../../sdk/client.ts";
import type { Command } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { bodyOf, bodyOptions } from "../../lib/input.ts";
import { requireEventTypes } from "../../lib/names.ts";
import { showRecord } from "../../lib/show.ts";

export const endpointsUpdate: Command = {
  name: "endpoints update",
  summary: "Change an endpoint",
  arguments: [{ name: "endpoint", about: "its id" }],
  options: [
    { flags: "--to-url <url>", about: "another URL" },
    {
      flags: "--events <names>",
      about: "only these, separated by commas; `all` for all",
      completes: "events",
    },
    ...bodyOptions,
  ],
  answers: "the endpoint",
  examples: [
    "endpoints update end_… --events all",
    "endpoints update end_… --set rate_limit_per_second=50 --set on_failure=skip",
  ],
  async run(context, given) {
    const names = given.list("events");
    const url = given.text("toUrl");
    const events = names?.join() === "all" ? null : names && (await requireEventTypes(names));
    const body = {
      ...(await bodyOf(context, given)),
      ...(url !== undefined && { url }),
      ...(events !== undefined && { events }),
    };
    if (Object.keys(body).length === 0) throw new Failure("usage", "There is nothing to change");
    const input = { ...body, id: given.word(0) } as CallInput<"updateEndpoint">;
    showRecord(context, await context.client().endpoints.update(input));
  },
};
