import { z } from "zod";
import { id, instant, text, timeZone } from "../fields.ts";
import { AppointmentStatus, SignerRole } from "../vocabulary.ts";

/** What a link opens. */
export const LinkSubject = z.enum(["appointment", "proposal", "agreement", "change_order"]).meta({
  id: "LinkSubject",
  description: "What a link opens a page for.",
  example: "agreement",
});
export type LinkSubject = z.infer<typeof LinkSubject>;

/** A link that opens a page for one person about one thing. The secret in it is shown once, when it is made. */
export const Link = z
  .object({
    id: id("lnk", "Id of the link."),
    organization_id: id("org", "Who made it; what is done by it is done at this organization."),
    customer_id: id("cus", "The customer."),
    subject: LinkSubject,
    subject_id: z.string().meta({
      description: "Id of the appointment, proposal, agreement or change order.",
      example: "agr_01kb8x3f5wemztqk0k6y2v9d4a",
    }),
    signer_id: id("sgn", "The signer it is for; null where nothing is signed.").nullable(),
    person: text(200, {
      description: "Name of the person it is for.",
      example: "Avery Sample",
      personal: true,
    }),
    created_at: instant({ description: "When it was made.", example: "2026-03-09T15:00:00.000Z" }),
    expires_at: instant({ description: "When it ends.", example: "2026-03-16T15:00:00.000Z" }),
    used_at: instant({
      description: "When something was first done by it: viewed, answered or consented to.",
      example: "2026-03-09T16:10:00.000Z",
    }).nullable(),
    consented_at: instant({
      description: "When the person agreed to electronic records and signatures.",
      example: "2026-03-09T16:10:00.000Z",
    }).nullable(),
    revoked_at: instant({
      description: "When it was revoked before its end.",
      example: "2026-03-10T09:00:00.000Z",
    }).nullable(),
  })
  .meta({ id: "Link", description: "A link that opens a page for a customer or a signer." });
export type Link = z.infer<typeof Link>;

export const MadeLink = Link.extend({
  url: z.url().meta({
    description: "The link, shown this once. Whoever has it may do what the page offers.",
    example: "https://heliograph.example.com/page#hl_example_not_a_token",
  }),
}).meta({ id: "MadeLink", description: "A new link, with its address." });

/** A signature as a person makes it. */
export const Mark = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("typed").meta({ description: "A typed name.", example: "typed" }),
      name: text(200, { description: "The name as typed.", example: "Avery Sample" }),
    }),
    z.strictObject({
      kind: z.literal("drawn").meta({ description: "A drawn signature.", example: "drawn" }),
      strokes: z
        .array(
          z
            .array(z.number().min(0).max(1))
            .min(4)
            .max(4_000)
            .refine((points) => points.length % 2 === 0, {
              error: "A stroke is x and y in turn",
            }),
        )
        .min(1)
        .max(200)
        .refine((strokes) => strokes.flat().length <= 20_000, {
          error: "A signature has up to 10000 points",
        })
        .meta({
          description:
            "Each stroke as x, y, x, y …, from 0 to 1 across and down a field three times as wide as high.",
          unit: "share of the field",
          example: [[0.1, 0.5, 0.2, 0.4]],
        }),
    }),
  ])
  .meta({
    id: "Mark",
    description: "A signature, typed or drawn.",
    example: { kind: "typed", name: "Avery Sample" },
  });
export type Mark = z.infer<typeof Mark>;

/** Part of a document: lines of what it says, and plain text. */
export const DocumentSection = z
  .object({
    heading: z.string().meta({ description: "What it is about.", example: "Your system" }),
    lines: z
      .array(
        z.object({
          label: z.string().meta({ description: "What is said.", example: "Size" }),
          value: z.string().meta({ description: "What it is.", example: "9.72 kW DC" }),
        }),
      )
      .meta({ description: "What it says line by line." }),
    paragraphs: z
      .array(z.string())
      .meta({ description: "What it says in prose.", example: ["Terms of the installer."] }),
  })
  .meta({ id: "DocumentSection", description: "A section of a document." });

/** What a person reads: a proposal, or a document to sign. */
export const DocumentContent = z
  .object({
    title: z.string().meta({ description: "Title.", example: "Agreement 1001" }),
    sections: z.array(DocumentSection).meta({ description: "Its sections, in order." }),
  })
  .meta({ id: "DocumentContent", description: "What a document says." });
export type DocumentContent = z.infer<typeof DocumentContent>;

const GuestAppointment = z
  .object({
    type: z.string().meta({ description: "What it is about.", example: "consultation" }),
    status: AppointmentStatus,
    starts_at: instant({ description: "Start.", example: "2026-03-04T18:00:00.000Z" }),
    ends_at: instant({ description: "End.", example: "2026-03-04T19:00:00.000Z" }),
    time_zone: timeZone({ description: "Time zone of the site.", example: "America/Chicago" }),
    location: z
      .string()
      .nullable()
      .meta({ description: "Where.", example: "100 Example Way, Sampleton" }),
    with: z
      .string()
      .nullable()
      .meta({ description: "Who comes.", example: "Rowan Rep", personal: true }),
  })
  .meta({ description: "The appointment." });

const GuestSigner = z
  .object({
    role: SignerRole,
    name: z.string().meta({ description: "Name.", example: "Avery Sample", personal: true }),
    signed_at: instant({
      description: "When signed.",
      example: "2026-03-09T16:20:00.000Z",
    }).nullable(),
    is_you: z.boolean().meta({ description: "Whether the link is this signer's.", example: true }),
  })
  .meta({ description: "Who signs, and whether that is done." });

const GuestDocument = DocumentContent.extend({
  sha256: z.string().nullable().meta({
    description: "SHA-256 of the PDF to sign, as hexadecimal; null for a proposal.",
    example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  }),
}).meta({ description: "What there is to read." });

/** The page that a link opens. */
export const GuestPage = z
  .object({
    subject: LinkSubject,
    person: Link.shape.person,
    company: z.string().meta({ description: "Who sent the link.", example: "Sample Solar Sales" }),
    contact: z
      .string()
      .nullable()
      .meta({ description: "How that company is reached.", example: "+15555550110" }),
    installer: z.string().nullable().meta({
      description: "Who builds; null while none is chosen.",
      example: "Example Installers",
    }),
    expires_at: Link.shape.expires_at,
    consented_at: Link.shape.consented_at,
    status: z.string().meta({
      description: "Status of the appointment, proposal, agreement or change order.",
      example: "sent",
    }),
    appointment: GuestAppointment.nullable(),
    document: GuestDocument.nullable().meta({
      description: "What there is to read; null until it is asked for by viewing.",
    }),
    signers: z.array(GuestSigner).meta({ description: "Who signs; none where nothing is signed." }),
  })
  .meta({ id: "GuestPage", description: "What the page of a link shows." });
export type GuestPage = z.infer<typeof GuestPage>;
