import { api } from "../api.ts";
import { save } from "../ui/save.ts";
import type { EventFilter } from "./read.ts";

/** Saves the events that a filter lets through as NDJSON, oldest first, exactly as deliveries carry them. */
export async function exportFeed({ type, customer }: EventFilter): Promise<void> {
  const lines: string[] = [];
  for (let after = 0; ;) {
    const page = await api.events.list({
      after,
      limit: 200,
      ...(type !== undefined && { type }),
      ...(customer !== undefined && { customer_id: customer }),
    });
    lines.push(...page.data.map((event) => `${JSON.stringify(event)}\n`));
    if (page.next === null) break;
    after = Number(page.next);
  }
  save(new Blob(lines, { type: "application/x-ndjson" }), "events.ndjson");
}
