import type { EventData } from "../../catalogue.ts";
import type { Actor } from "../../event.ts";
import type { surveyEvents } from "../../events/surveys.ts";
import type { DesignRequest } from "../../resources/design.ts";
import type { File, Survey } from "../../resources/survey.ts";
import {
  agent,
  briefCustomer,
  companies,
  numberOf,
  personNamed,
  personOf,
  timestamps,
} from "./parts.ts";
import type { DealData, Shapes } from "./shape.ts";
import { solarData } from "./solarData.ts";
import { dollars, sqlTime } from "./values.ts";

/** Bodies of the events about deals, up to the agreement. */
export const surveyShapes: Shapes<keyof typeof surveyEvents> = {
  new_survey: (data) => surveyShape(data),
  update_survey: (data) => surveyShape(data),
  complete_survey: (data) => surveyShape(data),
  new_survey_file: (data) => fileShape(data),
  site_survey_complete: (data, actor) => siteSurveyShape(data, actor),
  new_design_request: (data) => designRequestShape(data),
  updated_design_request: (data) => designRequestShape(data),
  new_proposal: (data) => proposalShape(data),
  update_proposal: (data) => proposalShape(data),
  update_lender_application: (data) => lenderApplicationShape(data),
};

const surveyWords: Readonly<Record<Survey["stage"], string>> = {
  new: "new",
  appointment_set: "in_progress",
  appointment_sat: "in_progress",
  design_requested: "in_progress",
  design_complete: "in_progress",
  proposal_sent: "in_progress",
  proposal_accepted: "in_progress",
  financing: "in_progress",
  contract_sent: "in_progress",
  contract_signed: "in_progress",
  submitted: "in_progress",
  installing: "in_progress",
  on_hold: "on_hold",
  lost: "lost",
  completed: "complete",
};

/** Percent done is known at both ends only; people move the stages between as they like. */
const progress: Readonly<Partial<Record<Survey["stage"], number>>> = { new: 0, completed: 100 };

const surveyShape = (data: DealData) => ({
  id: data.survey.number,
  status: surveyWords[data.survey.stage],
  survey_type: { id: null, name: data.survey.type },
  survey_hash: data.survey.id,
  ...companies(data),
  office_id: null,
  progress: progress[data.survey.stage] ?? null,
  install_id: data.install?.number ?? null,
  customer: briefCustomer(data.customer),
  agent: agent(data.rep),
  timestamps: timestamps(data.survey),
});

/** Three words are known from the field; the other kinds are spelled alike. */
const fileWords: Readonly<Record<File["category"], string>> = {
  utility_bill: "full-utility-bill",
  photo_id: "customers-photo-id",
  contract: "signedContractFiles",
  title_verification: "title-verification",
  site_survey_photo: "site-survey-photo",
  electrical_panel: "electrical-panel",
  plan_set: "plan-set",
  shading_report: "shading-report",
  production_report: "production-report",
  bill_of_materials: "bill-of-materials",
  permit: "permit",
  interconnection: "interconnection",
  permission_to_operate: "permission-to-operate",
  final_inspection: "final-inspection",
  other: "other",
};

const fileShape = (data: EventData<"new_survey_file">) => ({
  id: data.file.number,
  ...companies(data),
  deal_id: data.survey.number,
  install_id: data.install?.number ?? null,
  customer_id: data.customer.number,
  name: data.file.name,
  type: fileWords[data.file.category],
  url: data.file.content_url,
  timestamps: timestamps(data.file),
});

const siteSurveyShape = (data: EventData<"site_survey_complete">, actor: Actor) => ({
  id: data.site_survey.number,
  ...companies(data),
  deal_id: data.survey.number,
  install_id: data.install?.number ?? null,
  agreement_id: data.agreement?.number ?? null,
  agreement_signed: typeof data.agreement?.signed_at === "string",
  completed_at: sqlTime(data.site_survey.completed_at),
  completed_by: personOf(actor, [data.rep, data.setter]),
  customer: briefCustomer(data.customer),
  timestamps: timestamps(data.site_survey),
});

const designRequestWords: Readonly<Record<DesignRequest["status"], string>> = {
  new: "pending",
  in_progress: "in_progress",
  completed: "completed",
  approved: "approved",
  cancelled: "cancelled",
};

const priorityWords: Readonly<Record<DesignRequest["priority"], string>> = {
  standard: "Standard",
  expedited: "Expedited",
};

function designRequestShape(data: EventData<"new_design_request">) {
  const { design_request: request } = data;
  const { created_at, updated_at, timezone } = timestamps(request);
  return {
    id: request.number,
    status: designRequestWords[request.status],
    priority: priorityWords[request.priority],
    is_revision: request.revision_of !== null,
    ...companies(data),
    deal_id: data.survey.number,
    deal_file_id: null,
    install_id: data.install?.number ?? null,
    assignee: request.assignee === null ? {} : personNamed(request.assignee),
    timestamps: { viewed_at: null, assigned_at: null, created_at, updated_at, timezone },
  };
}

const proposalShape = (data: EventData<"new_proposal">) => ({
  id: data.proposal.number,
  ...companies(data),
  deal_id: data.survey.number,
  customer: briefCustomer(data.customer),
  agent: agent(data.rep),
  solar_data: solarData(data.proposal),
  proposal_url: null,
  timestamps: timestamps(data.proposal),
});

function lenderApplicationShape(data: EventData<"update_lender_application">) {
  const { lender_application: application } = data;
  return {
    ...companies(data),
    id: application.number,
    deal_id: data.survey.number,
    proposal_id: numberOf(data.proposal, application.proposal_id),
    customer_id: data.customer.number,
    lender: { id: null, name: application.lender, integrated: application.integrated },
    loan_product_id: null,
    external_application_id: application.lender_reference,
    amount: dollars(application.amount_cents),
    status: application.credit,
    stipulations: application.stipulations,
    documents: { status: application.documents },
    funding: application.funding,
    timestamps: timestamps(application),
  };
}
