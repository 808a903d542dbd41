import { invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import type { Organization, RequiredStep } from "../contract/resources/organization.ts";
import { SiteSurvey, Survey } from "../contract/resources/survey.ts";
import type { DealGraph } from "../store/deals.ts";
import { loadDeal } from "../store/deals.ts";
import { openSteps } from "../store/dealSteps.ts";
import { isPartnership } from "../store/organizations.ts";
import { merged } from "./changes.ts";
import { command } from "./command.ts";
import type { Work } from "./work.ts";

export const createSurvey = command(
  "create_survey",
  async (work, { params, body }: OperationInput<"createSurvey">) => {
    const { customer, sales_org } = await work.openCustomer(params.id);
    requireDealType(sales_org, body.type);
    requireNotCompleted(body.stage);
    await requireInstaller(work, sales_org, body.epc_id);
    const survey = await work.insert(Survey, {
      type: sales_org.settings.deal_types[0]?.name ?? "residential",
      stage: "new",
      ...body,
      customer_id: customer.id,
      sales_org_id: sales_org.id,
    });
    const deal = await reload(work, survey.id);
    work.tell("new_survey", deal, {});
    return survey;
  },
);

export const updateSurvey = command(
  "update_survey",
  async (work, { params, body }: OperationInput<"updateSurvey">) => {
    const deal = await work.openDeal(params.id);
    requireDealType(deal.sales_org, body.type);
    requireNotCompleted(body.stage);
    const isMoved = [body.type, body.stage, body.epc_id].some((field) => field !== undefined);
    if (isMoved && deal.survey.stage === "completed") {
      throw refuse("deal_open", `The deal was completed at ${deal.survey.completed_at ?? ""}`);
    }
    if (body.epc_id !== undefined && body.epc_id !== deal.survey.epc_id) {
      requireInstallerFree(deal);
      await requireInstaller(work, deal.sales_org, body.epc_id);
    }
    const { after, changes } = await work.update(Survey, deal.survey, merged(deal.survey, body));
    if (changes) work.tell("update_survey", await reload(work, after.id), {}, changes);
    return after;
  },
);

export const completeSurvey = command(
  "complete_survey",
  async (work, { params }: OperationInput<"completeSurvey">) => {
    const deal = await work.openDeal(params.id);
    requireOpenDeal(deal);
    if (deal.install?.status !== "complete") {
      throw refuse(
        "install_complete",
        deal.install ? `The install is ${deal.install.status}` : "The deal has no install yet",
      );
    }
    const open = await openSteps(work.tx, deal.survey.id, requiredSteps(deal));
    if (open.length > 0) throw refuse("required_steps_done", `Still to do: ${open.join(", ")}`);
    const { after, changes } = await work.update(Survey, deal.survey, {
      stage: "completed",
      completed_at: work.now,
    });
    work.tell("complete_survey", { ...deal, survey: after }, {}, changes);
    return after;
  },
);

export const createSiteSurvey = command(
  "create_site_survey",
  async (work, { params, body }: OperationInput<"createSiteSurvey">) => {
    const deal = await work.openDeal(params.id);
    requireOpenDeal(deal);
    const { survey } = deal;
    return work.insert(SiteSurvey, {
      ...body,
      customer_id: survey.customer_id,
      survey_id: survey.id,
    });
  },
);

export const completeSiteSurvey = command(
  "complete_site_survey",
  async (work, { params, body }: OperationInput<"completeSiteSurvey">) => {
    const { record, deal } = await work.open(SiteSurvey, params.id);
    if (!deal.agreement) throw refuse("agreement_exists", "The deal has no agreement yet");
    if (record.completed_at) {
      throw refuse("site_survey_open", `The site survey was completed at ${record.completed_at}`);
    }
    const { after, changes } = await work.update(SiteSurvey, record, {
      ...(body?.notes !== undefined && { notes: body.notes }),
      completed_at: work.now,
    });
    work.tell("site_survey_complete", deal, { site_survey: after }, changes);
    return after;
  },
);

/** @throws {ApiError} `deal_open` when the deal takes no new work. */
export function requireOpenDeal({ survey }: DealGraph): void {
  if (survey.stage === "completed" || survey.stage === "lost") {
    throw refuse("deal_open", `The deal is ${survey.stage}`);
  }
}

/** The deal as it is now, for a snapshot after its parties or its representative may have changed. */
export async function reload({ tx }: Work, surveyId: string): Promise<DealGraph> {
  const deal = await loadDeal(tx, surveyId);
  if (!deal) throw new Error(`Deal ${surveyId} is gone`);
  return deal;
}

function requireNotCompleted(stage: Survey["stage"] | undefined): void {
  if (stage === "completed") {
    throw refuse("deal_completed_by_command", "Complete the deal to bring it to this stage");
  }
}

function requireDealType({ settings }: Organization, type: string | undefined): void {
  const names = settings.deal_types.map(({ name }) => name);
  if (type !== undefined && names.length > 0 && !names.includes(type)) {
    throw invalid("/type", `Must be one of ${names.join(", ")}, is ${type}`);
  }
}

/** The contract is the installer's, so he stays while there is one. */
function requireInstallerFree({ agreement, install }: DealGraph): void {
  if (install || (agreement && agreement.status !== "voided")) {
    throw refuse(
      "installer_fixed_by_agreement",
      `The deal has ${install ? `the install ${install.id}` : `the agreement ${agreement?.id ?? ""}`}`,
    );
  }
}

/** A company that is both may install for itself; any other installer needs a partnership. */
async function requireInstaller(
  { tx }: Work,
  salesOrg: Organization,
  epcId: string | null | undefined,
): Promise<void> {
  if (!epcId) return;
  const installsItself = epcId === salesOrg.id && salesOrg.roles.includes("epc");
  if (installsItself || (await isPartnership(tx, salesOrg.id, epcId))) return;
  throw refuse("partnership_exists", `${salesOrg.name} has no partnership with ${epcId}`);
}

/** The steps that the deal's type requires; without the installer's next-steps page there is no submission. */
function requiredSteps({ survey, sales_org, epc }: DealGraph): readonly RequiredStep[] {
  const type = sales_org.settings.deal_types.find(({ name }) => name === survey.type);
  const steps = type?.required_steps ?? [];
  return epc?.settings.next_steps_page ? steps : steps.filter((step) => step !== "submission");
}
