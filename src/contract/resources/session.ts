import { z } from "zod";
import { instant, text } from "../fields.ts";
import { scopes } from "../scopes.ts";
import { ActorKind } from "../vocabulary.ts";
import { OrganizationSummary } from "./organization.ts";

/** Who is signed in to the console, and for how long. */
export const Session = z
  .object({
    organization: OrganizationSummary.nullable().meta({
      description: "The organization whose key it was opened with; null for the operator.",
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
      description: "When it ends.",
      example: "2026-03-11T03:47:29.160Z",
    }),
  })
  .meta({ id: "Session", description: "Who is signed in to the console." });
export type Session = z.infer<typeof Session>;
