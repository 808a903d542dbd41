import type { Command } from "../../command.ts";
import { listOptions, shortTime, showList } from "../../lib/show.ts";

export const attemptsList: Command = {
  name: "attempts list",
  summary: "List an endpoint's attempts, newest first",
  arguments: [{ name: "endpoint", about: "its id" }],
  options: [...listOptions, { flags: "--event <id>", about: "only attempts of this event" }],
  answers: "{data: [attempt], next}",
  examples: ["attempts list end_…", "attempts list end_… --event evt_…"],
  async run(context, given) {
    const { attempts } = context.client();
    const event = given.text("event");
    const of = { id: given.word(0), ...(event !== undefined && { event_id: event }) };
    await showList(context, given, {
      page: (asked) => attempts.list({ ...of, ...asked }),
      all: () => attempts.listAll(of),
      columns: {
        time: (each) => shortTime(each.attempted_at),
        outcome: (each) => each.outcome,
        status: (each) => each.status_code ?? each.error,
        ms: (each) => Math.round(each.duration_ms),
        attempt: (each) => each.attempt,
        kind: (each) => each.kind,
        type: (each) => each.event_type,
        event: (each) => each.event_id,
      },
      empty:
        "Nothing was sent yet. A test is enough to see whether it answers: heliograph endpoints test",
    });
  },
};
