import type { Command, Context } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { catalogue, requireEventType } from "../../lib/names.ts";
import { collect, oneLine, showRecord } from "../../lib/show.ts";

export const endpointsTest: Command = {
  name: "endpoints test",
  summary: "Send an endpoint an example now",
  description:
    "The worked example of an event, signed as any delivery, sent once. It is no fact: its sequence is 0. The endpoint may be left out where there is only one.",
  arguments: [{ name: "endpoint", about: "its id", isOptional: true }],
  options: [
    {
      flags: "--event <event>",
      about: "which one; the first that it gets unless told",
      completes: "events",
    },
  ],
  answers: "the attempt",
  examples: ["endpoints test", "endpoints test end_… --event new_install"],
  async run(context, given) {
    const client = context.client();
    const id = given.optionalWord(0) ?? (await onlyEndpoint(context));
    const named = given.text("event");
    const type = named === undefined ? await firstOf(context, id) : await requireEventType(named);
    const attempt = await client.endpoints.test({ id, type });
    if (context.isJson) showRecord(context, attempt);
    else {
      const { status_code, error, duration_ms, outcome } = attempt;
      context.terminal.out(
        `${type}  ${outcome}  ${status_code ?? error ?? ""}  ${Math.round(duration_ms)} ms`,
      );
      if (attempt.response_snippet !== "") context.terminal.out(oneLine(attempt.response_snippet));
    }
    if (attempt.outcome !== "delivered")
      throw new Failure("failed", "The receiver did not take it");
  },
};

async function onlyEndpoint(context: Context): Promise<string> {
  const all = await collect(context.client().endpoints.listAll());
  const [only, ...others] = all;
  if (!only) {
    throw new Failure(
      "not_found",
      "There is no endpoint",
      "heliograph endpoints create https://example.com/hooks",
    );
  }
  if (others.length === 0) return only.id;
  throw new Failure(
    "usage",
    "Which endpoint?",
    all.map(({ id, url }) => `${id}  ${url}`).join("\n  "),
  );
}

async function firstOf(context: Context, id: string) {
  const { events } = await context.client().endpoints.get({ id });
  const { eventTypes, isEventType } = await catalogue();
  const first = events?.find(isEventType) ?? eventTypes[0];
  if (first === undefined) throw new Failure("failed", "The catalogue is empty");
  return first;
}
