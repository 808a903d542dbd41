import { command, pick, salesOrg } from "./command.ts";
import { anInstant, differs, isOpen, set, type LenderApplication } from "./records.ts";

/** The sales organization of the model has one integrated lender. */
export const integratedLender = "Example Lender";

/** There is no event for a new one. */
export const createLenderApplication = command({
  by: salesOrg,
  on: ({ proposals }) => proposals,
  plan({ id: proposalId, deal }, { model, variant }) {
    const lender = pick(variant, [
      integratedLender,
      "Sample Lender",
      integratedLender.toUpperCase(),
    ]);
    const amount_cents = 3_456_000;
    return {
      deal,
      input: { lender },
      call: ({ lenderApplications }) =>
        lenderApplications.create({ id: proposalId, lender, amount_cents }),
      must: { deal_open: isOpen(deal) },
      becomes: ({ id }) =>
        model.lenderApplications.push({
          id,
          deal,
          is: {
            integrated: lender.toLowerCase() === integratedLender.toLowerCase(),
            lender_reference: null,
            amount_cents,
            credit: "draft",
            stipulations: [],
            documents: "not_sent",
            funding: "not_requested",
            submitted_at: null,
          },
        }),
    };
  },
});

/** A lender that is not integrated fires nothing. */
const tells = ({ is: { integrated } }: LenderApplication) =>
  integrated ? (["update_lender_application"] as const) : [];

export const submitLenderApplication = command({
  by: salesOrg,
  on: ({ lenderApplications }) => lenderApplications,
  plan(application) {
    const { credit, submitted_at } = application.is;
    return {
      deal: application.deal,
      call: ({ lenderApplications }) => lenderApplications.submit({ id: application.id }),
      must: { application_draft: submitted_at === null },
      tells: tells(application),
      becomes: () =>
        set(application, {
          credit: credit === "draft" ? "submitted" : credit,
          submitted_at: anInstant,
        }),
    };
  },
});

/** The four axes always tell; what else there is tells once the application is submitted. */
export const updateLenderApplication = command({
  by: salesOrg,
  on: ({ lenderApplications }) => lenderApplications,
  plan(application, { variant }) {
    const mortgage = {
      type: "mortgage" as const,
      status: "needs_documentation" as const,
      description: null,
      due_on: null,
    };
    const [isOnAxis, values] = pick<[boolean, Partial<LenderApplication["is"]>]>(variant, [
      [true, { credit: "approved" }],
      [true, { documents: "sent" }],
      [true, { funding: "ntp_granted" }],
      [true, { stipulations: [mortgage] }],
      [false, { lender_reference: "EX-APP-1" }],
      [false, { amount_cents: 3_500_000 }],
      [true, { credit: "declined" }],
      [true, { stipulations: [] }],
      [true, { credit: "draft" }],
    ]);
    return {
      deal: application.deal,
      input: values,
      call: ({ lenderApplications }) =>
        lenderApplications.update({ id: application.id, ...values }),
      must: { application_draft: values.credit !== "draft" || !application.is.submitted_at },
      differs: differs(application, values),
      tells: isOnAxis || application.is.submitted_at ? tells(application) : [],
      // A word of the lender's on credit says that it was submitted.
      becomes: () =>
        set(application, {
          ...values,
          ...(values.credit !== undefined &&
            values.credit !== "draft" &&
            application.is.submitted_at === null && { submitted_at: anInstant }),
        }),
    };
  },
});
