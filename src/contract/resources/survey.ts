import { z } from "zod";
import { id, instant, text } from "../fields.ts";
import { defineResource } from "../resource.ts";
import { DealStage, FileCategory, SiteSurveyKind } from "../vocabulary.ts";

const deal = {
  customer_id: id("cus", "The customer."),
  survey_id: id("srv", "The deal."),
};

export const Survey = defineResource(
  {
    name: "survey",
    table: "surveys",
    prefix: "srv",
    summary:
      "A deal, called survey in this industry: one sale to one customer, with its installer.",
    parties: ["sales_org", "epc"],
  },
  {
    customer_id: deal.customer_id,
    sales_org_id: id("org", "The sales organization."),
    epc_id: id("org", "The installer chosen for this deal.").nullable(),
    type: text(100, {
      description: "One of the sales organization's deal types.",
      example: "residential",
      enerflo: "survey_type_name",
    }),
    stage: DealStage,
    title: text(200, {
      description: "Short name of the deal.",
      example: "Sample residence",
    }).nullable(),
    completed_at: instant({
      description: "When the deal was completed.",
      example: "2026-06-01T17:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
  },
);
export type Survey = z.infer<typeof Survey>;

export const StoredFile = defineResource(
  {
    name: "file",
    table: "files",
    prefix: "fil",
    summary: "A file of a deal. Its content is fetched by a link that is signed and expires.",
    parties: ["sales_org", "epc"],
  },
  {
    ...deal,
    category: FileCategory,
    name: text(255, { description: "File name.", example: "bill-2026-02.pdf", enerflo: "name" }),
    content_type: text(255, { description: "Media type.", example: "application/pdf" }),
    size_bytes: z
      .int()
      .nonnegative()
      .meta({ description: "Size of the content.", unit: "bytes", example: 48213 }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({
        description: "SHA-256 of the content, hexadecimal.",
        example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      }),
  },
);
export type StoredFile = z.infer<typeof StoredFile>;

/** A file as people and receivers get it: with a link to its content. */
export const File = StoredFile.extend({
  content_url: z.url().meta({
    description: "Link to the content. Works without a key until `content_url_expires_at`.",
    example:
      "http://localhost:4400/v1/files/fil_01kb8x3f5wemztqk0k6y2v9d4a/content?expires=1772500000&signature=example",
    enerflo: "url",
  }),
  content_url_expires_at: instant({
    description: "When the link ends; `GET /files/{id}` gives a fresh one.",
    example: "2026-03-05T15:04:05.000Z",
  }),
}).meta({ id: "FileWithLink", description: "A file of a deal, with a link to its content." });
export type File = z.infer<typeof File>;

export const SiteSurvey = defineResource(
  {
    name: "site_survey",
    table: "site_surveys",
    prefix: "sit",
    summary:
      "A check of the house, by a visit or from pictures. Not the deal, which is called survey.",
    parties: ["sales_org", "epc"],
  },
  {
    ...deal,
    kind: SiteSurveyKind,
    scheduled_at: instant({
      description: "When it is to take place.",
      example: "2026-03-12T16:00:00.000Z",
    }).nullable(),
    notes: text(20_000, {
      description: "What was found.",
      example: "Main panel is 200 A.",
    }).nullable(),
    completed_at: instant({
      description: "When it was completed.",
      example: "2026-03-12T17:30:00.000Z",
    }).nullable(),
  },
);
export type SiteSurvey = z.infer<typeof SiteSurvey>;
