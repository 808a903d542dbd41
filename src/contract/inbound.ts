import { z } from "zod";
import { isEventType, type EventType } from "./catalogue.ts";
import { envelopeFields } from "./event.ts";
import { id, instant, sequence, text } from "./fields.ts";
import { inboundType } from "./inboundType.ts";
import { exampleOf } from "./meta.ts";

/**
 * What another system sent and an inlet took in stands in the feed beside the facts of the flow, as events of one kind
 * more. They are not in the catalogue: what they mean is said by whoever sent them.
 */

/** Type of an entry of a feed. */
export type FeedType = EventType | typeof inboundType;

/** Whether a text is the type of an entry of a feed. */
export const isFeedType = (name: string): name is FeedType =>
  name === inboundType || isEventType(name);

/** Whether an endpoint with this filter gets entries of a type. Without a filter it gets the flow's, and those only. */
export const fitsFilter = (events: readonly string[] | null, type: FeedType): boolean =>
  events === null ? type !== inboundType : events.includes(type);

/** Version of the schema below; a new one when a receiver's code would have to change. */
export const inboundSchemaVersion = 1;

/** The system whose deliveries are understood. */
export const inboundSystem = "enerflo";

/** How a body that came in is made up. */
export const InboundShape = z.enum(["compact", "wide", "envelope", "json", "other"]).meta({
  id: "InboundShape",
  description:
    "`compact`: `webhook_event` at the root. `wide`: `eventName`, perhaps all of it in `body`. `envelope`: `event` and `payload`. `json`: other JSON. `other`: not JSON.",
  example: "compact",
});
export type InboundShape = z.infer<typeof InboundShape>;

const foreignId = (description: string, example: string) => text(200, { description, example });

/** What a delivery is about, as its sender names it. */
export const InboundEntity = z
  .object({
    kind: text(100, {
      description: "What it is: the event's name without what happened.",
      example: "customer",
    }),
    id: foreignId("Its id at the sender.", "3000001"),
  })
  .meta({ id: "InboundEntity", description: "What it is about, as its sender names it." });
export type InboundEntity = z.infer<typeof InboundEntity>;

/** What a delivery says of itself. */
export const recognisedFields = {
  vendor_event: text(100, {
    description: "The sender's name of the event; null where it names none.",
    example: "new_customer",
  }).nullable(),
  shape: InboundShape,
  entity: InboundEntity.nullable(),
  content_type: text(200, {
    description: "Its `content-type` as it came; null where none came that can be sent on.",
    example: "application/json",
  }).nullable(),
};

/** What an inbound event carries in `data`. */
export const InboundData = z
  .object({
    source: z
      .object({
        inlet_id: id("inl", "The inlet that took it."),
        inlet: text(100, { description: "Its name then.", example: "Enerflo" }),
        system: text(64, { description: "The system that sends.", example: inboundSystem }),
      })
      .meta({ description: "Where it came in." }),
    ...recognisedFields,
    subject_id: id(
      "sub",
      "Whose events keep one order: the sender's customer, or what it is about where it names none. Taken as `customer_id` where events are asked for.",
    ),
    vendor_customer_id: foreignId("Id of the customer at the sender.", "3000001").nullable(),
    received_at: instant({ description: "When it came.", example: "2026-03-10T15:47:29.120Z" }),
    body_text: z.string().nullable().meta({
      description:
        "The body exactly as it came, as text; null where it is not UTF-8 or holds control characters.",
      example: '{"webhook_event":"new_customer","id":3000001}',
      personal: true,
    }),
    body_base64: z.string().nullable().meta({
      description: "The body exactly as it came, in base64, where it is not in `body_text`.",
      example: null,
      personal: true,
    }),
  })
  .meta({ id: "InboundData", description: "What came in, and what of it was understood." });
export type InboundData = z.infer<typeof InboundData>;

const { changes: _changes, ...commonFields } = envelopeFields;

/** Body of a delivery of an inbound event, in our own format. */
export const InboundEnvelope = z.object({
  ...commonFields,
  type: z.literal(inboundType).meta({ description: "Always `inbound`.", example: inboundType }),
  customer_sequence: sequence({
    description:
      "Position among the inbound events of the same customer, or entity, of the sender: 1, 2, 3 … without holes.",
    example: 3,
  }),
  data: InboundData,
});
export type InboundEnvelope = z.infer<typeof InboundEnvelope>;

/** What an inbound event is, for people. */
export const inboundAbout = {
  label: "Inbound",
  trigger:
    "Another system sent something to an inlet, and it is no double. Only the organization of the inlet gets it, at endpoints that name `inbound`.",
};

/** A worked example of an inbound event's body. */
export function inboundExample(): InboundEnvelope {
  const { id: eventId, type, ...rest } = exampleOf(InboundEnvelope) as InboundEnvelope;
  const { source } = rest.data;
  return {
    id: eventId,
    type,
    ...rest,
    actor: { kind: "system", id: source.inlet_id, name: source.inlet },
    cause: { ...rest.cause, command: "receive_inbound" },
  };
}
