import type { RequiredStep } from "../../src/contract/resources/organization.ts";
import type { CallInput } from "../../src/sdk/client.ts";
import { both, command, pick, salesOrg } from "./command.ts";
import {
  anInstant,
  differs,
  installOf,
  isOpen,
  ofDeal,
  set,
  standingAgreement,
  type Companies,
  type Deal,
  type Model,
} from "./records.ts";

const everyStep: RequiredStep[] = ["site_survey", "welcome_call", "submission", "milestones"];

/** A simple deal, which is the usual one, requires nothing; a guided one every step that can be required. */
export const dealTypes = [
  { name: "simple", required_steps: [] },
  { name: "guided", required_steps: everyStep },
];

type Input = Omit<CallInput<"updateSurvey">, "id" | "custom" | "external_ids">;
const valuesOf = (input: Input) => input as Partial<Deal["is"]>;

const isPartner = ({ stranger }: Companies, { epc_id }: Input) => epc_id !== stranger;
const isOfKnownType = ({ type }: Input) =>
  type === undefined || dealTypes.some(({ name }) => name === type);

export const createSurvey = command({
  by: salesOrg,
  on: ({ customers }) => customers,
  plan(customer, { model, variant }) {
    const { epc, stranger } = model.companies;
    const input = pick<Input>(variant, [
      { epc_id: epc, type: "guided" },
      { epc_id: epc },
      {},
      { epc_id: stranger },
      { epc_id: epc, stage: "lost" },
      { stage: "completed" },
      { type: "unknown" },
    ]);
    return {
      input,
      call: ({ surveys }) => surveys.create({ id: customer.id, ...input }),
      invalid: !isOfKnownType(input) && "/type",
      must: {
        deal_completed_by_command: input.stage !== "completed",
        partnership_exists: isPartner(model.companies, input),
      },
      tells: ["new_survey"],
      becomes: ({ id }) =>
        model.deals.push({
          id,
          customer,
          is: { type: "simple", stage: "new", title: null, epc_id: null, ...valuesOf(input) },
        }),
    };
  },
});

export const updateSurvey = command({
  by: salesOrg,
  on: ({ deals }) => deals,
  plan(deal, { model, variant }) {
    const { epc, stranger } = model.companies;
    const input = pick<Input>(variant, [
      { stage: "installing" },
      { epc_id: null },
      { epc_id: epc },
      { title: "Sample residence" },
      { stage: "lost" },
      { stage: "new" },
      { epc_id: stranger },
      { type: "guided" },
      { type: "simple" },
      { stage: "completed" },
      { type: "unknown" },
    ]);
    const hasContract = installOf(model, deal) ?? standingAgreement(model, deal);
    const isOtherInstaller = input.epc_id !== undefined && input.epc_id !== deal.is.epc_id;
    return {
      deal,
      input,
      call: ({ surveys }) => surveys.update({ id: deal.id, ...input }),
      invalid: !isOfKnownType(input) && "/type",
      must: {
        deal_completed_by_command: input.stage !== "completed",
        deal_open: deal.is.stage !== "completed" || input.title !== undefined,
        installer_fixed_by_agreement: !isOtherInstaller || !hasContract,
        partnership_exists: isPartner(model.companies, input),
      },
      differs: differs(deal, valuesOf(input)),
      tells: ["update_survey"],
      becomes: () => set(deal, valuesOf(input)),
    };
  },
});

/** What a guided deal requires; a submission only where there is a page to submit on. */
function isEveryStepDone(model: Model, deal: Deal): boolean {
  const { siteSurveys, welcomeCalls, milestones, installer } = model;
  return (
    ofDeal(siteSurveys, deal).some(({ is }) => is.completed_at !== null) &&
    ofDeal(welcomeCalls, deal).length > 0 &&
    (!installer.next_steps_page || (installOf(model, deal)?.is.submission_number ?? 0) > 0) &&
    ofDeal(milestones, deal).every(({ is }) => ["completed", "canceled"].includes(is.status))
  );
}

export const completeSurvey = command({
  by: salesOrg,
  on: ({ deals }) => deals,
  plan: (deal, { model }) => ({
    deal,
    call: ({ surveys }) => surveys.complete({ id: deal.id }),
    must: {
      deal_open: isOpen(deal),
      install_complete: installOf(model, deal)?.is.status === "complete",
      required_steps_done: deal.is.type !== "guided" || isEveryStepDone(model, deal),
    },
    tells: ["complete_survey"],
    becomes: () => set(deal, { stage: "completed" }),
  }),
});

export const createFile = command({
  by: both,
  on: ({ deals }) => deals,
  plan: (deal, { model }) => ({
    deal,
    call: ({ files }) =>
      files.create({
        id: deal.id,
        category: "utility_bill",
        file: new File(["12 kWh"], "bill.txt", { type: "text/plain" }),
      }),
    tells: ["new_survey_file"],
    becomes: ({ id }) => model.files.push({ id, deal, is: { name: "bill.txt", size_bytes: 6 } }),
  }),
});

export const createSiteSurvey = command({
  by: both,
  on: ({ deals }) => deals,
  plan: (deal, { model }) => ({
    deal,
    call: ({ siteSurveys }) => siteSurveys.create({ id: deal.id, kind: "visit" }),
    must: { deal_open: isOpen(deal) },
    becomes: ({ id }) => model.siteSurveys.push({ id, deal, is: { completed_at: null } }),
  }),
});

/** An agreement must exist, signed or not; the voided one of an install is one. */
export const completeSiteSurvey = command({
  by: both,
  on: ({ siteSurveys }) => siteSurveys,
  plan: (siteSurvey, { model }) => ({
    deal: siteSurvey.deal,
    call: ({ siteSurveys }) => siteSurveys.complete({ id: siteSurvey.id }),
    must: {
      agreement_exists: !!(
        standingAgreement(model, siteSurvey.deal) ?? installOf(model, siteSurvey.deal)
      ),
      site_survey_open: siteSurvey.is.completed_at === null,
    },
    tells: ["site_survey_complete"],
    becomes: () => set(siteSurvey, { completed_at: anInstant }),
  }),
});
