import { refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { DesignRequest } from "../contract/resources/design.ts";
import { refreshDraftDesigns } from "../store/proposals.ts";
import { findRecord } from "../store/records.ts";
import { merged } from "./changes.ts";
import { command } from "./command.ts";
import { designRequestLifecycle, next } from "./lifecycle.ts";
import { requireOpenDeal } from "./surveys.ts";
import type { Work } from "./work.ts";

export const createDesignRequest = command(
  "create_design_request",
  async (work, { params, body }: OperationInput<"createDesignRequest">) => {
    const deal = await work.openDeal(params.id);
    requireOpenDeal(deal);
    await requireDeliveredDesign(work, deal.survey.id, body.revision_of);
    const design_request = await work.insert(DesignRequest, {
      priority: "standard",
      ...body,
      customer_id: deal.customer.id,
      survey_id: deal.survey.id,
      status: "new",
    });
    work.tell("new_design_request", deal, { design_request });
    return design_request;
  },
);

const actions = { in_progress: "start", approved: "approve", cancelled: "cancel" } as const;

export const updateDesignRequest = command(
  "update_design_request",
  async (work, { params, body }: OperationInput<"updateDesignRequest">) => {
    const { record, deal } = await work.open(DesignRequest, params.id);
    const action = body.status ? actions[body.status] : "change";
    const what = "a design request";
    const status = next(designRequestLifecycle, { status: record.status, action, what });
    const { after, changes } = await work.update(DesignRequest, record, {
      ...merged(record, body),
      status,
    });
    if (changes) work.tell("updated_design_request", deal, { design_request: after }, changes);
    return after;
  },
);

/** Delivers the design; drafts of proposals made from this request take it over, which by itself tells nobody. */
export const completeDesignRequest = command(
  "complete_design_request",
  async (work, { params, body }: OperationInput<"completeDesignRequest">) => {
    const { record, deal } = await work.open(DesignRequest, params.id);
    const status = next(designRequestLifecycle, {
      status: record.status,
      action: "deliver",
      what: "a design request",
    });
    const isNew = record.status !== "completed";
    const { after, changes } = await work.update(DesignRequest, record, {
      design: body.design,
      status,
      ...(isNew && { completed_at: work.now }),
    });
    if (!changes) return after;
    await refreshDraftDesigns(work.tx, after, work.now);
    work.tell("updated_design_request", deal, { design_request: after }, changes);
    return after;
  },
);

async function requireDeliveredDesign(
  work: Work,
  surveyId: string,
  revisionOf: string | null | undefined,
): Promise<void> {
  if (!revisionOf) return;
  const revised = await findRecord(work.tx, DesignRequest, revisionOf);
  if (revised?.survey_id !== surveyId || !revised.design) {
    throw refuse(
      "revision_of_delivered_design",
      `${revisionOf} is not a design request of this deal with a delivered design`,
    );
  }
}
