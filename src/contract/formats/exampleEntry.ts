import { eventExample, type EventType } from "../catalogue.ts";
import type { Party } from "../meta.ts";
import type { FactEntry } from "./entry.ts";

/** The worked example of an event as an entry of `role`'s feed, so that every format can show what it makes of it. */
export function exampleEntry(type: EventType, role: Party): FactEntry {
  const { id, data, changes, role: seen, ...fields } = eventExample(type, role);
  return {
    ...(fields as Omit<FactEntry, "event_id" | "roles" | "data" | "changes">),
    event_id: String(id),
    type,
    roles: [seen as Party],
    data: JSON.stringify(data),
    changes: changes === undefined ? null : JSON.stringify(changes),
  };
}
