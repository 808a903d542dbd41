import type { EventType } from "../../src/contract/catalogue.ts";
import type { Made } from "./command.ts";
import { installOf, set, type Agreement, type Mode, type Model } from "./records.ts";

/** Milestones that every new install of the model's installer starts with. */
export const milestoneTemplates = [
  { title: "Permit packet", task_group: "permit_application" },
] as const;

const unbuilt = {
  submission_number: 0,
  stage: null,
  project_manager: null,
  commission_cents: null,
  install_cost_cents: null,
};

/**
 * The contract is made. A deal without install gets one, with the installer's milestones; the install whose contract was
 * voided is active again under this agreement, and there is no second `new_install`.
 */
export function contractMade(model: Model, agreement: Agreement, made_by: Mode) {
  const { deal, proposal } = agreement;
  const { design, pricing, finance } = proposal.is;
  const terms = {
    status: "active" as const,
    agreement_id: agreement.id,
    made_by,
    finance_type: finance.type,
    contract_price_cents: pricing.contract_price_cents,
    ...design,
  };
  const voided = installOf(model, deal);
  if (voided) {
    return {
      tells: ["restore_install"] as EventType[],
      becomes() {
        set(voided, terms);
        voided.agreement = agreement;
      },
    };
  }
  return {
    tells: [
      "new_install",
      ...milestoneTemplates.map(() => "project_milestone_created"),
    ] as EventType[],
    becomes(made: Made) {
      const [id = ""] = made("new_install");
      const install = {
        id,
        deal,
        agreement,
        is: { ...terms, ...unbuilt },
      };
      model.installs.push(install);
      for (const [position, milestone] of made("project_milestone_created").entries()) {
        model.milestones.push({
          id: milestone,
          deal,
          install,
          is: {
            title: milestoneTemplates[position]?.title ?? "",
            status: "not_started",
            blocked_reason: null,
            started_on: null,
            completed_on: null,
          },
          startedOn: null,
          completedOn: null,
        });
      }
    },
  };
}
