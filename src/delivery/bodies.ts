import { renderContent } from "../contract/formats/render.ts";
import type { FeedEntry } from "../contract/formats/entry.ts";
import type { Format } from "../contract/resources/delivery.ts";

/** The bodies of deliveries, as the bytes that are signed and sent. */
export interface Bodies {
  /** @throws {Error} when the entry cannot be rendered. */
  of(entry: FeedEntry, format: Format): Buffer;
}

/** Enough for the events that the endpoints of some busy organizations are about to get. */
const keptBytes = 8_000_000;

/**
 * Renders each body once for all endpoints of an organization: it is a pure function of the event, who gets it, and the
 * format.
 * @param limit bytes that are kept at most, the oldest go first; 0 keeps none.
 */
export function createBodies(limit: number = keptBytes): Bodies {
  const kept = new Map<string, Buffer>();
  let bytes = 0;

  function keep(key: string, body: Buffer): void {
    kept.set(key, body);
    bytes += body.length;
    for (const [oldest, { length }] of kept) {
      if (bytes <= limit) return;
      kept.delete(oldest);
      bytes -= length;
    }
  }

  return {
    of(entry, format) {
      const key = `${entry.organization_id} ${entry.event_id} ${format}`;
      const known = kept.get(key);
      if (known) return known;
      const content = renderContent(entry, format);
      const body = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
      keep(key, body);
      return body;
    },
  };
}
