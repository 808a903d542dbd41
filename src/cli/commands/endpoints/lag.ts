import type { Command } from "../../command.ts";
import { shortTime, showTable } from "../../lib/show.ts";

export const endpointsLag: Command = {
  name: "endpoints lag",
  summary: "Show how far an endpoint is behind, and behind what",
  arguments: [{ name: "endpoint", about: "its id" }],
  answers: "{state, behind_by, oldest_waiting_at, concurrency, lanes, dead, …}",
  examples: ["endpoints lag end_…", "endpoints lag end_… --json | jq .behind_by"],
  async run(context, given) {
    const { terminal } = context;
    const status = await context.client().endpointStatus.get({ id: given.word(0) });
    if (context.isJson) return terminal.out(JSON.stringify(status));
    const since =
      status.oldest_waiting_at === null
        ? ""
        : `, the oldest since ${shortTime(status.oldest_waiting_at)}`;
    terminal.out(`${status.state}  behind by ${status.behind_by}${since}`);
    if (status.state_reason !== null) terminal.out(status.state_reason);
    terminal.out(
      `cursor ${status.cursor} of ${status.feed_head}, up to ${status.concurrency} at once`,
    );
    if (status.lanes.length > 0) {
      terminal.out("Waiting behind a failure:");
      showTable(context, status.lanes, {
        customer: (lane) => lane.customer_id,
        waiting: (lane) => lane.waiting,
        attempts: (lane) => lane.attempts,
        "next attempt": (lane) => shortTime(lane.next_attempt_at),
        event: (lane) => lane.head_event_id,
      });
    }
    if (status.dead.length > 0) {
      terminal.out("Given up:");
      showTable(context, status.dead, {
        sequence: (event) => event.sequence,
        type: (event) => event.event_type,
        attempts: (event) => event.attempts,
        "last error": (event) => event.last_error,
        event: (event) => event.event_id,
      });
    }
  },
};
