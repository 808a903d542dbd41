import { detours, milestoneDays, milestones, reasons } from "./assumptions.ts";
import type { Draft } from "./draft.ts";
import { dayOf } from "./leadTime.ts";
import { sign } from "./sale.ts";
import { welcomeCall } from "./step.ts";

/** The install, which the contract has made. */
const id = "@installs.data.0.id";
const survey = "@survey.id";

/** Submission, welcome call, milestones, change orders, voids; up to the deal's end, if it comes to that. */
export function build(draft: Draft): void {
  const { random, installing, end, traits, time } = draft;
  installing("installs", "list", { survey_id: survey }, "installs");
  if (traits.hasNextStepsPage) submit(draft);
  if (traits.hasWelcomeCalls) {
    time.pass("welcome_call");
    const { nowMs: atMs } = time;
    const input = { id: survey };
    draft.steps.push({ kind: welcomeCall, by: "callpilot", input, gives: null, atMs });
  }
  if (random.chance(detours.installNote)) {
    time.pass("install_note");
    installing("installNotes", "create", { id, body: "Crew of three, two days." });
  }
  unsettle(draft);
  if (random.chance(detours.changeOrder)) amend(draft);
  const done = end === "completed" ? milestones.length : random.between(0, milestones.length - 1);
  const installedOn = work(draft, done);
  if (end === "completed") finish(draft, installedOn);
  if (end === "fell_out") fallOut(draft);
}

function submit({ random, sales, time }: Draft): void {
  time.pass("submission");
  sales("installs", "submit", { id });
  sales("surveys", "update", { id: survey, stage: "submitted" });
  if (random.chance(detours.submittedAgain)) {
    time.pass("submission");
    sales("installs", "submit", { id });
  }
}

/** A void that is undone, or signed over. */
function unsettle(draft: Draft): void {
  const { random, sales, lead, time } = draft;
  const reason = random.pick(reasons.void);
  if (random.chance(detours.voidedAndRestored)) {
    time.pass("void");
    sales("installs", "void", { id, reason });
    time.pass("void");
    sales("installs", "restore", { id });
  }
  if (random.chance(detours.voidedAndSignedAgain)) {
    time.pass("void");
    sales("installs", "void", { id, reason });
    time.pass("agreement");
    const name = `${lead.first_name} ${lead.last_name}`;
    const signers = [{ role: "primary", name, email: lead.email } as const];
    sales("agreements", "create", { id: "@proposal.id", signers }, "again");
    sales("agreements", "update", { id: "@again.id", status: "sent" });
    sign(draft, "again", 1);
  }
}

function amend({ random, installing, signing, lead, offer, time }: Draft): void {
  time.pass("change_order");
  const price = offer.pricing.contract_price_cents + random.between(5, 40) * 10_000;
  const name = `${lead.first_name} ${lead.last_name}`;
  installing(
    "changeOrders",
    "create",
    {
      id,
      reason: "The main panel has to be replaced",
      reason_code: "main_panel_upgrade",
      changes: { contract_price_cents: price },
      signers: [{ role: "primary", name, email: lead.email }],
    },
    "changeOrder",
  );
  time.pass("signature");
  if (random.chance(detours.changeOrderVoided)) {
    installing("changeOrders", "void", { id: "@changeOrder.id" });
    return;
  }
  signing("changeOrders", "sign", {
    id: "@changeOrder.id",
    signer_id: "@changeOrder.signers.0.id",
  });
}

/**
 * @param done how many of the milestones are completed; one more is begun.
 * @returns the day on which the system was installed, if it was.
 */
function work({ random, sales, installing, time }: Draft, done: number): string | null {
  let installedOn: string | null = null;
  time.pass("milestone_start");
  sales("surveys", "update", { id: survey, stage: "installing" });
  for (const [nth, milestone] of milestones.slice(0, done + 1).entries()) {
    const gives = `milestone${nth}`;
    const due_on = dayOf(time.nowMs + milestoneDays * 86_400_000);
    installing("milestones", "create", { id, ...milestone, due_on }, gives);
    const change = { id: `@${gives}.id` };
    time.pass("milestone_start");
    installing("milestones", "update", { ...change, status: "in_progress" });
    if (random.chance(detours.milestoneBlocked)) {
      const blocked_reason = "Waits for the county";
      time.pass("milestone");
      installing("milestones", "update", { ...change, status: "blocked", blocked_reason });
      time.pass("milestone");
      installing("milestones", "update", { ...change, status: "in_progress" });
    }
    if (nth === done) break;
    time.pass("milestone");
    installing("milestones", "update", { ...change, status: "completed" });
    if (milestone.task_group === "installation") installedOn = dayOf(time.nowMs);
  }
  return installedOn;
}

function finish({ sales, installing, time }: Draft, installed_on: string | null): void {
  time.pass("operation");
  const pto_on = dayOf(time.nowMs);
  installing("installs", "update", { id, installed_on, pto_on, stage: "Operating" });
  time.pass("completion");
  installing("installs", "complete", { id });
  sales("surveys", "complete", { id: survey });
}

function fallOut({ random, sales, installing, time }: Draft): void {
  time.pass("fall_out");
  if (random.chance(detours.cancelledNotVoided)) {
    installing("installs", "update", { id, status: "cancelled" });
  } else sales("installs", "void", { id, reason: random.pick(reasons.void) });
  sales("surveys", "update", { id: survey, stage: "lost" });
}
