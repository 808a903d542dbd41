import { consentStatement } from "../../src/contract/consent.ts";
import type { Mark } from "../../src/contract/resources/link.ts";
import type { Client } from "../../src/sdk/index.ts";
import type { Pair, Service } from "../service.ts";

/** The consent to what is said today. */
export const statement = { statement_version: consentStatement.version };
export const typed: Mark = { kind: "typed", name: "Avery Sample" };
export const drawn: Mark = { kind: "drawn", strokes: [[0.1, 0.5, 0.4, 0.2, 0.9, 0.6]] };

/** What the holder of a link can do. */
export type Holder = Client["guestPages"];

/** The secret of a link. */
export const secretOf = ({ url }: { readonly url: string }): string => new URL(url).hash.slice(1);

export const holderOf = ({ clientOf }: Service, link: { readonly url: string }): Holder =>
  clientOf(secretOf(link)).guestPages;

/** What is signed by links: its id and its signers. */
interface Signed {
  readonly id: string;
  readonly signers: readonly { readonly id: string }[];
}

/** A link for the signer at a position. */
export const linkToAgreement = ({ sales }: Pair, { id, signers }: Signed, position = 0) =>
  sales.agreementLinks.create({ id, signer_id: signers[position]?.id ?? "" });

export const linkToChangeOrder = ({ sales }: Pair, { id, signers }: Signed, position = 0) =>
  sales.changeOrderLinks.create({ id, signer_id: signers[position]?.id ?? "" });

/** Consents and reads. @returns the hash of what was read. */
export async function reads(holder: Holder): Promise<string> {
  await holder.consent(statement);
  return (await holder.view()).document?.sha256 ?? "";
}

/** Consents, reads and signs. */
export async function signs(holder: Holder, mark: Mark = typed) {
  return holder.sign({ document_sha256: await reads(holder), mark });
}
