import { z } from "zod";
import { count, flag, id, instant, orderKey, sequence, text } from "../fields.ts";
import { defineResource } from "../resource.ts";
import { sendingFields } from "./sending.ts";

/** What a delivery's body looks like. */
export const Format = z.enum(["heliograph", "enerflo_v1", "cloudevents"]).meta({
  id: "Format",
  description:
    "Shape of the body: our own, the compact one of Enerflo 1.0, or CloudEvents 1.0 in structured mode.",
  example: "heliograph",
});
export type Format = z.infer<typeof Format>;

export const EndpointState = z.enum(["active", "backing_off", "paused", "disabled"]).meta({
  id: "EndpointState",
  description:
    "`active`: delivering. `backing_off`: the receiver is down, one probe per step. `paused`: by its owner. `disabled`: the receiver answered 410, or failed for five days. Nothing is lost in any of them.",
  example: "active",
});
export type EndpointState = z.infer<typeof EndpointState>;

/** What becomes of a customer's later events when one fails. */
export const OnFailure = z.enum(["hold", "skip"]).meta({
  id: "OnFailure",
  description:
    "`hold`: a customer's later events wait behind a failed one, in order. `skip`: only the failed event waits for its next attempt; the later ones go on, so that it may arrive after them.",
  example: "hold",
});
export type OnFailure = z.infer<typeof OnFailure>;

/** An event name is checked against the catalogue where the schema is used; the resource only stores it. */
export const Endpoint = defineResource(
  {
    name: "endpoint",
    table: "endpoints",
    prefix: "end",
    summary: "A receiver's URL with its filter, format and secret, and a cursor on the feed.",
    parties: ["sales_org", "epc"],
  },
  {
    organization_id: id("org", "Whose feed it reads."),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .meta({
        description: "Where deliveries are sent. https, or http to addresses the operator allows.",
        example: "https://example.com/hooks/solar",
      }),
    events: z
      .array(z.string())
      .max(64)
      .meta({
        description:
          "Event types it gets; null for all of the flow, also those of later versions. `inbound`, what inlets took, is got only where it is named.",
        example: ["new_install", "update_install"],
      })
      .nullable(),
    format: Format,
    description: text(500, {
      description: "What it is for.",
      example: "CRM of the installer",
    }).nullable(),
    state: EndpointState,
    state_reason: text(1000, {
      description: "Why it is not active.",
      example: "503 Service Unavailable",
    }).nullable(),
    state_since: instant({
      description: "Since when it is in this state.",
      example: "2026-03-02T15:04:05.120Z",
    }),
    cursor: sequence({
      description: "Every matching entry up to here is settled or waits in a lane.",
      example: 1283,
    }),
    max_concurrency: z.int().min(1).max(100).meta({
      description: "Most deliveries at once; one customer is always one at a time.",
      unit: "count",
      example: 10,
    }),
    rate_limit_per_second: z
      .int()
      .min(1)
      .max(1000)
      .meta({
        description: "Most deliveries in a second; null for any number.",
        unit: "deliveries per second",
        example: 50,
      })
      .nullable(),
    on_failure: OnFailure,
    ...sendingFields,
  },
);
export type Endpoint = z.infer<typeof Endpoint>;

/** What came of one attempt. `event` and `endpoint` say whose failure it was judged to be. */
export const AttemptOutcome = z
  .enum(["delivered", "failed_event", "failed_endpoint", "gone"])
  .meta({ id: "AttemptOutcome", description: "What came of the attempt.", example: "delivered" });
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

export const Attempt = z
  .object({
    id: id("att", "Id of the attempt."),
    endpoint_id: id("end", "The endpoint."),
    event_id: id("evt", "The event."),
    event_type: text(64, { description: "Type of the event.", example: "new_install" }),
    sequence: sequence({
      description: "The event's position in the feed; 0 for a test.",
      example: 1284,
    }),
    customer_id: orderKey("The customer.").nullable(),
    attempt: count({
      description: "1 for the first attempt of this event at this endpoint.",
      example: 1,
    }),
    kind: z
      .enum(["delivery", "probe", "resend", "replay", "test"])
      .meta({ description: "What made the attempt.", example: "delivery" }),
    outcome: AttemptOutcome,
    status_code: z.int().nullable().meta({
      description: "HTTP status; null when no answer came.",
      unit: "HTTP status",
      example: 200,
    }),
    error: text(64, {
      description: "Why no answer came, as a code.",
      example: "timeout",
    }).nullable(),
    response_snippet: z.string().meta({
      description:
        "Start of the answer's body as printable text, at most 2 KiB, secrets replaced by `[cut]`.",
      example: "",
    }),
    duration_ms: z
      .number()
      .meta({ description: "Time of the whole exchange.", unit: "ms", example: 41.2 }),
    attempted_at: instant({
      description: "When it was made.",
      example: "2026-03-10T15:47:29.160Z",
    }),
  })
  .meta({ id: "Attempt", description: "One POST to one endpoint." });
export type Attempt = z.infer<typeof Attempt>;

export const Lane = z
  .object({
    customer_id: orderKey("The customer whose events wait."),
    head_event_id: id("evt", "The event that failed."),
    head_event_type: text(64, { description: "Its type.", example: "update_install" }),
    head_sequence: sequence({ description: "Its position in the feed.", example: 1284 }),
    attempts: count({ description: "Attempts made on it.", example: 3 }),
    waiting: count({
      description: "Events of this customer that wait, the head included.",
      example: 2,
    }),
    next_attempt_at: instant({
      description: "When the head is tried next.",
      example: "2026-03-10T15:57:29.160Z",
    }),
  })
  .meta({ id: "Lane", description: "A customer's events that wait behind a failed one." });

export const DeadEvent = z
  .object({
    event_id: id("evt", "The event."),
    event_type: text(64, { description: "Its type.", example: "update_install" }),
    sequence: sequence({ description: "Its position in the feed.", example: 1284 }),
    customer_id: orderKey("The customer."),
    attempts: count({ description: "Attempts made.", example: 10 }),
    last_error: text(500, { description: "What the last attempt got.", example: "422" }),
    dead_at: instant({
      description: "When it was given up.",
      example: "2026-03-13T15:47:29.160Z",
    }),
  })
  .meta({ id: "DeadEvent", description: "An event whose retry schedule is exhausted." });

export const EndpointStatus = z
  .object({
    endpoint_id: id("end", "The endpoint."),
    state: EndpointState,
    state_reason: text(1000, { description: "Why it is not active.", example: "503" }).nullable(),
    feed_head: sequence({ description: "Newest position of the feed.", example: 1290 }),
    cursor: sequence({ description: "The endpoint's cursor.", example: 1284 }),
    behind_by: count({ description: "Matching events that are not settled.", example: 6 }),
    oldest_waiting_at: instant({
      description: "Time of the oldest event that is not settled.",
      example: "2026-03-10T15:47:29.160Z",
    }).nullable(),
    next_probe_at: instant({
      description: "When a receiver that is down is tried next.",
      example: "2026-03-10T15:48:29.160Z",
    }).nullable(),
    concurrency: count({
      description:
        "Deliveries at once that the receiver is given: at most what the owner allows, fewer while it answers slowly or with 5xx, 1 while it is down.",
      example: 10,
    }),
    in_flight: flag({ description: "A node is serving it now.", example: true }),
    lanes: z.array(Lane).meta({ description: "Customers whose events wait behind a failed one." }),
    dead: z.array(DeadEvent).meta({ description: "Events that were given up." }),
  })
  .meta({ id: "EndpointStatus", description: "How an endpoint is doing." });
export type EndpointStatus = z.infer<typeof EndpointStatus>;
