import { z } from "zod";
import { sequence } from "./fields.ts";

/** Headers of every delivery. Names in lower case, as HTTP/2 has them. */
export const deliveryHeaders = z.object({
  "content-type": z
    .string()
    .meta({ description: "Media type of the body.", example: "application/json" }),
  "user-agent": z
    .string()
    .meta({ description: "Heliograph and its version.", example: "Heliograph/0.1.0" }),
  "webhook-id": z.string().meta({
    description:
      "The event's id, the same on every attempt and replay. Remember it to take every event once.",
    example: "evt_01kb8x3f5wemztqk0k6y2v9d4a",
  }),
  "webhook-timestamp": z
    .int()
    .positive()
    .meta({ description: "When it was sent.", unit: "Unix seconds", example: 1_773_157_649 }),
  "webhook-signature": z.string().meta({
    description:
      "Standard Webhooks signature: `v1,` and the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` in base64; of an endpoint that signs with ed25519 `v1a,` and the Ed25519 signature of the same. Several, separated by blanks, while a secret is being rotated.",
    example: "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
  }),
  "heliograph-attempt": z.int().positive().meta({
    description: "1 on the first attempt of this event at this endpoint.",
    unit: "count",
    example: 1,
  }),
  "heliograph-sequence": sequence({
    description: "The event's position in your feed.",
    example: 1284,
  }),
  "heliograph-previous": sequence({
    description:
      "Position of this endpoint's previous matching event, so that you see whether one is missing. Absent at the start of the chain. At the first event after months that are no longer kept it names a position that is not kept either, or is absent.",
    example: 1279,
  }).optional(),
  "heliograph-replay": z
    .string()
    .meta({ description: "Only on a delivery that was sent again on request.", example: "true" })
    .optional(),
});

/** Headers of requests to the API, beside the key. */
export const requestHeaders = z.object({
  "Idempotency-Key": z
    .string()
    .min(1)
    .max(255)
    .meta({
      description:
        "Any text of your own, one per intended change. Within 24 hours the same key with the same request replays the answer; with another request it is refused.",
      example: "3f0c9f4e-lead-20931",
    })
    .optional(),
  "If-Match": z
    .string()
    .meta({
      description:
        "`ETag` of the record as you know it; if it has changed since, nothing is done and the answer is 412. Also a list of them, or `*` for any.",
      example: '"1"',
    })
    .optional(),
  "Last-Event-ID": sequence({
    description: "Position of the last event you got; browsers send it when they come back.",
    example: 1283,
  }).optional(),
});

/** Headers of answers of the API. */
export const answerHeaders = z.object({
  ETag: z.string().meta({
    description: "Version of the record; give it as `If-Match` with a change.",
    example: '"1"',
  }),
  "Retry-After": z
    .int()
    .nonnegative()
    .meta({ description: "When to try again.", unit: "seconds", example: 2 }),
  "heliograph-request-id": z.string().meta({
    description: "Id of the request; events that it caused carry it in `cause.request_id`.",
    example: "req_01kb8x3f5wemztqk0k6y2v9d4a",
  }),
});
