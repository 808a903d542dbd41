import { createHash } from "node:crypto";
import type { Signer } from "../../contract/resources/agreement.ts";
import type { DocumentContent } from "../../contract/resources/link.ts";
import { signerRoleNames } from "../../contract/signerRoles.ts";
import type { Signature, StoredDocument } from "../../store/documents.ts";
import { Paper } from "./paper.ts";

/** A document to print. */
export interface Printed {
  /** Id of the agreement or change order. */
  readonly id: string;
  readonly version: number;
  readonly content: DocumentContent;
  readonly signers: readonly Signer[];
  readonly madeAt: Date;
}

/** The document as it is read and signed. */
export async function printToSign(document: Printed): Promise<StoredDocument> {
  const paper = begin(document);
  for (const signer of document.signers) {
    paper.signature(null, [`${signer.name}, ${signerRoleNames[signer.role]}`, "Date:"]);
  }
  return stored(document.content, await paper.finish());
}

/**
 * The same document with its signatures, a page of evidence, and within it, as a file, the very PDF that was signed, so
 * that whoever doubts can hash it.
 */
export async function printSigned(
  document: Printed,
  asRead: StoredDocument,
  signatures: readonly Signature[],
): Promise<StoredDocument> {
  const paper = begin(document);
  const of = ({ id }: Signer) => signatures.find(({ signer_id }) => signer_id === id);
  for (const signer of document.signers) {
    paper.signature(of(signer)?.mark ?? null, [
      `${signer.name}, ${signerRoleNames[signer.role]}`,
      `Signed ${utc(signer.signed_at)}`,
    ]);
  }
  paper.nextPage();
  paper.write("Evidence of the signatures", { face: "strong", size: 16, gap: 6 });
  paper.line("Document", `${document.content.title}, ${document.id}, version ${document.version}`);
  paper.line("SHA-256 of what was signed", asRead.sha256);
  paper.write(
    "The file that was read and signed is attached to this PDF; its SHA-256 is the one above.",
    { size: 9 },
  );
  for (const signer of document.signers) evidence(paper, signer, of(signer));
  paper.attach(`${document.id}-version-${document.version}.pdf`, asRead.pdf, {
    description: "The document as it was read and signed",
    madeAt: document.madeAt,
  });
  return stored(document.content, await paper.finish());
}

const utc = (at: string | null) =>
  at === null ? "not yet" : `${at.slice(0, 19).replace("T", " ")} UTC`;

function begin({ id, version, content, madeAt }: Printed): Paper {
  const foot = `${content.title}, ${id}, version ${version}`;
  const paper = new Paper({ title: content.title, foot, madeAt });
  paper.write(content.title, { face: "strong", size: 20, gap: 8 });
  for (const { heading, lines, paragraphs } of content.sections) {
    paper.heading(heading);
    for (const { label, value } of lines) paper.line(label, value);
    for (const paragraph of paragraphs) paper.write(paragraph, { gap: 6 });
  }
  paper.heading("Signatures");
  return paper;
}

function evidence(paper: Paper, signer: Signer, signature: Signature | undefined): void {
  paper.heading(signer.name);
  paper.line("Signer", `${signer.id}, ${signerRoleNames[signer.role]}, ${signer.email}`);
  paper.line("Signed", utc(signer.signed_at));
  if (!signature) {
    paper.line("How", "Recorded over the API; the evidence is with whoever recorded it.");
    return;
  }
  paper.line(
    "How",
    signature.mark.kind === "typed"
      ? "Typed on the page for signers"
      : "Drawn on the page for signers",
  );
  paper.line(
    "Consent to electronic records",
    `${utc(signature.consented_at)}, statement ${signature.consent_version}`,
  );
  paper.line("Address", signature.address ?? "Not known");
  paper.line("User agent", signature.user_agent ?? "Not given");
  paper.line("SHA-256 read", signature.document_sha256);
}

const stored = (content: DocumentContent, pdf: Uint8Array): StoredDocument => ({
  content,
  pdf,
  sha256: createHash("sha256").update(pdf).digest("hex"),
});
