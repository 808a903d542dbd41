import { z } from "zod";
import { day, flag, id, instant, sequence } from "../fields.ts";
import { eventCount } from "./replay.ts";

/** What an endpoint was to get, so far or for good. */
export const OpenManifest = z
  .object({
    day: day({ description: "Day in UTC of its first event.", example: "2026-03-10" }),
    from: sequence({ description: "First position.", example: 1201 }),
    to: sequence({ description: "Last position, whether it matches or not.", example: 1284 }),
    events: z
      .array(z.string())
      .nullable()
      .meta({ description: "The filter; null for all.", example: ["new_install"] }),
    count: eventCount("Matching events.", 61),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({
        description:
          "SHA-256 in hexadecimal of the hash before, a line break, the position, a blank and the event's id, from one matching event to the next.",
        example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      }),
    starts_chain: flag({
      description:
        "The hash begins with 32 zero bytes, as after a change of the filter, and not with the hash of the manifest before.",
      example: false,
    }),
  })
  .meta({ id: "OpenManifest", description: "A manifest that is not complete yet." });
export type OpenManifest = z.infer<typeof OpenManifest>;

export const Manifest = OpenManifest.extend({
  id: id("man", "Id of the manifest."),
  made_at: instant({ description: "When it was made.", example: "2026-03-11T00:01:00.310Z" }),
}).meta({
  id: "Manifest",
  description:
    "What an endpoint was to get in one day, by position in the feed. A receiver computes the same from what it stored.",
});
export type Manifest = z.infer<typeof Manifest>;
