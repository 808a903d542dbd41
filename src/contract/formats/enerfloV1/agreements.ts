import type { EventData } from "../../catalogue.ts";
import type { Actor } from "../../event.ts";
import type { agreementEvents } from "../../events/agreements.ts";
import type { Agreement } from "../../resources/agreement.ts";
import { agent, briefCustomer, companies, personOf, timestamps } from "./parts.ts";
import type { Shapes } from "./shape.ts";
import { sqlTime } from "./values.ts";

/** Bodies of the events about agreements. */
export const agreementShapes: Shapes<keyof typeof agreementEvents> = {
  new_agreement: (data) => agreementShape(data),
  update_agreement: (data) => agreementShape(data),
  signed_agreement: (data) => agreementShape(data),
  delete_agreement: (data) => agreementShape(data),
  contract_processed: (data, actor) => processedShape(data, actor),
};

const agreementWords: Readonly<Record<Agreement["status"], string>> = {
  created: "Created",
  sent: "Pending",
  viewed: "Pending",
  partially_signed: "Pending",
  signed: "Signed",
  declined: "Declined",
  voided: "Voided",
  deleted: "Deleted",
};

const agreementShape = (data: EventData<"new_agreement">) => ({
  id: data.agreement.number,
  status: agreementWords[data.agreement.status],
  ...companies(data),
  deal_id: data.survey.number,
  install_id: data.install?.number ?? null,
  agreement_file: data.agreement.document_url,
  agreement_hash: data.agreement.id,
  signed_at: sqlTime(data.agreement.signed_at),
  customer: briefCustomer(data.customer),
  agent: agent(data.rep),
  timestamps: timestamps(data.agreement, data.agreement.deleted_at),
});

const processedShape = (data: EventData<"contract_processed">, actor: Actor) => ({
  id: data.agreement.number,
  status: "Completed",
  ...companies(data),
  deal_id: data.survey.number,
  install_id: data.install?.number ?? null,
  agreement_file: data.agreement.document_url,
  signed_at: sqlTime(data.agreement.signed_at),
  processed_at: sqlTime(data.agreement.processed_at),
  processed_by: personOf(actor, [data.rep, data.setter]),
  customer: briefCustomer(data.customer),
  timestamps: timestamps(data.agreement, data.agreement.deleted_at),
});
