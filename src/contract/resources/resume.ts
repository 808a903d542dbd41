import { z } from "zod";
import { instant, sequence } from "../fields.ts";
import { eventCount } from "./replay.ts";

/** From where an endpoint goes on: after a position, from an instant on, or with each customer's newest event. */
export const ResumeFrom = z
  .union(
    [
      sequence({ description: "After this position.", example: 1284 }),
      z.literal("latest"),
      instant({ description: "Since this instant.", example: "2026-03-10T15:47:29.160Z" }),
    ],
    {
      error: "Must be a position of the feed, an RFC 3339 instant of the past, or `latest`",
    },
  )
  .meta({
    description:
      "A position: what comes after it. An instant: everything since. `latest`: the newest event of each customer that waits.",
    example: "latest",
  });

/** What resuming would do, counted. */
export const ResumePlan = z.object({
  waiting: eventCount("Only with `dry_run`: matching events that are not settled now.", 1200),
  would_send: eventCount("Only with `dry_run`: events that would be sent.", 310),
  would_skip: eventCount("Only with `dry_run`: events that wait and would not be sent.", 890),
});
export type ResumePlan = z.infer<typeof ResumePlan>;
