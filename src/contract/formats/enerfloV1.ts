import type { EventType } from "../catalogue.ts";
import { agreementShapes } from "./enerfloV1/agreements.ts";
import { customerShapes } from "./enerfloV1/customers.ts";
import { installShapes } from "./enerfloV1/installs.ts";
import type { Shape, Shapes } from "./enerfloV1/shape.ts";
import { surveyShapes } from "./enerfloV1/surveys.ts";
import { visibleData, type FactEntry } from "./entry.ts";

/** Every event has a shape, so a new one does not compile until someone decides what it looks like here. */
const shapes: Shapes<EventType> = {
  ...customerShapes,
  ...surveyShapes,
  ...agreementShapes,
  ...installShapes,
};

/**
 * Body of a delivery in the compact form of Enerflo 1.0, for receivers that were written for it: the event's name in
 * `webhook_event` at the root, integer ids (our `number`s), times in UTC without zone, money in dollars.
 *
 * - What Heliograph has no value for is null; an object that is always sent is sent with null in it. An unknown
 *   `lead_source` is the empty text, an unassigned design request has the empty object as `assignee`.
 * - A text that the old form calls a hash is our id of the record.
 * - `external_id` is the id in the system named `external_id`, else that in the only system there is.
 *
 * @throws {Error} when the entry has no role.
 */
export function enerfloV1Body(entry: FactEntry): Record<string, unknown> {
  return { webhook_event: entry.type, ...shaped(entry.type, entry) };
}

const shaped = <T extends EventType>(type: T, entry: FactEntry): ReturnType<Shape<T>> =>
  shapes[type](visibleData(type, entry), entry.actor);
