import { defineEvents } from "../event.ts";
import { Agreement } from "../resources/agreement.ts";
import { OrganizationSummary } from "../resources/organization.ts";
import { Proposal } from "../resources/proposal.ts";
import { dealData, moments } from "./snapshot.ts";

/** A deal with an agreement has an installer and a proposal. */
const agreementData = dealData({}).extend({
  agreement: Agreement,
  proposal: Proposal,
  epc: OrganizationSummary,
});

export const agreementEvents = defineEvents({
  new_agreement: {
    label: "New Agreement",
    trigger: "An agreement was generated from a finalized proposal.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: agreementData,
    subject: "agreement",
    moment: { ...moments.contracting, "agreement.status": "created", "agreement.sent_at": null },
  },
  update_agreement: {
    label: "Update Agreement",
    trigger:
      "An agreement changed: sent, viewed, signer data, regenerated, declined, every signature but the last, and the void of a signed one without an install.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: agreementData,
    subject: "agreement",
    moment: moments.contracting,
    changes: { "agreement.status": { from: "created", to: "sent" } },
  },
  signed_agreement: {
    label: "Signed Agreement",
    trigger: "The last of all signers signed.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: agreementData,
    subject: "agreement",
    moment: moments.signed,
    changes: { "agreement.status": { from: "partially_signed", to: "signed" } },
  },
  delete_agreement: {
    label: "Delete Agreement",
    trigger: "An agreement that was not fully signed was deleted. A signed one is voided.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: agreementData,
    subject: "agreement",
    moment: {
      ...moments.contracting,
      "agreement.deleted_at": "2026-03-08T09:00:00.000Z",
      "agreement.delete_reason": "Wrong co-signer",
    },
    changes: { "agreement.status": { from: "sent", to: "deleted" } },
  },
  contract_processed: {
    label: "Contract Processed",
    trigger:
      "In the installer's agreement mode `processed`: an admin marked the signed and approved contract as processed.",
    audience: ["epc"],
    schemaVersion: 1,
    data: agreementData,
    subject: "agreement",
    moment: {
      ...moments.signed,
      "agreement.mode": "processed",
      "agreement.approved_at": "2026-03-10T09:00:00.000Z",
    },
    changes: { "agreement.processed_at": { from: null, to: "2026-03-10T10:00:00.000Z" } },
  },
});
