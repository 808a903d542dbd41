import { z } from "zod";
import { cents, day, id, instant, text } from "../fields.ts";
import { defineResource } from "../resource.ts";

/** The four axes of a lender application. They move on their own, so they are four fields. */
export const CreditStatus = z
  .enum([
    "draft",
    "submitted",
    "pending_review",
    "approved",
    "conditionally_approved",
    "counter_offer",
    "declined",
    "expired",
    "withdrawn",
    "cancelled",
    "error",
  ])
  .meta({
    id: "CreditStatus",
    description: "What the lender decided on credit.",
    example: "approved",
  });

export const LoanDocumentsStatus = z
  .enum(["not_sent", "sent", "viewed", "signed", "voided", "resent_after_amount_change"])
  .meta({
    id: "LoanDocumentsStatus",
    description: "Where the lender's documents stand.",
    example: "not_sent",
  });

export const FundingStatus = z
  .enum([
    "not_requested",
    "ntp_granted",
    "m1_submitted",
    "m1_rejected",
    "m1_approved",
    "m1_paid",
    "m2_submitted",
    "m2_rejected",
    "m2_approved",
    "m2_paid",
    "m3_submitted",
    "m3_rejected",
    "m3_approved",
    "m3_paid",
  ])
  .meta({
    id: "FundingStatus",
    description:
      "Where the lender's payments stand: notice to proceed, then up to three milestone payments.",
    example: "not_requested",
  });

export const StipulationType = z
  .enum([
    "id_verification",
    "income_verification",
    "ownership_verification",
    "mortgage",
    "ach",
    "other",
  ])
  .meta({
    id: "StipulationType",
    description: "What the lender still wants to see.",
    example: "income_verification",
    orangeButton: "StipulationType",
  });

export const StipulationStatus = z
  .enum([
    "needs_documentation",
    "needs_review",
    "needs_revision",
    "approved",
    "rejected",
    "rescinded",
  ])
  .meta({
    id: "StipulationStatus",
    description: "Where a stipulation stands.",
    example: "needs_documentation",
    orangeButton: "StipulationStatus",
  });

export const Stipulation = z
  .strictObject({
    type: StipulationType,
    status: StipulationStatus.default("needs_documentation"),
    description: text(1000, {
      description: "What exactly is wanted.",
      example: "Two recent pay slips",
    })
      .nullable()
      .default(null),
    due_on: day({ description: "By when.", example: "2026-03-20" }).nullable().default(null),
  })
  .meta({ id: "Stipulation", description: "Something the lender still wants to see." });

export const LenderApplication = defineResource(
  {
    name: "lender_application",
    table: "lender_applications",
    prefix: "lap",
    summary: "An application for a loan, lease or PPA, with its four axes. Holds no credit data.",
    parties: ["sales_org"],
  },
  {
    customer_id: id("cus", "The customer."),
    survey_id: id("srv", "The deal."),
    proposal_id: id("pro", "The proposal it is for."),
    lender: text(100, {
      description: "Name of the lender.",
      example: "Example Lender",
      enerflo: "lender.name",
    }),
    integrated: z.boolean().meta({
      description:
        "The lender was integrated when the application was made. Only then do changes fire events.",
      example: true,
      enerflo: "lender.integrated",
    }),
    lender_reference: text(200, {
      description: "The lender's own id of the application.",
      example: "EX-APP-1",
      enerflo: "external_application_id",
    }).nullable(),
    amount_cents: cents({
      description: "Amount applied for.",
      example: 3_456_000,
      enerflo: "amount",
    }),
    approved_amount_cents: cents({
      description: "Amount the lender approved.",
      example: 3_456_000,
    }).nullable(),
    credit: CreditStatus,
    stipulations: z
      .array(Stipulation)
      .max(50)
      .meta({ description: "What the lender still wants." }),
    documents: LoanDocumentsStatus,
    funding: FundingStatus,
    submitted_at: instant({
      description: "When it was first submitted.",
      example: "2026-03-06T19:00:00.000Z",
    }).nullable(),
    expires_on: day({
      description: "Until when the approval holds.",
      example: "2026-06-06",
    }).nullable(),
  },
);
export type LenderApplication = z.infer<typeof LenderApplication>;
