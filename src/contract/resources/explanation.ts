import { z } from "zod";
import { count, id, instant, sequence, text } from "../fields.ts";
import { eventCount } from "./replay.ts";

/** Where one event stands at one endpoint. */
export const DeliveryState = z
  .enum(["delivered", "waiting", "retrying", "dead", "skipped", "not_subscribed", "before_start"])
  .meta({ id: "DeliveryState", description: "Where the event stands.", example: "delivered" });

/** Why it stands there. Names are public: add, never rename. */
export const DeliveryReason = z
  .enum([
    "delivered",
    "dead",
    "skipped",
    "not_subscribed",
    "before_start",
    "paused",
    "disabled",
    "receiver_down",
    "behind_event",
    "retry_scheduled",
    "being_replayed",
    "being_resent",
    "waits_turn",
  ])
  .meta({
    id: "DeliveryReason",
    description:
      "Why it stands there: `paused`, `disabled` and `receiver_down` speak of the whole endpoint, `behind_event` of an earlier event of the same customer that failed.",
    example: "delivered",
  });
export type DeliveryReason = z.infer<typeof DeliveryReason>;

/** The event of the same customer that must be settled first. */
const Blocker = z
  .object({
    event_id: id("evt", "The event."),
    type: text(64, { description: "Its type.", example: "update_install" }),
    attempts: count({ description: "Attempts made on it.", example: 3 }),
    next_attempt_at: instant({
      description: "When it is tried next, unless the endpoint must not be sent to.",
      example: "2026-03-10T15:57:29.160Z",
    }),
  })
  .meta({ id: "Blocker", description: "The event behind which another one waits." });

export const Delivery = z
  .object({
    endpoint_id: id("end", "The endpoint."),
    url: z.string().meta({ description: "Its URL.", example: "https://example.com/hooks/solar" }),
    state: DeliveryState,
    reason_code: DeliveryReason,
    reason: text(1500, {
      description: "The same in words.",
      example: "Delivered on attempt 1 at 2026-03-10T15:47:29.160Z, in 41 ms",
    }),
    since: instant({
      description:
        "Since when: the filter leaves the type out, the endpoint is paused, disabled or down, the event is dead or skipped.",
      example: "2026-03-10T15:47:29.160Z",
    }).nullable(),
    sequence: sequence({ description: "Position in the feed.", example: 1284 }),
    attempts: count({ description: "Attempts made.", example: 1 }),
    last_status_code: z
      .int()
      .nullable()
      .meta({ description: "HTTP status of the last attempt.", unit: "HTTP status", example: 200 }),
    behind: Blocker.nullable().meta({
      description: "The event of the same customer behind which it waits.",
    }),
    ahead: eventCount(
      "Matching events before it that are not settled, while it waits; counted up to 100,000.",
      0,
    ).nullable(),
    next_attempt_at: instant({
      description: "When it, or the endpoint while that is down, is tried next.",
      example: "2026-03-10T15:47:34.160Z",
    }).nullable(),
    delivered_at: instant({
      description: "When the receiver took it last.",
      example: "2026-03-10T15:47:29.160Z",
    }).nullable(),
    duration_ms: z
      .number()
      .nullable()
      .meta({ description: "How long the receiver took then.", unit: "ms", example: 41.2 }),
  })
  .meta({ id: "Delivery", description: "Where one event stands at one endpoint, and why." });
export type Delivery = z.infer<typeof Delivery>;
