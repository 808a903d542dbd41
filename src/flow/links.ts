import { refuse, invalid } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Agreement, type Signer } from "../contract/resources/agreement.ts";
import { Appointment, Customer } from "../contract/resources/customer.ts";
import { ChangeOrder } from "../contract/resources/install.ts";
import type { LinkSubject } from "../contract/resources/link.ts";
import { Proposal } from "../contract/resources/proposal.ts";
import { newId } from "../base/id.ts";
import { keyHash, newLinkToken } from "../base/keys.ts";
import * as store from "../store/links.ts";
import { command } from "./command.ts";
import type { Context } from "./context.ts";
import { organizationOf, page, requireRoles } from "./reads.ts";
import { notFound, type Work } from "./work.ts";

export const createAppointmentLink = command(
  "create_link",
  async (work, { params, body }: OperationInput<"createAppointmentLink">) => {
    const { record, graph } = await work.openOfCustomer(Appointment, params.id);
    if (record.status !== "scheduled" && record.status !== "confirmed") {
      throw refuse("appointment_open", `The appointment is ${record.status.replace("_", " ")}`);
    }
    return make(work, customerOf(graph.customer, "appointment", record.id), body);
  },
);

export const createProposalLink = command(
  "create_link",
  async (work, { params, body }: OperationInput<"createProposalLink">) => {
    const { record, deal } = await work.open(Proposal, params.id);
    return make(work, customerOf(deal.customer, "proposal", record.id), body);
  },
);

export const createAgreementLink = command(
  "create_link",
  async (work, { params, body }: OperationInput<"createAgreementLink">) => {
    const { record } = await work.open(Agreement, params.id);
    if (record.status === "voided" || record.status === "deleted") {
      throw refuse("agreement_live", `The agreement is ${record.status}`);
    }
    return make(work, signerOf(record, "agreement", body.signer_id), body);
  },
);

export const createChangeOrderLink = command(
  "create_link",
  async (work, { params, body }: OperationInput<"createChangeOrderLink">) => {
    const { record } = await work.open(ChangeOrder, params.id);
    if (record.status === "voided") throw refuse("change_order_live", "The change order is voided");
    return make(work, signerOf(record, "change_order", body.signer_id), body);
  },
);

/** Revokes a link of one's own; one that is over stays over. */
export async function deleteLink(context: Context, { params }: OperationInput<"deleteLink">) {
  const revoked = { id: params.id, organizationId: organizationOf(context) };
  if (!(await store.revokeLink(context.sql, revoked))) throw notFound("link", params.id);
}

export async function listLinks(context: Context, { params, query }: OperationInput<"listLinks">) {
  await requireRoles(context, Customer, params.id);
  const made = { customerId: params.id, organizationId: organizationOf(context) };
  return page(await store.listLinks(context.sql, made, query), query);
}

/** For whom a link is, and for what. */
interface LinkFor {
  readonly customer_id: string;
  readonly subject: LinkSubject;
  readonly subject_id: string;
  readonly signer_id: string | null;
  readonly person: string;
}

function customerOf(customer: Customer, subject: LinkSubject, id: string): LinkFor {
  const person = `${customer.first_name} ${customer.last_name}`;
  return { customer_id: customer.id, subject, subject_id: id, signer_id: null, person };
}

/** @throws {ApiError} `invalid` when nobody of this id is to sign. */
function signerOf(
  { id, customer_id, signers }: { id: string; customer_id: string; signers: readonly Signer[] },
  subject: LinkSubject,
  signerId: string,
): LinkFor {
  const signer = signers.find((each) => each.id === signerId);
  if (signer)
    return { customer_id, subject, subject_id: id, signer_id: signerId, person: signer.name };
  throw invalid("/signer_id", `No signer ${signerId} of this document`);
}

async function make(
  { tx, now, context }: Work,
  link: LinkFor,
  { expires_in_hours: hours }: { expires_in_hours: number },
) {
  const token = newLinkToken();
  const made = await store.insertLink(
    tx,
    { id: newId("lnk"), organization_id: organizationOf(context), ...link },
    { hash: keyHash(token), now, hours },
  );
  return { ...made, url: context.links.toPage(token) };
}
