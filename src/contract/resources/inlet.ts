import { z } from "zod";
import { flag, id, instant, text } from "../fields.ts";
import { recognisedFields } from "../inbound.ts";
import { defineResource } from "../resource.ts";

/** An address for what another system sends. Its token is shown once and kept as a hash only. */
export const Inlet = defineResource(
  {
    name: "inlet",
    table: "inlets",
    prefix: "inl",
    summary: "An address that takes what another system sends and puts it into the feed.",
    parties: ["sales_org", "epc"],
  },
  {
    organization_id: id("org", "Whose feed it fills."),
    name: text(100, { description: "What it is for.", example: "Enerflo" }),
    token_hint: text(20, {
      description: "Enough of the token to tell it from others.",
      example: "hi_Zx8q…",
    }),
    drop_doubles: flag({
      description:
        "Whether what only says again what just came is kept out of the feed. It is recorded all the same and can be released.",
      example: true,
    }),
    window_seconds: z.int().min(1).max(3600).meta({
      description: "How long after a delivery another one may be a double of it.",
      unit: "seconds",
      example: 90,
    }),
    rate_limit_per_second: z.int().min(1).max(10_000).meta({
      description:
        "Deliveries a second that each node takes, twice as many at once after a rest; what comes above gets 429 with `Retry-After`.",
      unit: "deliveries per second",
      example: 300,
    }),
  },
);
export type Inlet = z.infer<typeof Inlet>;

/** What became of a delivery that an inlet took. */
export const ReceiptOutcome = z.enum(["appended", "unrecognised", "double", "near_empty"]).meta({
  id: "ReceiptOutcome",
  description:
    "`appended`: in the feed. `unrecognised`: in the feed, though it names no event. `double`: kept out, since it only says again what just came. `near_empty`: kept out, since it says nothing. What is kept out can be released.",
  example: "appended",
});
export type ReceiptOutcome = z.infer<typeof ReceiptOutcome>;

/** One delivery that an inlet took. Its body is read by itself. */
export const Receipt = z
  .object({
    id: id("rcv", "Id of the delivery."),
    inlet_id: id("inl", "The inlet that took it."),
    received_at: instant({ description: "When it came.", example: "2026-03-10T15:47:29.120Z" }),
    outcome: ReceiptOutcome,
    doubles_event_id: id("evt", "The event that it says over again.").nullable(),
    ...recognisedFields,
    bytes: z
      .int()
      .nonnegative()
      .meta({ description: "Length of the body.", unit: "bytes", example: 642 }),
    sha256: z.string().meta({
      description: "SHA-256 of the body, as hexadecimal.",
      example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }),
    event_id: id("evt", "Its event in the feed; null while it is kept out.").nullable(),
    released_at: instant({
      description: "When it was put into the feed although it had been kept out.",
      example: "2026-03-10T16:00:00.000Z",
    }).nullable(),
  })
  .meta({ id: "Receipt", description: "One delivery that an inlet took." });
export type Receipt = z.infer<typeof Receipt>;
