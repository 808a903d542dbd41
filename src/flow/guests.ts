import { consentStatement } from "../contract/consent.ts";
import { ApiError, invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import type { Link } from "../contract/resources/link.ts";
import { findDocument, keepSignature, type Signature } from "../store/documents.ts";
import { keepConsent, markUsed } from "../store/links.ts";
import { signed as signedAgreement, updateAgreement } from "./agreements.ts";
import { cancelAppointment, confirmAppointment } from "./appointments.ts";
import { signed as signedChangeOrder } from "./changeOrders.ts";
import { command } from "./command.ts";
import type { Context } from "./context.ts";
import { versionOf, type ToSign } from "./documents/documents.ts";
import { linkOf, requireConsent, subjectOf } from "./guestPage.ts";
import { viewProposal } from "./proposals.ts";
import type { Work } from "./work.ts";

/**
 * What the holder of a link does, by the same commands as anybody else: the link only says who does it and to what.
 */

/** *View proposal*, or the first look at what is to be signed. */
export async function view(context: Context): Promise<void> {
  const link = linkOf(context);
  const input = { params: { id: link.subject_id }, query: {}, body: {} };
  if (link.subject === "proposal") await viewProposal(context, input);
  if (link.subject === "agreement") {
    requireConsent(link);
    const isUnseen = async () => {
      const { status } = (await subjectOf(context.sql, link)).record;
      return status === "created" || status === "sent";
    };
    // It is recorded once; what is signed or declined is only shown, also when that happens at this moment.
    if (await isUnseen()) {
      await updateAgreement(context, { ...input, body: { status: "viewed" } }).catch(
        async (error: unknown) => {
          if (await isUnseen()) throw error;
        },
      );
    }
  }
  if (link.subject === "change_order") requireConsent(link);
  await markUsed(context.sql, link.id);
}

/** @throws {ApiError} `invalid` unless the link is for an appointment. */
export async function confirm(context: Context): Promise<void> {
  const link = requireSubject(context, ["appointment"]);
  await confirmAppointment(context, { params: { id: link.subject_id }, query: {}, body: {} });
  await markUsed(context.sql, link.id);
}

/** Cancels the appointment as the customer asks, or declines the agreement. */
export async function decline(
  context: Context,
  { reason }: { reason?: string | undefined },
): Promise<void> {
  const link = requireSubject(context, ["appointment", "agreement"]);
  const params = { id: link.subject_id };
  await (link.subject === "appointment"
    ? cancelAppointment(context, {
        params,
        query: {},
        body: { reason: reason ?? "Declined on the customer's page", asked_by: "customer" },
      })
    : updateAgreement(context, {
        params,
        query: {},
        body: { status: "declined", ...(reason !== undefined && { decline_reason: reason }) },
      }));
  await markUsed(context.sql, link.id);
}

/** Keeps the consent, without which nothing is shown that is to be signed. @returns the link with it. */
export async function consent(
  context: Context,
  { statement_version }: { statement_version: number },
): Promise<Link> {
  const link = requireSubject(context, ["agreement", "change_order"]);
  if (statement_version !== consentStatement.version) {
    throw invalid(
      "/statement_version",
      `The statement is at version ${consentStatement.version}; read it again`,
    );
  }
  return keepConsent(context.sql, link.id, statement_version);
}

/** Whence a request came. */
export type Sender = Pick<Signature, "address" | "user_agent">;

/** Signs, and keeps in the same transaction what shows who signed what. */
export const sign = (context: Context, given: Signing & Sender): Promise<void> =>
  linkOf(context).subject === "agreement"
    ? signAgreement(context, given)
    : signChangeOrder(context, given);

type Signing = OperationInput<"signGuestPage">["body"];

const signAgreement = command("sign_agreement", (work, given: Signing & Sender) =>
  signWith(work, given, async ({ id, ...by }) => ({
    subject: "agreement",
    record: await signedAgreement(work, id, by),
  })),
);

const signChangeOrder = command("sign_change_order", (work, given: Signing & Sender) =>
  signWith(work, given, async ({ id, ...by }) => ({
    subject: "change_order",
    record: await signedChangeOrder(work, id, by),
  })),
);

async function signWith(
  work: Work,
  { document_sha256, mark, ...sender }: Signing & Sender,
  record: (by: { id: string; signer_id: string }) => Promise<ToSign>,
): Promise<void> {
  const link = requireSubject(work.context, ["agreement", "change_order"]);
  requireConsent(link);
  const { subject_id: subjectId, signer_id } = link;
  if (signer_id === null) throw new Error(`The link ${link.id} is for no signer`);
  const version = versionOf(await record({ id: subjectId, signer_id }));
  const read = await findDocument(work.tx, { subjectId, version, stage: "to_sign" });
  if (read?.sha256 !== document_sha256) {
    throw refuse("document_as_read", "The document was generated anew; read it before you sign");
  }
  await keepSignature(
    work.tx,
    { subjectId, version, linkId: link.id },
    { signer_id, document_sha256, mark, signed_at: work.now, ...sender },
  );
}

/** @throws {ApiError} `not_found` when the link is for something else. */
function requireSubject(context: Context, subjects: readonly Link["subject"][]): Link {
  const link = linkOf(context);
  if (subjects.includes(link.subject)) return link;
  throw new ApiError(
    "not_found",
    `The page of a link for ${words(link.subject)} has no such thing`,
  );
}

const words = (subject: Link["subject"]) =>
  `${subject.startsWith("a") ? "an" : "a"} ${subject.replace("_", " ")}`;
