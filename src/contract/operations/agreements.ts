import { z } from "zod";
import { id, text } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { input, patch } from "../resource.ts";
import { Agreement, SignerInput, signerList } from "../resources/agreement.ts";
import { reason } from "./organizations.ts";

const {
  get,
  create,
  command,
  patch: change,
  remove,
} = section("agreements", "flow:read", "flow:write");
const salesOrg = ["sales_org"] as const;
const params = z.object({ id: id("agr", "The agreement.") });

/** The one who signs. */
export const signature = z.strictObject({ signer_id: id("sgn", "The signer who signed.") });

export const agreementOperations = {
  createAgreement: create({
    path: "/proposals/{id}/agreements",
    summary: "Generate an agreement from a finalized proposal",
    callers: salesOrg,
    params: z.object({ id: id("pro", "The proposal.") }),
    body: input(Agreement, [], ["document_url"]).extend({ signers: signerList }),
    answer: Agreement,
    rules: ["deal_open", "proposal_finalized", "installer_chosen", "one_live_agreement"],
  }),
  listAgreements: get({
    path: "/surveys/{id}/agreements",
    summary: "List a deal's agreements",
    params: z.object({ id: id("srv", "The deal.") }),
    query: pageQuery,
    answer: pageOf(Agreement),
  }),
  getAgreement: get({
    path: "/agreements/{id}",
    summary: "Read an agreement",
    params,
    answer: Agreement,
  }),
  updateAgreement: change({
    path: "/agreements/{id}",
    summary: "Record that it was sent, viewed or declined; change signers; generate it anew",
    description:
      "Changed signer data or `regenerate` make a new document: signatures on the one before are void and are asked for again.",
    callers: salesOrg,
    params,
    body: patch(Agreement, ["document_url"]).extend({
      status: z
        .enum(["sent", "viewed", "declined"])
        .meta({ description: "What became of the document.", example: "sent" })
        .optional(),
      decline_reason: text(1000, {
        description: "Why it was declined; only with the status `declined`.",
        example: "We want to talk about the price first",
      }).optional(),
      signers: z
        .array(
          SignerInput.pick({ name: true, email: true })
            .partial()
            .extend({ id: id("sgn", "The signer.") }),
        )
        .min(1)
        .max(10)
        .meta({ description: "Signers whose data change." })
        .optional(),
      regenerate: z
        .literal(true)
        .meta({ description: "Generates the document anew.", example: true })
        .optional(),
    }),
    answer: Agreement,
    rules: ["agreement_live", "agreement_unsigned"],
  }),
  signAgreement: command({
    path: "/agreements/{id}/signatures",
    summary: "Record a signature",
    description:
      "The last one fires `signed_agreement` and, in the installer's mode `signed`, makes the install or restores a voided one.",
    params,
    body: signature,
    answer: Agreement,
    rules: ["deal_open", "agreement_live", "signer_unsigned"],
  }),
  approveAgreement: command({
    path: "/agreements/{id}/approve",
    summary: "Approve a signed agreement, as the installer",
    description: "In the mode `approved` this makes the install.",
    callers: ["epc"],
    scope: "agreements:approve",
    params,
    answer: Agreement,
    rules: ["deal_open", "agreement_live", "agreement_signed", "approval_in_mode"],
  }),
  processAgreement: command({
    path: "/agreements/{id}/process",
    summary: "Mark the contract as processed, as the installer",
    description: "Only in the mode `processed`; this makes the install.",
    callers: ["epc"],
    scope: "agreements:approve",
    params,
    answer: Agreement,
    rules: [
      "deal_open",
      "agreement_live",
      "agreement_signed",
      "processing_in_mode",
      "agreement_approved",
      "agreement_unprocessed",
    ],
  }),
  voidAgreement: command({
    path: "/agreements/{id}/void",
    summary: "Make a signed agreement void that has no install",
    description:
      "The customer rescinds or the installer rejects before there is an install, or before the new agreement of a voided install is approved. One that an install in force rests on is voided by voiding the install.",
    params,
    body: z.strictObject({ reason }),
    answer: Agreement,
    rules: ["agreement_live", "agreement_signed", "agreement_without_install"],
  }),
  deleteAgreement: remove({
    path: "/agreements/{id}",
    summary: "Delete an agreement that is not fully signed",
    callers: salesOrg,
    params,
    body: z.strictObject({ reason }),
    answer: Agreement,
    status: 200,
    rules: ["agreement_live", "agreement_unsigned"],
  }),
};
