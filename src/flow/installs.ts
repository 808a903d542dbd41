import { agreementLifecycle, installLifecycle } from "../contract/lifecycle.ts";
import { refuse } from "../contract/errors.ts";
import type { Changes } from "../contract/event.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Agreement } from "../contract/resources/agreement.ts";
import { InstallNote } from "../contract/resources/customer.ts";
import { Install, Milestone } from "../contract/resources/install.ts";
import type { DealGraph } from "../store/deals.ts";
import { findRecord } from "../store/records.ts";
import { requireNoLiveAgreement } from "./agreements.ts";
import { merged } from "./changes.ts";
import { command } from "./command.ts";
import { authorOf } from "./customers.ts";
import { next } from "./lifecycle.ts";
import { siteDay } from "./siteDay.ts";
import type { Work } from "./work.ts";

const what = "an install";

export const updateInstall = command(
  "update_install",
  async (work, { params, body }: OperationInput<"updateInstall">) => {
    const { record, deal } = await work.open(Install, params.id);
    const action = body.status
      ? ({ active: "takeUp", cancelled: "cancel" } as const)[body.status]
      : "change";
    const status = next(installLifecycle, { status: record.status, action, what });
    const { after, changes } = await work.update(Install, record, {
      ...merged(record, body),
      status,
    });
    if (changes) work.tell("update_install", { ...deal, install: after }, {}, changes);
    return work.show(Install, after, deal);
  },
);

/** The Submit button of the next-steps page; pushing it again is a resubmission and tells again. */
export const submitInstall = command(
  "submit_install",
  async (work, { params }: OperationInput<"submitInstall">) => {
    const { record, deal } = await work.open(Install, params.id);
    if (!deal.epc?.settings.next_steps_page) {
      throw refuse("next_steps_page_on", "The installer has the next-steps page switched off");
    }
    next(installLifecycle, { status: record.status, action: "submit", what });
    const { after, changes } = await work.update(Install, record, {
      submission_number: record.submission_number + 1,
      submitted_at: work.now,
    });
    work.tell("submit_install", { ...deal, install: after }, {}, changes);
    return work.show(Install, after, deal);
  },
);

/** Makes the contract void: the install and its agreement, told as one change of the install. */
export const voidInstall = command(
  "void_install",
  async (work, { params, body }: OperationInput<"voidInstall">) => {
    const { record, deal } = await work.open(Install, params.id);
    const status = next(installLifecycle, { status: record.status, action: "void", what });
    const contract = await moveAgreement(work, record, "void", { voided_at: work.now });
    const { after, changes } = await work.update(Install, record, {
      status,
      voided_at: work.now,
      void_reason: body.reason,
    });
    work.tell(
      "update_install",
      { ...deal, agreement: contract.agreement, install: after },
      {},
      { ...changes, ...contract.changes },
    );
    return work.show(Install, after, deal);
  },
);

/** Undoes a void, unless a newer agreement has taken the place of the voided one. */
export const restoreInstall = command(
  "restore_install",
  async (work, { params }: OperationInput<"restoreInstall">) => {
    const { record, deal } = await work.open(Install, params.id);
    const status = next(installLifecycle, { status: record.status, action: "restore", what });
    requireNoLiveAgreement(deal);
    const contract = await moveAgreement(work, record, "restore", { voided_at: null });
    const { after, changes } = await work.update(Install, record, {
      status,
      voided_at: null,
      void_reason: null,
    });
    work.tell(
      "restore_install",
      { ...deal, agreement: contract.agreement, install: after },
      {},
      { ...changes, ...contract.changes },
    );
    return work.show(Install, after, deal);
  },
);

export const completeInstall = command(
  "complete_install",
  async (work, { params }: OperationInput<"completeInstall">) => {
    const { record, deal } = await work.open(Install, params.id);
    const status = next(installLifecycle, { status: record.status, action: "complete", what });
    const { after, changes } = await work.update(Install, record, {
      status,
      completed_at: work.now,
    });
    work.tell("update_install", { ...deal, install: after }, {}, changes);
    return work.show(Install, after, deal);
  },
);

export const createInstallNote = command(
  "create_install_note",
  async (work, { params, body }: OperationInput<"createInstallNote">) => {
    const { record, deal } = await work.open(Install, params.id);
    const install_note = await work.insert(InstallNote, {
      ...body,
      ...keysOf(record),
      author: authorOf(work),
    });
    work.tell("new_install_note", deal, { install_note });
    return work.show(InstallNote, install_note, deal);
  },
);

export const createMilestone = command(
  "create_milestone",
  async (work, { params, body }: OperationInput<"createMilestone">) => {
    const { record, deal } = await work.open(Install, params.id);
    next(installLifecycle, { status: record.status, action: "build", what });
    const today = siteDay(work.now, deal.customer);
    const dated = withDates({ status: "not_started", ...body }, null, today);
    const milestone = await work.insert(Milestone, { ...dated, ...keysOf(record) });
    work.tell("project_milestone_created", deal, { milestone });
    return work.show(Milestone, milestone, deal);
  },
);

export const updateMilestone = command(
  "update_milestone",
  async (work, { params, body }: OperationInput<"updateMilestone">) => {
    const { record, deal } = await work.open(Milestone, params.id);
    if (deal.install)
      next(installLifecycle, { status: deal.install.status, action: "build", what });
    const today = siteDay(work.now, deal.customer);
    const dated = withDates(merged(record, body), record, today);
    const { after, changes } = await work.update(Milestone, record, dated);
    if (changes) work.tell("project_milestone_updated", deal, { milestone: after }, changes);
    return work.show(Milestone, after, deal);
  },
);

/** Keys of what belongs to an install. */
export const keysOf = ({ id, customer_id, survey_id }: Install) => ({
  install_id: id,
  customer_id,
  survey_id,
});

/**
 * Starting and completing a milestone date it, unless a date is given or there. One that is no longer completed or
 * blocked loses what said so.
 * @throws {ApiError} `milestone_dates_in_order`
 */
function withDates(
  values: Record<string, unknown>,
  before: Milestone | null,
  today: string,
): Record<string, unknown> {
  const { status = before?.status } = values;
  const leaves = (left: Milestone["status"]) => before?.status === left && status !== left;
  const started = before?.started_on ?? null;
  const completed = leaves("completed") ? null : (before?.completed_on ?? null);
  const dated: Record<string, unknown> = {
    started_on: started ?? (values["status"] === "in_progress" ? today : null),
    completed_on: completed ?? (values["status"] === "completed" ? today : null),
    ...(leaves("blocked") && { blocked_reason: null }),
    ...values,
  };
  const { started_on, completed_on } = dated;
  if (
    typeof started_on === "string" &&
    typeof completed_on === "string" &&
    completed_on < started_on
  ) {
    throw refuse(
      "milestone_dates_in_order",
      `The milestone would be completed on ${completed_on}, before it was started on ${started_on}`,
    );
  }
  return dated;
}

/** Moves the contract of an install along with it. */
async function moveAgreement(
  work: Work,
  install: Install,
  action: "void" | "restore",
  values: { voided_at: string | null },
): Promise<{ agreement: Agreement; changes: Changes | null }> {
  const agreement = await findRecord(work.tx, Agreement, install.agreement_id);
  if (!agreement) throw new Error(`Agreement ${install.agreement_id} is gone`);
  const status = next(agreementLifecycle, {
    status: agreement.status,
    action,
    what: "an agreement",
  });
  const { after, changes } = await work.update(Agreement, agreement, { ...values, status });
  return { agreement: after, changes };
}

/** The install of a deal. @throws {ApiError} `install_exists` */
export function requireInstall({ install, survey }: DealGraph): Install {
  if (install) return install;
  throw refuse("install_exists", `The deal ${survey.id} has no install yet`);
}
