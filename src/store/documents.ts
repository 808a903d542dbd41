import { DocumentContent, Mark } from "../contract/resources/link.ts";
import type { Db, Tx } from "../base/database.ts";

/** Which document: of an agreement or a change order, and how often it was generated. */
export interface DocumentKey {
  readonly subjectId: string;
  readonly version: number;
  readonly stage: "to_sign" | "signed";
}

/** A document as it is kept. */
export interface StoredDocument {
  readonly content: DocumentContent;
  readonly pdf: Uint8Array;
  /** SHA-256 of the PDF, as hexadecimal. */
  readonly sha256: string;
}

/** @returns undefined when it was not made yet. */
export async function findDocument(
  db: Db,
  { subjectId, version, stage }: DocumentKey,
): Promise<StoredDocument | undefined> {
  const [row] = await db<{ content: string; pdf: Uint8Array; sha256: string }[]>`
    select content, pdf, sha256 from documents
    where subject_id = ${subjectId} and version = ${version} and stage = ${stage}
  `;
  return row && { ...row, content: DocumentContent.parse(JSON.parse(row.content)) };
}

/** Keeps a document, unless it was kept meanwhile: the first one counts. */
export async function keepDocument(
  db: Db,
  { subjectId, version, stage }: DocumentKey,
  { content, pdf, sha256 }: StoredDocument,
): Promise<void> {
  await db`
    insert into documents (subject_id, version, stage, content, pdf, sha256)
    values (${subjectId}, ${version}, ${stage}, ${JSON.stringify(content)}, ${pdf}, ${sha256})
    on conflict do nothing
  `;
}

/** A signature made on a page for signers. */
export interface Signature {
  readonly signer_id: string;
  readonly document_sha256: string;
  readonly mark: Mark;
  readonly consented_at: string;
  readonly consent_version: number;
  readonly signed_at: string;
  /** Whence the request came; null where that is not known. */
  readonly address: string | null;
  readonly user_agent: string | null;
}

/** Keeps a signature with its evidence; the consent is that of the link. */
export async function keepSignature(
  tx: Tx,
  { subjectId, version, linkId }: { subjectId: string; version: number; linkId: string },
  signature: Omit<Signature, "consented_at" | "consent_version">,
): Promise<void> {
  await tx`
    insert into signatures
      (subject_id, document_version, signer_id, link_id, document_sha256, mark, consented_at, consent_version,
       signed_at, address, user_agent)
    select ${subjectId}, ${version}, ${signature.signer_id}, id, ${signature.document_sha256},
      ${JSON.stringify(signature.mark)}, consented_at, consent_version,
      ${signature.signed_at}, ${signature.address}, ${signature.user_agent}
    from links where id = ${linkId}
  `;
}

/** The signatures on a document, in the order in which they were made. */
export async function listSignatures(
  db: Db,
  { subjectId, version }: Pick<DocumentKey, "subjectId" | "version">,
): Promise<Signature[]> {
  const rows = await db<(Omit<Signature, "mark"> & { mark: string })[]>`
    select signer_id, document_sha256, mark, consented_at, consent_version, signed_at, address, user_agent
    from signatures where subject_id = ${subjectId} and document_version = ${version}
    order by signed_at, signer_id
  `;
  return rows.map(({ mark, ...row }) => Object.assign(row, { mark: Mark.parse(JSON.parse(mark)) }));
}
