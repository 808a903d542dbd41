import { designRequestLifecycle } from "../contract/lifecycle.ts";
import { refuse } from "../contract/errors.ts";
import type { Changes } from "../contract/event.ts";
import type { OperationInput } from "../contract/operations.ts";
import { DesignRequest } from "../contract/resources/design.ts";
import { refreshDraftDesigns } from "../store/proposals.ts";
import { findRecord } from "../store/records.ts";
import { merged, namesAny } from "./changes.ts";
import { command } from "./command.ts";
import { next } from "./lifecycle.ts";
import { reload, requireOpenDeal } from "./surveys.ts";
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
    const { record } = await work.open(DesignRequest, params.id);
    const status = statusAfter(record, body);
    const { after, changes } = await work.update(DesignRequest, record, {
      ...merged(record, body),
      status,
    });
    if (changes) await tellUpdated(work, after, changes);
    return after;
  },
);

/** Delivers the design; drafts of proposals made from this request take it over, which by itself tells nobody. */
export const completeDesignRequest = command(
  "complete_design_request",
  async (work, { params, body }: OperationInput<"completeDesignRequest">) => {
    const { record } = await work.open(DesignRequest, params.id);
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
    await tellUpdated(work, after, changes);
    return after;
  },
);

/** Tells of a changed request, with the deal's design and drafts as they are after it. */
async function tellUpdated(work: Work, design_request: DesignRequest, changes: Changes) {
  const deal = await reload(work, design_request.survey_id);
  work.tell("updated_design_request", deal, { design_request }, changes);
}

/** An approved design is locked: saying again that it is approved lets nothing else through. */
function statusAfter(
  { status }: DesignRequest,
  { status: wanted, ...rest }: OperationInput<"updateDesignRequest">["body"],
): DesignRequest["status"] {
  const after = (action: "change" | (typeof actions)[keyof typeof actions]) =>
    next(designRequestLifecycle, { status, action, what: "a design request" });
  if (!wanted) return after("change");
  if (namesAny(rest)) after("change");
  return after(actions[wanted]);
}

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
