import { z } from "zod";
import { id, text } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { GuestPage, Link, MadeLink, Mark } from "../resources/link.ts";

const { get, create, remove } = section("links", "flow:read", "flow:write");
const salesOrg = ["sales_org"] as const;
/** Whoever holds a link. */
const guest = { callers: ["guest"], scope: null } as const;

const expiry = {
  expires_in_hours: z
    .int()
    .min(1)
    .max(2160)
    .default(168)
    .meta({ description: "How long it works.", unit: "hours", example: 168 }),
};
const body = z.strictObject(expiry);
const forSigner = z.strictObject({
  signer_id: id("sgn", "The signer it is for."),
  ...expiry,
});

export const linkOperations = {
  createAppointmentLink: create({
    path: "/appointments/{id}/links",
    summary: "Make a link by which the customer confirms or declines",
    callers: salesOrg,
    params: z.object({ id: id("apt", "The appointment.") }),
    body,
    bodyKind: "optional_json",
    answer: MadeLink,
    rules: ["appointment_open"],
  }),
  createProposalLink: create({
    path: "/proposals/{id}/links",
    summary: "Make a link by which the customer views the proposal",
    description: "*View proposal* on its page counts as a view.",
    callers: salesOrg,
    params: z.object({ id: id("pro", "The proposal.") }),
    body,
    bodyKind: "optional_json",
    answer: MadeLink,
  }),
  createAgreementLink: create({
    path: "/agreements/{id}/links",
    summary: "Make a link by which a signer reads and signs the agreement",
    callers: salesOrg,
    params: z.object({ id: id("agr", "The agreement.") }),
    body: forSigner,
    answer: MadeLink,
    rules: ["agreement_live"],
  }),
  createChangeOrderLink: create({
    path: "/change-orders/{id}/links",
    summary: "Make a link by which a signer reads and signs the change order",
    params: z.object({ id: id("cho", "The change order.") }),
    body: forSigner,
    answer: MadeLink,
    rules: ["change_order_live"],
  }),
  listLinks: get({
    path: "/customers/{id}/links",
    summary: "List the links that one's organization made for a customer",
    params: z.object({ id: id("cus", "The customer.") }),
    query: pageQuery,
    answer: pageOf(Link),
  }),
  deleteLink: remove({
    path: "/links/{id}",
    summary: "Revoke a link",
    description: "Its page opens no more. What was done by it stays. No fault when it is over.",
    params: z.object({ id: id("lnk", "The link.") }),
    versioned: false,
  }),
  getAgreementDocument: get({
    path: "/agreements/{id}/document",
    summary: "Read the document of an agreement as PDF",
    description:
      "The one that is to be signed; once all have signed, the signed one with its evidence.",
    params: z.object({ id: id("agr", "The agreement.") }),
    answerKind: "pdf",
    status: 200,
  }),
  getChangeOrderDocument: get({
    path: "/change-orders/{id}/document",
    summary: "Read the document of a change order as PDF",
    description:
      "The one that is to be signed; once all have signed, the signed one with its evidence.",
    params: z.object({ id: id("cho", "The change order.") }),
    answerKind: "pdf",
    status: 200,
  }),

  getGuestPage: get({
    ...guest,
    path: "/guest-page",
    summary: "Read the page that a link opens",
    answer: GuestPage,
  }),
  viewGuestPage: create({
    ...guest,
    path: "/guest-page/view",
    summary: "View the proposal, or read what is to be signed",
    description:
      "*View proposal* is a view of the proposal. An agreement or change order is shown after the consent only; the first view of an agreement is recorded.",
    answer: GuestPage,
    status: 200,
    rules: ["consent_given"],
  }),
  confirmGuestPage: create({
    ...guest,
    path: "/guest-page/confirm",
    summary: "Confirm the appointment, as the customer",
    answer: GuestPage,
    status: 200,
    rules: ["appointment_open", "appointment_unconfirmed"],
  }),
  declineGuestPage: create({
    ...guest,
    path: "/guest-page/decline",
    summary: "Decline the appointment or the agreement",
    description:
      "The appointment is cancelled as the customer asked, or the agreement is declined; the reason is kept with it.",
    body: z.strictObject({
      reason: text(1000, {
        description: "Why, in the person's own words.",
        example: "We are not at home that day",
      }).optional(),
    }),
    bodyKind: "optional_json",
    answer: GuestPage,
    status: 200,
    rules: ["appointment_open", "agreement_live", "agreement_unsigned"],
  }),
  consentGuestPage: create({
    ...guest,
    path: "/guest-page/consent",
    summary: "Agree to electronic records and signatures",
    body: z.strictObject({
      statement_version: z.int().positive().meta({
        description: "Version of the statement that was read.",
        unit: "number",
        example: 1,
      }),
    }),
    answer: GuestPage,
    status: 200,
  }),
  signGuestPage: create({
    ...guest,
    path: "/guest-page/sign",
    summary: "Sign the agreement or the change order",
    description:
      "Kept with the time, the address and user agent of the request, and the hash of the document that was read. A document that was generated anew since must be read first.",
    body: z.strictObject({
      document_sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, { error: "Must be `sha256` of the document" })
        .meta({
          description: "SHA-256 of the document that was read.",
          example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }),
      mark: Mark,
    }),
    answer: GuestPage,
    status: 200,
    rules: [
      "consent_given",
      "document_as_read",
      "deal_open",
      "agreement_live",
      "signer_unsigned",
      "install_active",
      "amends_contract_in_force",
      "change_order_pending",
    ],
  }),
  getGuestDocument: get({
    ...guest,
    path: "/guest-page/document",
    summary: "Read the document as PDF",
    description: "After the consent. Once all have signed, the signed one with its evidence.",
    answerKind: "pdf",
    status: 200,
    rules: ["consent_given"],
  }),
};
