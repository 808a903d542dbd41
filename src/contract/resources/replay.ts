import { z } from "zod";
import { id, instant, orderKey, sequence } from "../fields.ts";

/** Events are counted without an upper bound: a feed may hold any number. */
export const eventCount = (description: string, example: number) =>
  z.int().nonnegative().meta({ description, unit: "count", example });

export const ReplayState = z.enum(["running", "done", "cancelled"]).meta({
  id: "ReplayState",
  description:
    "`running`: sends, or waits until the endpoint may be sent to. `done`: nothing of it waits any more. `cancelled`: by its owner.",
  example: "running",
});

export const Replay = z
  .object({
    id: id("rpl", "Id of the replay."),
    endpoint_id: id("end", "The endpoint."),
    from: sequence({ description: "First position.", example: 1 }),
    to: sequence({
      description: "Last position; lowered when the owner moves the cursor back before it.",
      example: 1284,
    }),
    types: z
      .array(z.string())
      .nullable()
      .meta({ description: "Only these event types; null for all.", example: ["new_install"] }),
    customer_id: orderKey("Only this customer's events; null for all.").nullable(),
    matched: eventCount("Events that matched when it was asked for.", 1200),
    queued: eventCount("Those of them to be sent; the others were on their way anyway.", 1190),
    sent: eventCount("Those that the receiver took, or that were given up.", 700),
    remaining: eventCount("Those that are not sent.", 490),
    state: ReplayState,
    created_at: instant({
      description: "When it was asked for.",
      example: "2026-03-10T15:47:29.120Z",
    }),
    ended_at: instant({
      description: "When it was done or cancelled.",
      example: "2026-03-10T15:52:10.500Z",
    }).nullable(),
  })
  .meta({ id: "Replay", description: "A range of the feed that is sent again." });
export type Replay = z.infer<typeof Replay>;
