import { z } from "zod";
import { envelopeFields, type Changes, type EventDefinition } from "./event.ts";
import { agreementEvents } from "./events/agreements.ts";
import { customerEvents } from "./events/customers.ts";
import { installEvents } from "./events/installs.ts";
import { surveyEvents } from "./events/surveys.ts";
import { exampleOf, type Party } from "./meta.ts";
import { project } from "./projection.ts";

/** The 32 facts, by name, in the order in which a deal meets them. The only list of them. */
export const events = {
  ...customerEvents,
  ...surveyEvents,
  ...agreementEvents,
  ...installEvents,
};
export type EventType = keyof typeof events;
export const eventTypes = Object.keys(events) as EventType[];

/** Whether a text is the name of an event. */
export const isEventType = (name: string): name is EventType => Object.hasOwn(events, name);

/** An event by its name, with the precise type of its data lost. */
export const eventDefinition = (type: EventType): EventDefinition => events[type];

/** What an event of this type carries in `data`. */
export type EventData<T extends EventType> = z.infer<(typeof events)[T]["data"]>;

/** Body of a delivery of one type, in our own format. */
export const envelopeOf = <T extends EventType>(type: T) =>
  z.object({
    id: envelopeFields.id,
    type: z.literal(type).meta({ description: "Name of the event.", example: type }),
    timestamp: envelopeFields.timestamp,
    schema_version: envelopeFields.schema_version,
    sequence: envelopeFields.sequence,
    customer_sequence: envelopeFields.customer_sequence,
    organization_id: envelopeFields.organization_id,
    role: envelopeFields.role,
    actor: envelopeFields.actor,
    cause: envelopeFields.cause,
    data: (events[type].data as (typeof events)[T]["data"]).meta({
      description: "What it was like when the event happened.",
    }),
    changes: envelopeFields.changes,
  });

/** A received event; narrow it by `type`. */
export type EventEnvelope = {
  [T in EventType]: Omit<z.infer<ReturnType<typeof envelopeOf<T>>>, "type" | "data"> & {
    type: T;
    data: EventData<T>;
  };
}[EventType];

/** A worked example of an event's body as `role` gets it, composed of the examples of its fields. */
export function eventExample(type: EventType, role: Party): Record<string, unknown> {
  const { data, moment, changes, audience } = eventDefinition(type);
  const { changes: _, ...envelope } = exampleOf(
    z.object({ ...envelopeFields, changes: z.literal(null) }),
  ) as Record<string, unknown>;
  const seen = audience.includes(role) ? role : audience[0];
  return {
    id: envelope["id"],
    type,
    ...envelope,
    role: seen,
    data: project(data, placed(exampleOf(data), { ...moment, ...after(changes) }), [seen ?? role]),
    ...(changes && { changes }),
  };
}

/** The values after a change, so that an example's data and its changes agree. */
const after = (changes: Changes = {}) =>
  Object.fromEntries(Object.entries(changes).map(([path, { to }]) => [path, to]));

/** An example with values put at paths. */
function placed(example: unknown, values: Readonly<Record<string, unknown>>): unknown {
  const whole = structuredClone(example);
  for (const [path, value] of Object.entries(values)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    let place = whole as Record<string, unknown>;
    for (const name of names) place = place[name] as Record<string, unknown>;
    place[last] = value;
  }
  return whole;
}
