import { z } from "zod";
import { email, id, instant, link, text } from "../fields.ts";
import { defineResource } from "../resource.ts";
import { AgreementMode, AgreementStatus, SignerRole } from "../vocabulary.ts";

/** A person who is asked to sign, as given. */
export const SignerInput = z
  .strictObject({
    role: SignerRole,
    name: text(200, {
      description: "Name as it stands on the document.",
      example: "Avery Sample",
      personal: true,
    }),
    email: email({
      description: "Where the document is sent.",
      example: "avery.sample@example.com",
    }),
  })
  .meta({ id: "SignerInput", description: "A person who is to sign." });
export type SignerInput = z.infer<typeof SignerInput>;

export const Signer = z
  .object({
    id: id("sgn", "Id of the signer."),
    ...SignerInput.shape,
    signed_at: instant({
      description: "When this person signed.",
      example: "2026-03-09T16:20:00.000Z",
    }).nullable(),
  })
  .meta({ id: "Signer", description: "A person who is to sign, and whether that is done." });
export type Signer = z.infer<typeof Signer>;

export const signerList = z
  .array(SignerInput)
  .min(1)
  .max(10)
  .refine((signers) => signers.filter(({ role }) => role === "primary").length === 1, {
    error: "Exactly one signer must be the primary one",
  })
  .meta({ description: "Who is to sign; exactly one of them is the primary signer." });

export const Agreement = defineResource(
  {
    name: "agreement",
    table: "agreements",
    prefix: "agr",
    summary: "The contract with the customer and its signers.",
    parties: ["sales_org", "epc"],
  },
  {
    customer_id: id("cus", "The customer."),
    survey_id: id("srv", "The deal."),
    epc_id: id("org", "The installer whose contract it is; one chosen later does not see it.").meta(
      {
        enerflo: "install_company_id",
      },
    ),
    proposal_id: id("pro", "The finalized proposal it was generated from."),
    status: AgreementStatus,
    signers: z.array(Signer).meta({ description: "Who is to sign." }),
    document_version: z.int().positive().meta({
      description:
        "Counts how often the document was generated; a new one voids signatures on the old.",
      unit: "count",
      example: 1,
    }),
    document_url: link({
      description:
        "Where a document that is kept elsewhere can be read, as it was given; what is signed names it as a part. The PDF that is signed on the pages for signers is at `GET /v1/agreements/{id}/document`.",
      example: "https://example.com/agreements/1001.pdf",
      enerflo: "agreement_file",
    }).nullable(),
    sent_at: instant({
      description: "When the present document was first sent to the signers.",
      example: "2026-03-09T15:00:00.000Z",
    }).nullable(),
    viewed_at: instant({
      description: "When a signer first opened the present document.",
      example: "2026-03-09T16:10:00.000Z",
    }).nullable(),
    declined_at: instant({
      description: "When a signer declined the present document, unless it was sent again since.",
      example: "2026-03-09T17:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    decline_reason: text(1000, {
      description: "Why it was declined, in the signer's own words if they gave some.",
      example: "We want to talk about the price first",
    })
      .nullable()
      .meta({ absent: true }),
    signed_at: instant({
      description: "When the last of all signers had signed.",
      example: "2026-03-09T16:25:00.000Z",
      enerflo: "sign_date",
    }).nullable(),
    mode: AgreementMode.meta({
      description: "The installer's agreement mode when the last signature was made.",
      example: "signed",
    }).nullable(),
    approved_at: instant({
      description: "When the installer approved it.",
      example: "2026-03-10T09:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    processed_at: instant({
      description: "When the installer marked it as processed.",
      example: "2026-03-10T10:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    voided_at: instant({
      description: "When it was made void.",
      example: "2026-03-11T09:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    void_reason: text(1000, {
      description:
        "Why it was made void, if it was voided by itself. One that was voided by its install has the reason there.",
      example: "The customer rescinded within three days",
    })
      .nullable()
      .meta({ absent: true }),
    deleted_at: instant({
      description: "When it was deleted.",
      example: "2026-03-08T09:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    delete_reason: text(1000, {
      description: "Why it was deleted.",
      example: "Wrong co-signer",
    })
      .nullable()
      .meta({ absent: true }),
  },
);
export type Agreement = z.infer<typeof Agreement>;
