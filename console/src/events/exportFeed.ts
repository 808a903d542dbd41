import { api } from "../api.ts";
import { save } from "../ui/save.ts";
import type { EventFilter } from "./read.ts";

/** Saves the events that a filter lets through as NDJSON, oldest first, exactly as deliveries carry them. */
export async function exportFeed({ type, customer }: EventFilter): Promise<void> {
  const events: object[] = [];
  for (let after = 0; ;) {
    const page = await api.events.list({
      after,
      limit: 200,
      ...(type !== undefined && { type }),
      ...(customer !== undefined && { customer_id: customer }),
    });
    events.push(...page.data);
    if (page.next === null) break;
    after = Number(page.next);
  }
  saveEvents(events);
}

/** Saves events as NDJSON, in the order given. */
export function saveEvents(events: readonly object[]): void {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`);
  save(new Blob(lines, { type: "application/x-ndjson" }), "events.ndjson");
}
