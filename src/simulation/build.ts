import { detours, milestones, reasons } from "./assumptions.ts";
import type { Draft } from "./draft.ts";
import { sign } from "./sale.ts";
import { welcomeCall } from "./step.ts";

/** The install, which the contract has made. */
const id = "@installs.data.0.id";
const survey = "@survey.id";

/** Submission, welcome call, milestones, change orders, voids; up to the deal's end, if it comes to that. */
export function build(draft: Draft): void {
  const { random, installing, end, traits } = draft;
  installing("installs", "list", { survey_id: survey }, "installs");
  if (traits.hasNextStepsPage) submit(draft);
  if (traits.hasWelcomeCalls) {
    draft.steps.push({ kind: welcomeCall, by: "callpilot", input: { id: survey }, gives: null });
  }
  if (random.chance(detours.installNote)) {
    installing("installNotes", "create", { id, body: "Crew of three, two days." });
  }
  unsettle(draft);
  if (random.chance(detours.changeOrder)) amend(draft);
  const done = end === "completed" ? milestones.length : random.between(0, milestones.length - 1);
  work(draft, done);
  if (end === "completed") finish(draft);
  if (end === "fell_out") fallOut(draft);
}

function submit({ random, sales }: Draft): void {
  sales("installs", "submit", { id });
  sales("surveys", "update", { id: survey, stage: "submitted" });
  if (random.chance(detours.submittedAgain)) sales("installs", "submit", { id });
}

/** A void that is undone, or signed over. */
function unsettle(draft: Draft): void {
  const { random, sales, lead } = draft;
  const reason = random.pick(reasons.void);
  if (random.chance(detours.voidedAndRestored)) {
    sales("installs", "void", { id, reason });
    sales("installs", "restore", { id });
  }
  if (random.chance(detours.voidedAndSignedAgain)) {
    sales("installs", "void", { id, reason });
    const name = `${lead.first_name} ${lead.last_name}`;
    const signers = [{ role: "primary", name, email: lead.email } as const];
    sales("agreements", "create", { id: "@proposal.id", signers }, "again");
    sales("agreements", "update", { id: "@again.id", status: "sent" });
    sign(draft, "again", 1);
  }
}

function amend({ random, installing, signing, lead, offer }: Draft): void {
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
  if (random.chance(detours.changeOrderVoided)) {
    installing("changeOrders", "void", { id: "@changeOrder.id" });
    return;
  }
  signing("changeOrders", "sign", {
    id: "@changeOrder.id",
    signer_id: "@changeOrder.signers.0.id",
  });
}

/** @param done how many of the milestones are completed; one more is begun. */
function work({ random, sales, installing }: Draft, done: number): void {
  sales("surveys", "update", { id: survey, stage: "installing" });
  for (const [nth, milestone] of milestones.slice(0, done + 1).entries()) {
    const gives = `milestone${nth}`;
    installing("milestones", "create", { id, ...milestone }, gives);
    const change = { id: `@${gives}.id` };
    installing("milestones", "update", { ...change, status: "in_progress" });
    if (random.chance(detours.milestoneBlocked)) {
      const blocked_reason = "Waits for the county";
      installing("milestones", "update", { ...change, status: "blocked", blocked_reason });
      installing("milestones", "update", { ...change, status: "in_progress" });
    }
    if (nth < done) installing("milestones", "update", { ...change, status: "completed" });
  }
}

function finish({ sales, installing }: Draft): void {
  installing("installs", "update", {
    id,
    installed_on: "2027-05-10",
    pto_on: "2027-06-01",
    stage: "Operating",
  });
  installing("installs", "complete", { id });
  sales("surveys", "complete", { id: survey });
}

function fallOut({ random, sales, installing }: Draft): void {
  if (random.chance(detours.cancelledNotVoided)) {
    installing("installs", "update", { id, status: "cancelled" });
  } else sales("installs", "void", { id, reason: random.pick(reasons.void) });
  sales("surveys", "update", { id: survey, stage: "lost" });
}
