import type { EventData } from "../../catalogue.ts";
import type { Actor } from "../../event.ts";
import type { installEvents } from "../../events/installs.ts";
import type { Install, Milestone } from "../../resources/install.ts";
import { changeOrderShape } from "./changeOrder.ts";
import {
  agent,
  authorOf,
  briefCustomer,
  companies,
  fullCustomerOfInstall,
  numberOf,
  timestamps,
} from "./parts.ts";
import type { InstallData, Shapes } from "./shape.ts";
import { sqlDay, sqlTime } from "./values.ts";

/** Bodies of the events about installs. */
export const installShapes: Shapes<keyof typeof installEvents> = {
  new_install: (data) => installShape(data),
  submit_install: (data) => installShape(data),
  update_install: (data) => installShape(data),
  restore_install: (data) => installShape(data),
  new_install_note: (data, actor) => installNoteShape(data, actor),
  signed_change_order: (data) => changeOrderShape(data),
  project_milestone_created: (data) => milestoneShape(data),
  project_milestone_updated: (data) => milestoneShape(data),
  callpilot_welcome_call_completed: (data) => welcomeCallShape(data),
};

const installShape = (data: InstallData) => ({
  id: data.install.number,
  status: { id: null, name: statusName(data.install) },
  ...companies(data),
  office_id: null,
  market_id: null,
  deal_id: data.survey.number,
  agreement_id: numberOf(data.agreement, data.install.agreement_id),
  customer: fullCustomerOfInstall(data.customer),
  agent: agent(data.rep),
  timestamps: timestamps(data.install),
});

/** The installer's own word while the build is under way; receivers look for the others by name. */
const statusWords: Readonly<Record<Install["status"], string>> = {
  active: "Active",
  voided: "Voided",
  cancelled: "Cancelled",
  complete: "Complete",
};

const statusName = ({ status, stage }: Install) =>
  status === "active" ? (stage ?? statusWords.active) : statusWords[status];

function installNoteShape(data: EventData<"new_install_note">, actor: Actor) {
  const author = authorOf(data.install_note.author, actor, [data.rep, data.setter]);
  return {
    id: data.install_note.number,
    install_id: data.install.number,
    deal_id: data.survey.number,
    ...companies(data),
    author_id: author.id,
    author,
    note: data.install_note.body,
    timestamps: timestamps(data.install_note),
  };
}

const milestoneShape = (data: EventData<"project_milestone_created">) => ({
  id: data.milestone.number,
  ...companies(data),
  deal_id: data.survey.number,
  install_id: data.install.number,
  milestone_id: data.milestone.number,
  started_at: sqlDay(data.milestone.started_on),
  completed_at: sqlDay(data.milestone.completed_on),
  estimated_completion_date: data.milestone.due_on,
  milestone: milestoneDefinition(data.milestone, data.epc.number),
  customer: briefCustomer(data.customer),
  timestamps: timestamps(data.milestone),
});

/** The old form splits a milestone into its definition and its use on an install; here one record is both. */
const milestoneDefinition = (milestone: Milestone, installerNumber: number) => ({
  id: milestone.number,
  epc_company_id: installerNumber,
  sequence: null,
  title: milestone.title,
  description: milestone.description,
  mid: null,
  notify_customer: null,
  visible_customer: null,
  sms_body: null,
  email_body: null,
  email_subject: null,
  email_from: null,
  // The only open object of the form; without it nobody could tell that a milestone is blocked.
  meta_data: { status: milestone.status, task_group: milestone.task_group },
  assigned_user_id: null,
  created_at: sqlTime(milestone.created_at),
  updated_at: sqlTime(milestone.updated_at),
  email_from_type: null,
  deleted_at: null,
});

const welcomeCallShape = (data: EventData<"callpilot_welcome_call_completed">) => ({
  id: data.welcome_call.number,
  ...companies(data),
  deal_id: data.survey.number,
  install_id: data.install.number,
  survey_id: data.survey.number,
  call_completed: sqlTime(data.welcome_call.completed_at),
  video_url: data.welcome_call.recording_url,
  question_answers: data.welcome_call.answers.map(({ question, answer }) => ({
    question,
    selectedAnswer: answer,
    providedExternalAnswer: answer,
  })),
  enerflo_answers: { agent_name: data.rep?.name ?? null },
  customer: briefCustomer(data.customer),
  timestamps: timestamps(data.welcome_call),
});
