import { randomUUID } from "node:crypto";
import type { Agreement } from "../src/contract/resources/agreement.ts";
import type { Customer } from "../src/contract/resources/customer.ts";
import type { Design, DesignRequest } from "../src/contract/resources/design.ts";
import type { Install } from "../src/contract/resources/install.ts";
import type { Proposal } from "../src/contract/resources/proposal.ts";
import type { Survey } from "../src/contract/resources/survey.ts";
import { sign } from "../src/contract/signature.ts";
import type { CallInput } from "../src/sdk/client.ts";
import { givenCustomer, type Pair } from "./service.ts";

/** Walks deals to where a test starts, through the REST API only. Whatever a test does not say has a usual value. */

/** A deal with the installer chosen; `epc_id: null` leaves that open. */
export async function givenDeal(
  pair: Pair,
  {
    customer,
    ...given
  }: { customer?: Customer } & Partial<Omit<CallInput<"createSurvey">, "id">> = {},
): Promise<Survey> {
  const { id } = customer ?? (await givenCustomer(pair));
  return pair.sales.surveys.create({ id, epc_id: pair.epc.id, ...given });
}

/** A design of 24 modules; `kilowatts` makes another one. */
export const design = (kilowatts = 9.72): Design => ({
  system_size_dc_kw: kilowatts,
  system_size_ac_kw: 6.96,
  annual_production_kwh: 13_500,
  modules: [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 24 }],
  inverters: [
    {
      manufacturer: "Example Power",
      model: "EP-290",
      style: "microinverter",
      ac_output_watts: 290,
      count: 24,
    },
  ],
  batteries: [{ manufacturer: "Example Storage", model: "ES-13", usable_kwh: 13.5, count: 1 }],
  offset_ratio: 1,
  arrays: [],
  mounting: "roof",
  roof_material: null,
  annual_usage_kwh: null,
  tool: null,
});

/** A completed design request. */
export async function givenDesign(pair: Pair, survey?: Survey): Promise<DesignRequest> {
  const { id } = survey ?? (await givenDeal(pair));
  const asked = await pair.sales.designRequests.create({ id });
  return pair.sales.designRequests.complete({ id: asked.id, design: design() });
}

/** A price that adds up, with what an installer must not see in it. */
export const pricing = {
  contract_price_cents: 3_456_000,
  base_price_cents: 3_000_000,
  adders: [{ name: "Main panel upgrade", amount_cents: 250_000 }],
  dealer_fee_cents: 206_000,
  commission_base_cents: 3_250_000,
};

/** A draft, of a new deal with a completed design unless a deal is given. */
export async function givenProposal(
  pair: Pair,
  { survey, ...given }: { survey?: Survey } & Partial<CallInput<"createProposal">> = {},
): Promise<Proposal> {
  const deal = survey ?? (await givenDeal(pair));
  await givenDesign(pair, deal);
  return pair.sales.proposals.create({
    id: deal.id,
    pricing,
    finance: { type: "loan", lender: "Example Lender", term_months: 300 },
    ...given,
  });
}

export async function givenFinalizedProposal(
  pair: Pair,
  given: Parameters<typeof givenProposal>[1] = {},
): Promise<Proposal> {
  const { id } = await givenProposal(pair, given);
  return pair.sales.proposals.finalize({ id });
}

export const primary = {
  role: "primary",
  name: "Avery Sample",
  email: "avery.sample@example.com",
} as const;
export const coSigner = {
  role: "co_signer",
  name: "Riley Sample",
  email: "riley.sample@example.com",
} as const;

/** An agreement that nobody has signed; one signer unless more are given. */
export async function givenAgreement(
  pair: Pair,
  given: { survey?: Survey; signers?: CallInput<"createAgreement">["signers"] } = {},
): Promise<Agreement> {
  const { survey, signers = [primary] } = given;
  const { id } = await givenFinalizedProposal(pair, survey ? { survey } : {});
  return pair.sales.agreements.create({ id, signers });
}

/** Signs for everybody who has not signed yet. @returns the agreement as it is then. */
export async function signAll({ sales }: Pair, agreement: Agreement): Promise<Agreement> {
  let signed = agreement;
  for (const signer of agreement.signers) {
    if (signer.signed_at) continue;
    signed = await sales.agreements.sign({ id: agreement.id, signer_id: signer.id });
  }
  return signed;
}

export async function givenSignedAgreement(
  pair: Pair,
  given: Parameters<typeof givenAgreement>[1] = {},
): Promise<Agreement> {
  return signAll(pair, await givenAgreement(pair, given));
}

/** An install, by whatever the installer's agreement mode asks for. */
export async function givenInstall(
  pair: Pair,
  given: Parameters<typeof givenAgreement>[1] = {},
): Promise<Install> {
  const { id, mode, survey_id } = await givenSignedAgreement(pair, given);
  if (mode !== "signed") await pair.installer.agreements.approve({ id });
  if (mode === "processed") await pair.installer.agreements.process({ id });
  return installOf(pair, survey_id);
}

/** @throws {Error} when the deal has no install. */
export async function installOf({ sales }: Pair, surveyId: string): Promise<Install> {
  const { data } = await sales.installs.list({ survey_id: surveyId });
  const [install] = data;
  if (!install) throw new Error(`The deal ${surveyId} has no install`);
  return install;
}

/** A call-back of CallPilot for the pair's sales organization, signed with `secret`. */
export async function reportWelcomeCall(
  { service, salesOrg }: Pair,
  { secret, ...call }: { secret: string; survey_id: string } & Record<string, unknown>,
): Promise<Response> {
  const body = JSON.stringify({
    call_id: "call-1",
    completed_at: "2026-03-11T16:20:00.000Z",
    recording_consent_at: "2026-03-11T16:01:00.000Z",
    answers: [{ question: "Do you know the first monthly payment?", answer: "Yes" }],
    ...call,
  });
  const id = randomUUID();
  const timestamp = Math.floor(Date.now() / 1000);
  return fetch(new URL(`/v1/integrations/callpilot/${salesOrg.id}/calls`, service.url), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await sign({ secrets: [secret], id, timestamp, body }),
    },
    body,
  });
}
