import type { OperationInput } from "../contract/operations.ts";
import type { GuestPage } from "../contract/resources/link.ts";
import { Agreement } from "../contract/resources/agreement.ts";
import { ChangeOrder } from "../contract/resources/install.ts";
import type { Context } from "../flow/context.ts";
import { presentDocument } from "../flow/documents/documents.ts";
import { guestDocument, guestPage } from "../flow/guestPage.ts";
import * as guests from "../flow/guests.ts";
import { read } from "../flow/reads.ts";

/** The pages for customers and signers, and the documents that are signed there. */
interface Exchange {
  readonly request: Request;
  readonly address: string | null;
}

export const getGuestPage = (context: Context): Promise<GuestPage> =>
  guestPage(context, { viewed: false });

export async function viewGuestPage(context: Context): Promise<GuestPage> {
  await guests.view(context);
  return guestPage(context, { viewed: true });
}

export async function confirmGuestPage(context: Context): Promise<GuestPage> {
  await guests.confirm(context);
  return getGuestPage(context);
}

export async function declineGuestPage(
  context: Context,
  { body }: OperationInput<"declineGuestPage">,
): Promise<GuestPage> {
  await guests.decline(context, body);
  return getGuestPage(context);
}

export async function consentGuestPage(
  context: Context,
  { body }: OperationInput<"consentGuestPage">,
): Promise<GuestPage> {
  const link = await guests.consent(context, body);
  return guestPage({ ...context, caller: { ...context.caller, link } }, { viewed: false });
}

export async function signGuestPage(
  context: Context,
  { body }: OperationInput<"signGuestPage">,
  { request, address }: Exchange,
): Promise<GuestPage> {
  // Its length is the sender's choice; what tells browsers apart stands at the beginning.
  const user_agent = request.headers.get("user-agent")?.slice(0, 500) ?? null;
  await guests.sign(context, { ...body, address, user_agent });
  return getGuestPage(context);
}

export const getGuestDocument = async (context: Context): Promise<Response> =>
  pdf(await guestDocument(context));

export async function getAgreementDocument(
  context: Context,
  input: OperationInput<"getAgreementDocument">,
): Promise<Response> {
  const record = await read(Agreement)(context, input);
  return pdf(await presentDocument(context.sql, { subject: "agreement", record }));
}

export async function getChangeOrderDocument(
  context: Context,
  input: OperationInput<"getChangeOrderDocument">,
): Promise<Response> {
  const record = await read(ChangeOrder)(context, input);
  return pdf(await presentDocument(context.sql, { subject: "change_order", record }));
}

function pdf({ pdf: bytes, content }: { pdf: Uint8Array; content: { title: string } }): Response {
  const name = `${content.title.toLowerCase().replaceAll(" ", "-")}.pdf`;
  return new Response(Buffer.from(bytes), {
    headers: {
      "content-type": "application/pdf",
      "content-length": String(bytes.length),
      "content-disposition": `inline; filename="${name}"`,
    },
  });
}
