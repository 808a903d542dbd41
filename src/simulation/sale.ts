import { detours, reasons } from "./assumptions.ts";
import type { Draft } from "./draft.ts";

/** Proposal, price, lender; ends here where there is no sale. */
export function propose(draft: Draft): void {
  const { random, sales, end, offer, time } = draft;
  const survey = "@survey.id";
  const isProposed = end !== "no_sale" || random.chance(detours.proposalWithoutSale);
  if (isProposed) {
    time.pass("proposal");
    const { pricing, finance } = offer;
    sales("proposals", "create", { id: survey, pricing, finance }, "proposal");
    sales("surveys", "update", { id: survey, stage: "proposal_sent" });
    time.pass("proposal_view");
    sales("proposals", "view", { id: "@proposal.id" });
    if (random.chance(detours.priceChanged)) {
      time.pass("price_change");
      sales("proposals", "update", { id: "@proposal.id", pricing: reduced(draft) });
      time.pass("proposal_view");
      sales("proposals", "view", { id: "@proposal.id" });
    }
  }
  if (end === "no_sale") {
    time.pass("no_sale");
    sales("surveys", "update", { id: survey, stage: "lost" });
  } else {
    apply(draft);
    time.pass("agreement");
    sales("proposals", "finalize", { id: "@proposal.id" });
    sales("surveys", "update", { id: survey, stage: "proposal_accepted" });
  }
}

/** A discount, with the totals that follow from it. */
function reduced({ random, offer: { pricing } }: Draft) {
  const discounts_cents = random.between(1, 20) * 10_000;
  return {
    discounts_cents,
    commission_base_cents: (pricing.commission_base_cents ?? 0) - discounts_cents,
    contract_price_cents: pricing.contract_price_cents - discounts_cents,
  };
}

/** The lender's application; without a lender there is none. */
function apply({ random, sales, lender: lending, offer, time }: Draft): void {
  const { lender } = offer.finance;
  if (typeof lender !== "string") return;
  const amount_cents = offer.pricing.contract_price_cents;
  time.pass("lender");
  sales("surveys", "update", { id: "@survey.id", stage: "financing" });
  sales(
    "lenderApplications",
    "create",
    { id: "@proposal.id", lender, amount_cents },
    "application",
  );
  const id = "@application.id";
  sales("lenderApplications", "submit", { id });
  time.pass("lender");
  const approved = { id, credit: "approved", approved_amount_cents: amount_cents } as const;
  if (!random.chance(detours.lenderStipulates)) {
    lending("lenderApplications", "update", approved);
    return;
  }
  const wanted = { type: "income_verification", description: "Two recent pay slips" } as const;
  lending("lenderApplications", "update", {
    id,
    credit: "conditionally_approved",
    stipulations: [wanted],
  });
  time.pass("lender");
  lending("lenderApplications", "update", {
    ...approved,
    stipulations: [{ ...wanted, status: "approved" }],
  });
}

/** Agreement, site survey, signatures, and what the installer's mode asks for; ends here where it is declined for good. */
export function contract(draft: Draft): void {
  const { random, sales, installing, end, time } = draft;
  time.pass("agreement");
  const signers = signersOf(draft);
  if (random.chance(detours.agreementDeleted)) {
    const [primary] = signers;
    sales("agreements", "create", { id: "@proposal.id", signers: [primary] }, "wrong");
    sales("agreements", "delete", { id: "@wrong.id", reason: "The wrong signers" });
  }
  sales("agreements", "create", { id: "@proposal.id", signers: [...signers] }, "agreement");
  const id = "@agreement.id";
  sales("agreements", "update", { id, status: "sent" });
  sales("surveys", "update", { id: "@survey.id", stage: "contract_sent" });
  const decline_reason = random.pick(reasons.decline);
  const isDeclinedAtFirst = random.chance(detours.declinedAtFirst);
  if (isDeclinedAtFirst || end === "declined") {
    time.pass("decline");
    sales("agreements", "update", { id, status: "declined", decline_reason });
  }
  if (end === "declined") {
    sales("surveys", "update", { id: "@survey.id", stage: "lost" });
    return;
  }
  if (isDeclinedAtFirst) {
    time.pass("agreement");
    sales("agreements", "update", { id, status: "sent" });
  }
  if (random.chance(detours.agreementRegenerated)) {
    time.pass("agreement");
    sales("agreements", "update", { id, regenerate: true });
    sales("agreements", "update", { id, status: "sent" });
  }
  if (random.chance(detours.siteSurvey)) {
    const kind = random.pick(["visit", "virtual"] as const);
    sales("siteSurveys", "create", { id: "@survey.id", kind }, "siteSurvey");
    time.pass("site_survey");
    installing("siteSurveys", "complete", { id: "@siteSurvey.id", notes: "Main panel is 200 A." });
  }
  sign(draft, "agreement", signers.length);
  sales("surveys", "update", { id: "@survey.id", stage: "contract_signed" });
}

type Signers = readonly [Signer, ...Signer[]];
interface Signer {
  readonly role: "primary" | "co_signer";
  readonly name: string;
  readonly email: string;
}

function signersOf({ random, lead }: Draft): Signers {
  const { first_name, last_name, email, partner } = lead;
  const primary = { role: "primary", name: `${first_name} ${last_name}`, email } as const;
  return random.chance(detours.coSigner) ? [primary, { role: "co_signer", ...partner }] : [primary];
}

/** Everybody signs, and the installer does what his mode asks for. */
export function sign(draft: Draft, agreement: string, count: number): void {
  const { signing, installing, traits, time } = draft;
  const id = `@${agreement}.id`;
  for (let nth = 0; nth < count; nth += 1) {
    time.pass("signature");
    signing("agreements", "sign", { id, signer_id: `@${agreement}.signers.${nth}.id` });
  }
  if (traits.mode === "signed") return;
  time.pass("approval");
  installing("agreements", "approve", { id });
  if (traits.mode !== "processed") return;
  time.pass("approval");
  installing("agreements", "process", { id });
}
