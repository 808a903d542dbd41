import { refuse } from "../contract/errors.ts";
import { Agreement } from "../contract/resources/agreement.ts";
import { Appointment } from "../contract/resources/customer.ts";
import { ChangeOrder } from "../contract/resources/install.ts";
import type { GuestPage, Link } from "../contract/resources/link.ts";
import { User } from "../contract/resources/organization.ts";
import { Proposal } from "../contract/resources/proposal.ts";
import { Survey } from "../contract/resources/survey.ts";
import type { Db } from "../base/database.ts";
import type { StoredDocument } from "../store/documents.ts";
import { findRecord } from "../store/records.ts";
import type { Context } from "./context.ts";
import { proposalContent } from "./documents/content.ts";
import { documentToSign, partiesOf, presentDocument } from "./documents/documents.ts";
import { notFound } from "./work.ts";

/** The link by which a guest calls; operations that need one are open to nobody else. */
export function linkOf({ caller }: Context): Link {
  if (!caller.link) throw new Error("This call is for holders of a link");
  return caller.link;
}

/** @throws {ApiError} `consent_given` */
export function requireConsent({ consented_at }: Link): void {
  if (consented_at !== null) return;
  throw refuse("consent_given", "Agree to electronic records and signatures first");
}

/** What a link is about. */
type Subject =
  | { readonly subject: "appointment"; readonly record: Appointment }
  | { readonly subject: "proposal"; readonly record: Proposal }
  | { readonly subject: "agreement"; readonly record: Agreement }
  | { readonly subject: "change_order"; readonly record: ChangeOrder };

/** @throws {ApiError} `not_found` when the record is gone. */
export async function subjectOf(db: Db, { subject, subject_id }: Link): Promise<Subject> {
  const record = await findRecord(db, resources[subject], subject_id);
  if (!record) throw notFound(subject, subject_id);
  // The table above pairs each subject with its resource.
  return { subject, record } as unknown as Subject;
}

const resources = {
  appointment: Appointment,
  proposal: Proposal,
  agreement: Agreement,
  change_order: ChangeOrder,
} as const satisfies Record<Link["subject"], unknown>;

/**
 * The page of a link as it is now.
 * @param viewed whether it was asked for by viewing: only then a proposal is shown, since showing it is a view.
 */
export async function guestPage(
  context: Context,
  { viewed }: { viewed: boolean },
): Promise<GuestPage> {
  const { sql } = context;
  const link = linkOf(context);
  const about = await subjectOf(sql, link);
  const parties = await partiesOf(sql, {
    customer_id: link.customer_id,
    epc_id: await installerOf(sql, about),
  });
  const { sales_org, epc, customer } = parties;
  const sender = link.organization_id === customer.sales_org_id ? sales_org : (epc ?? sales_org);
  const { subject, person, expires_at, consented_at, signer_id } = link;
  return {
    subject,
    person,
    company: sender.name,
    contact: sender.phone ?? sender.email,
    installer: epc?.name ?? null,
    expires_at,
    consented_at,
    status: about.record.status,
    appointment: about.subject === "appointment" ? await shownAppointment(sql, about.record) : null,
    document: await shownDocument(sql, about, {
      isShown: about.subject === "proposal" ? viewed : consented_at !== null,
      parties,
    }),
    signers: ("signers" in about.record ? about.record.signers : []).map(
      ({ id, role, name, signed_at }) => ({ role, name, signed_at, is_you: id === signer_id }),
    ),
  };
}

/** The PDF of what there is to sign, or of what was signed. @throws {ApiError} `not_found`, `rule` before the consent */
export async function guestDocument(context: Context): Promise<StoredDocument> {
  const link = linkOf(context);
  const about = await subjectOf(context.sql, link);
  if (about.subject === "appointment" || about.subject === "proposal") {
    throw notFound("document of the link", link.id);
  }
  requireConsent(link);
  return presentDocument(context.sql, about);
}

/** The installer named in a document is that of the contract; before there is one, that of the deal. */
async function installerOf(db: Db, { subject, record }: Subject): Promise<string | null> {
  if (subject === "agreement") return record.epc_id;
  if (record.survey_id === null) return null;
  const survey = await findRecord(db, Survey, record.survey_id);
  return survey?.epc_id ?? null;
}

async function shownAppointment(
  db: Db,
  appointment: Appointment,
): Promise<GuestPage["appointment"]> {
  const { type, status, starts_at, ends_at, time_zone, location, assignee_id } = appointment;
  const assignee = assignee_id === null ? undefined : await findRecord(db, User, assignee_id);
  return { type, status, starts_at, ends_at, time_zone, location, with: assignee?.name ?? null };
}

async function shownDocument(
  db: Db,
  about: Subject,
  { isShown, parties }: { isShown: boolean; parties: Awaited<ReturnType<typeof partiesOf>> },
): Promise<GuestPage["document"]> {
  if (!isShown || about.subject === "appointment") return null;
  if (about.subject === "proposal") {
    return { ...proposalContent(about.record, parties), sha256: null };
  }
  const { content, sha256 } = await documentToSign(db, about);
  return { ...content, sha256 };
}
