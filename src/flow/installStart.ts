import { installLifecycle } from "../contract/lifecycle.ts";
import type { Agreement } from "../contract/resources/agreement.ts";
import { Install, Milestone } from "../contract/resources/install.ts";
import type { Proposal } from "../contract/resources/proposal.ts";
import type { DealGraph } from "../store/deals.ts";
import { contractOf } from "./contractTerms.ts";
import { next } from "./lifecycle.ts";
import { siteDay } from "./siteDay.ts";
import type { Work } from "./work.ts";

/** A deal whose contract has come about. */
type ContractedDeal = DealGraph & { agreement: Agreement; proposal: Proposal };

/**
 * The contract is made: creates the install, or, where a void had ended the one before, restores it under the new
 * agreement. One install per deal, and no second `new_install`.
 * @param madeBy the installer's mode, which is the rule that was met.
 */
export async function startInstall(
  work: Work,
  deal: ContractedDeal,
  madeBy: Install["made_by"],
): Promise<void> {
  await (deal.install ? restore(work, deal, deal.install, madeBy) : create(work, deal, madeBy));
}

async function create(work: Work, deal: ContractedDeal, madeBy: Install["made_by"]): Promise<void> {
  const { survey, agreement, proposal } = deal;
  const install = await work.insert(Install, {
    customer_id: survey.customer_id,
    survey_id: survey.id,
    agreement_id: agreement.id,
    sales_org_id: survey.sales_org_id,
    epc_id: survey.epc_id,
    status: "active",
    made_by: madeBy,
    ...contractOf(proposal),
    submission_number: 0,
  });
  const now = { ...deal, install };
  work.tell("new_install", now, {});
  await addTemplates(work, now, install);
}

async function restore(
  work: Work,
  deal: ContractedDeal,
  voided: Install,
  madeBy: Install["made_by"],
): Promise<void> {
  const status = next(installLifecycle, {
    status: voided.status,
    action: "restore",
    what: "an install",
  });
  const { after, changes } = await work.update(Install, voided, {
    status,
    agreement_id: deal.agreement.id,
    made_by: madeBy,
    voided_at: null,
    void_reason: null,
    ...contractOf(deal.proposal),
  });
  work.tell("restore_install", { ...deal, install: after }, {}, changes);
}

/** The installer's templates become milestones of the new install, each told as one. */
async function addTemplates(work: Work, deal: DealGraph, install: Install): Promise<void> {
  const today = siteDay(work.now, deal.customer);
  for (const { title, task_group, due_in_days } of deal.epc?.settings.milestone_templates ?? []) {
    const milestone = await work.insert(Milestone, {
      customer_id: install.customer_id,
      survey_id: install.survey_id,
      install_id: install.id,
      title,
      task_group,
      status: "not_started",
      due_on: due_in_days === null ? null : dayAfter(today, due_in_days),
    });
    work.tell("project_milestone_created", deal, { milestone });
  }
}

/** @param day YYYY-MM-DD */
const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
