import { z } from "zod";
import { Agreement } from "../resources/agreement.ts";
import { Customer } from "../resources/customer.ts";
import { Install } from "../resources/install.ts";
import { OrganizationSummary, User } from "../resources/organization.ts";
import { Proposal } from "../resources/proposal.ts";
import { Survey } from "../resources/survey.ts";

/** What rides in every event about a customer, so that nobody has to call back. */
export const customerSnapshot = {
  customer: Customer,
  rep: User.nullable().meta({ description: "The sales representative." }),
  sales_org: OrganizationSummary,
};

/** What rides in every event about a deal: the customer and all that the deal has so far; null for what it has not. */
export const dealSnapshot = {
  ...customerSnapshot,
  epc: OrganizationSummary.nullable().meta({ description: "The installer, once chosen." }),
  survey: Survey,
  proposal: Proposal.nullable().meta({
    description:
      "The proposal that counts: the agreement's; before that the finalized one; before that the newest.",
  }),
  agreement: Agreement.nullable().meta({
    description: "The live agreement, or the one the event is about.",
  }),
  install: Install.nullable().meta({ description: "The install, once it exists." }),
};

/** What rides in every event about an install: a deal whose installer, agreement, proposal and install are there. */
export const installSnapshot = {
  ...dealSnapshot,
  epc: OrganizationSummary,
  proposal: Proposal,
  agreement: Agreement,
  install: Install,
};

export const customerData = <S extends z.core.$ZodLooseShape>(subject: S) =>
  z.object({ ...subject, ...customerSnapshot });
export const dealData = <S extends z.core.$ZodLooseShape>(subject: S) =>
  z.object({ ...subject, ...dealSnapshot });
export const installData = <S extends z.core.$ZodLooseShape>(subject: S) =>
  z.object({ ...subject, ...installSnapshot });

/** Moments of the story that examples tell; its end is a signed agreement with an active install. */
export const moments = {
  dealOpened: {
    "survey.stage": "new",
    "survey.epc_id": null,
    epc: null,
    proposal: null,
    agreement: null,
    install: null,
  },
  designing: { "survey.stage": "design_requested", proposal: null, agreement: null, install: null },
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
