import { refuse } from "../contract/errors.ts";
import type { Changes } from "../contract/event.ts";
import type { OperationInput } from "../contract/operations.ts";
import { LenderApplication } from "../contract/resources/lenderApplication.ts";
import type { Organization } from "../contract/resources/organization.ts";
import { Proposal } from "../contract/resources/proposal.ts";
import type { DealGraph } from "../store/deals.ts";
import { findRecord } from "../store/records.ts";
import { merged } from "./changes.ts";
import { command } from "./command.ts";
import { requireOpenDeal } from "./surveys.ts";
import type { Work } from "./work.ts";

export const createLenderApplication = command(
  "create_lender_application",
  async (work, { params, body }: OperationInput<"createLenderApplication">) => {
    const { record: proposal, deal } = await work.open(Proposal, params.id);
    requireOpenDeal(deal);
    return work.insert(LenderApplication, {
      ...body,
      customer_id: deal.customer.id,
      survey_id: deal.survey.id,
      proposal_id: proposal.id,
      integrated: isIntegrated(deal.sales_org, body.lender),
      credit: "draft",
      stipulations: [],
      documents: "not_sent",
      funding: "not_requested",
    });
  },
);

/** Submits the application. There is no event for a new one: the first submission is an update. */
export const submitLenderApplication = command(
  "submit_lender_application",
  async (work, { params }: OperationInput<"submitLenderApplication">) => {
    const { record, deal } = await work.open(LenderApplication, params.id);
    requireDraft(record);
    const { after, changes } = await work.update(LenderApplication, record, {
      submitted_at: work.now,
      ...(record.credit === "draft" && { credit: "submitted" }),
    });
    await tellIfIntegrated(work, deal, after, changes);
    return after;
  },
);

const axes = ["credit", "stipulations", "documents", "funding"] as const;

export const updateLenderApplication = command(
  "update_lender_application",
  async (work, { params, body }: OperationInput<"updateLenderApplication">) => {
    const { record, deal } = await work.open(LenderApplication, params.id);
    if (body.credit === "draft") requireDraft(record);
    const { after, changes } = await work.update(LenderApplication, record, {
      ...merged(record, body),
      ...(isSubmission(record, body.credit) && { submitted_at: work.now }),
    });
    const isOnAxis = axes.some((axis) => changes?.[`lender_application.${axis}`]);
    if (record.submitted_at || isOnAxis) await tellIfIntegrated(work, deal, after, changes);
    return after;
  },
);

/** What an application may come to although the lender never had it. */
const withoutLender = new Set<LenderApplication["credit"]>([
  "draft",
  "error",
  "withdrawn",
  "cancelled",
]);

/** Any other word on credit is the lender's, so whoever reports it has submitted the application. */
const isSubmission = (
  { submitted_at }: LenderApplication,
  credit: LenderApplication["credit"] = "draft",
): boolean => submitted_at === null && !withoutLender.has(credit);

/** @throws {ApiError} `application_draft` when it was submitted. */
function requireDraft({ submitted_at }: LenderApplication): void {
  if (!submitted_at) return;
  throw refuse("application_draft", `The application was submitted at ${submitted_at}`);
}

/** People spell the names of lenders with other capitals than the settings do. */
function isIntegrated({ settings }: Organization, lender: string): boolean {
  const plain = (name: string) => name.trim().toLowerCase();
  return settings.integrated_lenders.some((name) => plain(name) === plain(lender));
}

/** With the proposal that is applied on: the deal may have a newer one. */
async function tellIfIntegrated(
  work: Work,
  deal: DealGraph,
  lender_application: LenderApplication,
  changes: Changes | null,
): Promise<void> {
  if (!lender_application.integrated || !changes) return;
  const { proposal_id: id } = lender_application;
  const proposal =
    deal.proposal?.id === id ? deal.proposal : await findRecord(work.tx, Proposal, id);
  if (!proposal) throw new Error(`The proposal ${id}, which is applied on, is gone`);
  work.tell("update_lender_application", { ...deal, proposal }, { lender_application }, changes);
}
