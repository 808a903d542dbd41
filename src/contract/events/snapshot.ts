import { z } from "zod";
import type { Party } from "../meta.ts";
import { Agreement } from "../resources/agreement.ts";
import { Customer } from "../resources/customer.ts";
import { Design } from "../resources/design.ts";
import { Install } from "../resources/install.ts";
import { OrganizationSummary, UserSummary } from "../resources/organization.ts";
import { Proposal } from "../resources/proposal.ts";
import { Survey } from "../resources/survey.ts";

/** What rides in every event about a customer, so that nobody has to call back. */
export const customerSnapshot = {
  customer: Customer,
  rep: UserSummary.nullable().meta({ description: "The sales representative." }),
  setter: UserSummary.nullable().meta({
    description: "Who set the first appointment; null when nobody is named.",
  }),
  sales_org: OrganizationSummary,
};

/** What rides in every event about a deal: the customer and all that the deal has so far; null for what it has not. */
export const dealSnapshot = {
  ...customerSnapshot,
  epc: OrganizationSummary.nullable().meta({ description: "The installer, once chosen." }),
  survey: Survey,
  design: Design.nullable().meta({
    description:
      "The design that was delivered last. What is offered is `proposal.design`, and what is built the install.",
  }),
  proposal: Proposal.nullable().meta({
    description:
      "The proposal that counts: the agreement's; before that the finalized one; before that the newest. Null for the installer until there is an agreement.",
  }),
  agreement: Agreement.nullable().meta({
    description:
      "The live agreement, or the one the event is about; before a new one the voided one of the install.",
  }),
  install: Install.nullable().meta({ description: "The install, once it exists." }),
};

/**
 * What rides in every event about an install: a deal whose installer and install are there, with the agreement that the
 * install rests on and the proposal of that agreement.
 */
export const installSnapshot = {
  ...dealSnapshot,
  epc: OrganizationSummary,
  proposal: Proposal,
  agreement: Agreement,
  install: Install,
};

/** A snapshot as a party may see it: a proposal is the sales organization's own until there is an agreement. */
export function withoutDrafts(
  data: Readonly<Record<string, unknown>>,
  roles: readonly Party[],
): Readonly<Record<string, unknown>> {
  const isOwn = roles.includes("sales_org") || data["agreement"] !== null;
  return isOwn ? data : { ...data, proposal: null };
}

/** Whether `withoutDrafts` might take something out of a snapshot that `JSON.stringify` wrote. */
export const mayHoldDraft = (text: string, roles: readonly Party[]): boolean =>
  !roles.includes("sales_org") && text.includes('"agreement":null');

export const customerData = <S extends z.core.$ZodLooseShape>(subject: S) =>
  z.object({ ...subject, ...customerSnapshot });
export const dealData = <S extends z.core.$ZodLooseShape>(subject: S) =>
  z.object({ ...subject, ...dealSnapshot });
export const installData = <S extends z.core.$ZodLooseShape>(subject: S) =>
  z.object({ ...subject, ...installSnapshot });

const designed = {
  "survey.stage": "design_requested",
  proposal: null,
  agreement: null,
  install: null,
} as const;

/** Moments of the story that examples tell; its end is a signed agreement with an active install. */
export const moments = {
  dealOpened: {
    "survey.stage": "new",
    "survey.epc_id": null,
    epc: null,
    design: null,
    proposal: null,
    agreement: null,
    install: null,
  },
  designing: { ...designed, design: null },
  designed,
  proposed: {
    "survey.stage": "proposal_sent",
    "proposal.status": "draft",
    "proposal.finalized_at": null,
    agreement: null,
    install: null,
  },
  contracting: {
    "survey.stage": "contract_sent",
    "agreement.status": "sent",
    "agreement.signers.0.signed_at": null,
    "agreement.viewed_at": null,
    "agreement.signed_at": null,
    "agreement.mode": null,
    install: null,
  },
  signed: { install: null },
} as const;
