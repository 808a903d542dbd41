import { invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Pricing, Proposal } from "../contract/resources/proposal.ts";
import { findCompletedDesign, lastViewed } from "../store/proposals.ts";
import { changesBetween, merged } from "./changes.ts";
import { command } from "./command.ts";
import { checkPricing } from "./pricing.ts";
import { requireOpenDeal } from "./surveys.ts";
import type { Work } from "./work.ts";

export const createProposal = command(
  "create_proposal",
  async (work, { params, body }: OperationInput<"createProposal">) => {
    const deal = await work.openDeal(params.id);
    requireOpenDeal(deal);
    requireNetWithin(body.pricing);
    const request = await requireCompletedDesign(
      work,
      deal.survey.id,
      body.design_request_id ?? null,
    );
    const offered = { design: request.design, pricing: body.pricing, finance: body.finance };
    const proposal = await work.insert(Proposal, {
      ...body,
      ...offered,
      design_request_id: request.id,
      customer_id: deal.customer.id,
      survey_id: deal.survey.id,
      status: "draft",
      last_viewed: offered,
    });
    work.tell("new_proposal", { ...deal, proposal }, {});
    return proposal;
  },
);

/** Changes a draft. Tells nobody: the next view does, if it shows something else. */
export const updateProposal = command(
  "update_proposal",
  async (work, { params, body }: OperationInput<"updateProposal">) => {
    const { record, deal } = await work.open(Proposal, params.id);
    requireDraft(record);
    const given = merged(record.pricing, body.pricing ?? {});
    requireNetWithin(Pricing.parse({ ...record.pricing, ...given }));
    const taken =
      body.design_request_id &&
      (await requireCompletedDesign(work, deal.survey.id, body.design_request_id));
    const { after } = await work.update(Proposal, record, {
      ...merged(record, body),
      ...(taken && { design: taken.design }),
    });
    return after;
  },
);

/** A click on *View proposal*: tells if pricing, design, equipment, adders or finance differ from the last view. */
export const viewProposal = command(
  "view_proposal",
  async (work, { params }: OperationInput<"viewProposal">) => {
    const { record, deal } = await work.open(Proposal, params.id);
    const before = await lastViewed(work.tx, record.id);
    const shown = { design: record.design, pricing: record.pricing, finance: record.finance };
    const changes = fieldChanges(before, shown);
    const { after } = await work.update(Proposal, record, {
      viewed_at: work.now,
      ...(changes && { last_viewed: shown }),
    });
    if (changes) work.tell("update_proposal", { ...deal, proposal: after }, {}, changes);
    return after;
  },
);

export const finalizeProposal = command(
  "finalize_proposal",
  async (work, { params }: OperationInput<"finalizeProposal">) => {
    const { record, deal } = await work.open(Proposal, params.id);
    requireOpenDeal(deal);
    requireDraft(record);
    const [wrong] = checkPricing(record.pricing);
    if (wrong) {
      throw refuse(
        "pricing_adds_up",
        `${wrong.field} is ${wrong.given_cents}, the parts of the price make ${wrong.expected_cents}`,
      );
    }
    const { after } = await work.update(Proposal, record, {
      status: "finalized",
      finalized_at: work.now,
    });
    return after;
  },
);

/** Changes down to the field of design, pricing and finance, so that a receiver sees what moved. */
function fieldChanges(
  before: Pick<Proposal, "design" | "pricing" | "finance">,
  now: Pick<Proposal, "design" | "pricing" | "finance">,
) {
  const changes = {
    ...changesBetween("proposal.design", before.design, now.design),
    ...changesBetween("proposal.pricing", before.pricing, now.pricing),
    ...changesBetween("proposal.finance", before.finance, now.finance),
  };
  return Object.keys(changes).length > 0 ? changes : null;
}

function requireDraft({ finalized_at }: Proposal): void {
  if (finalized_at) throw refuse("proposal_draft", `The proposal was finalized at ${finalized_at}`);
}

/** Rebates only lower what the contract says. @throws {ApiError} `invalid` */
function requireNetWithin({ contract_price_cents, net_price_cents }: Pricing): void {
  if (net_price_cents === null || net_price_cents <= contract_price_cents) return;
  throw invalid(
    "/pricing/net_price_cents",
    `Must be at most contract_price_cents (${contract_price_cents}), is ${net_price_cents}`,
  );
}

async function requireCompletedDesign(
  { tx }: Work,
  surveyId: string,
  designRequestId: string | null,
) {
  const request = await findCompletedDesign(tx, surveyId, designRequestId);
  if (request) return request;
  throw refuse(
    "design_completed",
    designRequestId
      ? `The deal has no completed design request ${designRequestId}`
      : "The deal has no completed design yet",
  );
}
