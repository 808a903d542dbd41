import type { Context } from "../command.ts";
import type { Attempted, Body } from "./forward.ts";
import { oneLine } from "./show.ts";
import { whose, type FeedEvent } from "./whose.ts";

/** How `listen` shows what it hears. `live` adds a line of counts that is written anew. */
export const outputs = ["live", "lines", "json", "quiet"] as const;

/** Shows what `listen` hears, and counts it. */
export function createReport({ terminal }: Context, output: (typeof outputs)[number]) {
  const { colors } = terminal;
  const count = { events: 0, delivered: 0, failed: 0, last_sequence: null as number | null };
  const json = (line: object) => terminal.out(JSON.stringify(line));
  const isWords = output === "live" || output === "lines";
  const progress = () => {
    if (output !== "live") return;
    terminal.progress(
      `${count.events} events, ${count.delivered} delivered, ${count.failed} failed. Ctrl C ends it`,
    );
  };
  return {
    /** Came by, wanted or not. */
    passed({ sequence }: FeedEvent) {
      count.last_sequence = sequence;
    },
    event(event: FeedEvent) {
      count.events += 1;
      if (output === "json") json({ kind: "event", event });
      if (isWords) terminal.out(lineOf(event));
      progress();
    },
    attempt(body: Body, { isDelivered, ...attempted }: Attempted) {
      if (output === "json") json({ kind: "attempt", event_id: body.id, ...attempted });
      if (!isWords) return;
      const { status, error, duration_ms, attempt } = attempted;
      const drawn = isDelivered ? colors.good("───●") : colors.late("─╱ ○");
      const said = isDelivered || attempt === 1 ? "" : `, attempt ${attempt}`;
      terminal.out(`      ${drawn} ${status ?? oneLine(error ?? "")}  ${duration_ms} ms${said}`);
      progress();
    },
    settled(isTaken: boolean) {
      count[isTaken ? "delivered" : "failed"] += 1;
      progress();
    },
    summary() {
      terminal.progress(null);
      if (output === "json") json({ kind: "summary", ...count });
      if (isWords) {
        terminal.say(
          `${count.events} events, ${count.delivered} delivered, ${count.failed} failed`,
        );
      }
      if (count.last_sequence !== null && output !== "quiet") {
        terminal.say(`To go on from here: --after ${count.last_sequence}`);
      }
    },
  };
}

function lineOf(event: FeedEvent): string {
  const { sequence, timestamp, type } = event;
  const time = timestamp.slice(11, 19);
  return `${String(sequence).padStart(6)} ${time} ${type.padEnd(32)} ${oneLine(whose(event))}`;
}
