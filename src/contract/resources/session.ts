import { z } from "zod";
import { instant, text } from "../fields.ts";
import { scopes } from "../scopes.ts";
import { ActorKind } from "../vocabulary.ts";
import { OrganizationSummary } from "./organization.ts";

/** Who asks: by the console's cookie, and for how long, or by a key. */
export const Session = z
  .object({
    organization: OrganizationSummary.nullable().meta({
      description: "The organization of the key; null for the operator.",
    }),
    actor: z
      .object({
        kind: ActorKind,
        name: text(200, { description: "Name.", example: "Rowan Rep" }).nullable(),
      })
      .meta({ description: "As whom events will name what is done in this session." }),
    scopes: z.array(z.enum(scopes)).meta({
      description: "What its key may do; empty for the operator, who may do what is his.",
      example: ["flow:read", "events:read"],
    }),
    expires_at: instant({
      description: "When the session ends; null for a key.",
      example: "2026-03-11T03:47:29.160Z",
    }).nullable(),
    now: instant({
      description: "What time it is at the service: ages are told by it.",
      example: "2026-03-10T15:47:29.160Z",
    }),
  })
  .meta({ id: "Session", description: "Who asks, by the console's cookie or by a key." });
export type Session = z.infer<typeof Session>;
