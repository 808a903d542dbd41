import { z } from "zod";
import { id, instant, sequence, text } from "./fields.ts";
import { Party } from "./meta.ts";
import { ActorKind } from "./vocabulary.ts";

/** Who caused a change. */
export const Actor = z
  .object({
    kind: ActorKind,
    id: text(200, {
      description: "Id of the user, key, signer or call that caused it.",
      example: "usr_01kb8x3f5wemztqk0k6y2v9d4a",
    }).nullable(),
    name: text(200, {
      description: "Name to show.",
      example: "Rowan Rep",
      personal: true,
    }).nullable(),
  })
  .meta({ id: "Actor", description: "Who caused the change." });
export type Actor = z.infer<typeof Actor>;

/** What made the event: a command and the request that carried it. */
export const Cause = z
  .object({
    command: text(100, { description: "The command.", example: "sign_agreement" }),
    request_id: text(200, {
      description: "The request; answers carry it as `heliograph-request-id`.",
      example: "req_01kb8x3f5wemztqk0k6y2v9d4a",
    }),
  })
  .meta({ id: "Cause", description: "What made the event." });
export type Cause = z.infer<typeof Cause>;

/** Old and new value of a changed field. */
export const Change = z
  .object({
    from: z.unknown().meta({ description: "Value before.", example: "active" }),
    to: z.unknown().meta({ description: "Value after.", example: "voided" }),
  })
  .meta({ id: "Change", description: "Old and new value of a field." });
export type Changes = Readonly<Record<string, { from: unknown; to: unknown }>>;

/** One of the facts that the flow tells. */
export interface EventDefinition<Data extends z.ZodObject = z.ZodObject> {
  /** Name for people. */
  readonly label: string;
  /** When it fires, in our own words. */
  readonly trigger: string;
  /** Who gets it. */
  readonly audience: readonly Party[];
  /** Version of the payload's schema; a new one when a receiver's code would have to change. */
  readonly schemaVersion: number;
  /** The snapshot that rides in `data`. */
  readonly data: Data;
  /** Name of the part of `data` that the event is about. */
  readonly subject: keyof Data["shape"] & string;
  /** What the worked example's data are otherwise than the story's end has them, by path: it happened earlier. */
  readonly moment?: Readonly<Record<string, unknown>>;
  /** Example of `changes`, for events that carry them. */
  readonly changes?: Changes;
}

/** Declares events by name. */
export const defineEvents = <E extends Record<string, EventDefinition>>(events: E): E => events;

/** Fields of every delivery's body but `data`. */
export const envelopeFields = {
  id: id("evt", "Id of the event; the same on every attempt and replay."),
  timestamp: instant({ description: "When it happened.", example: "2026-03-10T15:47:29.120Z" }),
  schema_version: z
    .int()
    .positive()
    .meta({ description: "Version of the payload's schema.", unit: "version", example: 1 }),
  sequence: sequence({
    description: "Position in the receiving organization's feed: 1, 2, 3 … without holes.",
    example: 1284,
  }),
  customer_sequence: sequence({
    description: "Position among all events of the customer: 1, 2, 3 … without holes.",
    example: 17,
  }),
  organization_id: id("org", "The organization whose feed this is."),
  role: Party.meta({ description: "As whom the organization gets it.", example: "sales_org" }),
  actor: Actor,
  cause: Cause,
  changes: z
    .record(z.string(), Change)
    .meta({
      description:
        "Fields that changed, by path, with old and new value. Only where something changed.",
      example: { "install.status": { from: "active", to: "voided" } },
    })
    .optional(),
};
