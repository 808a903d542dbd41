import type { Cast } from "./cast.ts";
import type { Once } from "./once.ts";

/** Proposal, price, lender. */
export async function propose({ sales, lender, choices }: Cast, once: Once, surveyId: string) {
  const proposal = await once("proposal", (options) =>
    sales.proposals.create(
      {
        id: surveyId,
        title: "24 modules",
        pricing: { contract_price_cents: 3_206_000 },
        finance: choices.lender
          ? { type: "loan", lender: choices.lender, term_months: 240 }
          : { type: "cash" },
      },
      options,
    ),
  );
  const { id } = proposal;
  await once("price changed", (options) =>
    sales.proposals.update(
      {
        id,
        pricing: {
          contract_price_cents: 3_456_000,
          base_price_cents: 3_206_000,
          adders: [{ name: "Main panel upgrade", amount_cents: 250_000 }],
        },
        ...(choices.lender !== null && { finance: { term_months: 300 } }),
      },
      options,
    ),
  );
  await once("proposal viewed", (options) => sales.proposals.view({ id }, options));
  if (choices.lender !== null) await apply({ sales, lender }, once, { id, lender: choices.lender });
  await once("proposal finalized", (options) => sales.proposals.finalize({ id }, options));
  return proposal;
}

/** Lender application, approved. */
async function apply(
  { sales, lender }: Pick<Cast, "sales" | "lender">,
  once: Once,
  loan: { readonly id: string; readonly lender: string },
): Promise<void> {
  const application = await once("lender application", (options) =>
    sales.lenderApplications.create({ ...loan, amount_cents: 3_456_000 }, options),
  );
  await once("application submitted", (options) =>
    sales.lenderApplications.submit({ id: application.id }, options),
  );
  await once("application approved", (options) =>
    lender.lenderApplications.update(
      { id: application.id, credit: "approved", approved_amount_cents: 3_456_000 },
      options,
    ),
  );
}

/** Who signs. */
export const owners = [
  { role: "primary", name: "Avery Sample", email: "avery.sample@example.com" },
  { role: "co_signer", name: "Riley Sample", email: "riley.sample@example.com" },
] as const;

/** Agreement, site survey, signatures, the installer's approval and processing. */
export async function contract(
  { sales, signing, installing }: Cast,
  once: Once,
  { surveyId, proposalId }: { surveyId: string; proposalId: string },
) {
  const wrong = await once("agreement with one signer", (options) =>
    sales.agreements.create({ id: proposalId, signers: [owners[0]] }, options),
  );
  await once("agreement deleted", (options) =>
    sales.agreements.delete({ id: wrong.id, reason: "The co-owner must sign too" }, options),
  );
  const agreement = await once("agreement", (options) =>
    sales.agreements.create({ id: proposalId, signers: [...owners] }, options),
  );
  const { id } = agreement;
  await once("agreement sent", (options) =>
    sales.agreements.update({ id, status: "sent" }, options),
  );
  const siteSurvey = await once("site survey", (options) =>
    sales.siteSurveys.create({ id: surveyId, kind: "visit" }, options),
  );
  await once("site survey done", (options) =>
    sales.siteSurveys.complete({ id: siteSurvey.id, notes: "Main panel is 200 A." }, options),
  );
  let { mode } = agreement;
  for (const signer of agreement.signers) {
    // The mode is that of the installer's settings at the last signature.
    ({ mode } = await once(`signature of ${signer.name}`, (options) =>
      signing.agreements.sign({ id, signer_id: signer.id }, options),
    ));
  }
  // How much the installer has to do before the install begins is a setting of his.
  if (mode !== "signed") {
    await once("agreement approved", (options) => installing.agreements.approve({ id }, options));
  }
  if (mode === "processed") {
    await once("contract processed", (options) => installing.agreements.process({ id }, options));
  }
  return agreement;
}

export async function findInstall(
  { installing }: Cast,
  once: Once,
  surveyId: string,
): Promise<string> {
  const { data } = await once("install", () => installing.installs.list({ survey_id: surveyId }));
  const [install] = data;
  if (!install) throw new Error(`The deal ${surveyId} has no install`);
  return install.id;
}
