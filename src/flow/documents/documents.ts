import { nowMs } from "../../base/clock.ts";
import { Agreement } from "../../contract/resources/agreement.ts";
import { Install, type ChangeOrder } from "../../contract/resources/install.ts";
import { Organization } from "../../contract/resources/organization.ts";
import { Proposal } from "../../contract/resources/proposal.ts";
import type { Db } from "../../base/database.ts";
import { loadCustomer } from "../../store/deals.ts";
import {
  findDocument,
  keepDocument,
  listSignatures,
  type DocumentKey,
  type StoredDocument,
} from "../../store/documents.ts";
import { findRecord } from "../../store/records.ts";
import { agreementContent, changeOrderContent, type DocumentParties } from "./content.ts";
import { printSigned, printToSign, type Printed } from "./print.ts";

/** What there is to sign: an agreement in its present version, or a change order. */
export type ToSign =
  | { readonly subject: "agreement"; readonly record: Agreement }
  | { readonly subject: "change_order"; readonly record: ChangeOrder };

/** A change order's document is generated once. */
export const versionOf = (toSign: ToSign): number =>
  toSign.subject === "agreement" ? toSign.record.document_version : 1;

/** The document as it is read and signed. Made when it is first asked for; what it says then stays. */
export const documentToSign = (db: Db, toSign: ToSign): Promise<StoredDocument> =>
  foundOrMade(db, keyOf(toSign, "to_sign"), async () =>
    printToSign({ ...printed(toSign), content: await contentOf(db, toSign) }),
  );

/** The document as it stands: once all have signed it is the signed one with its evidence. */
export async function presentDocument(db: Db, toSign: ToSign): Promise<StoredDocument> {
  const asRead = await documentToSign(db, toSign);
  if (toSign.record.signed_at === null) return asRead;
  return foundOrMade(db, keyOf(toSign, "signed"), async () => {
    const signatures = await listSignatures(db, keyOf(toSign, "signed"));
    return printSigned({ ...printed(toSign), content: asRead.content }, asRead, signatures);
  });
}

const keyOf = (toSign: ToSign, stage: DocumentKey["stage"]): DocumentKey => ({
  subjectId: toSign.record.id,
  version: versionOf(toSign),
  stage,
});

const printed = (toSign: ToSign): Omit<Printed, "content"> => ({
  id: toSign.record.id,
  version: versionOf(toSign),
  signers: toSign.record.signers,
  madeAt: new Date(nowMs()),
});

async function foundOrMade(
  db: Db,
  key: DocumentKey,
  make: () => Promise<StoredDocument>,
): Promise<StoredDocument> {
  const found = await findDocument(db, key);
  if (found) return found;
  await keepDocument(db, key, await make());
  // Another request may have been first, and its document is the one that counts.
  const kept = await findDocument(db, key);
  if (!kept) throw new Error(`The document of ${key.subjectId} was not kept`);
  return kept;
}

async function contentOf(db: Db, toSign: ToSign) {
  if (toSign.subject === "agreement") {
    const { record } = toSign;
    const proposal = await existing(db, Proposal, record.proposal_id);
    return agreementContent(record, proposal, await partiesOf(db, record));
  }
  const { record } = toSign;
  const { epc_id } = await existing(db, Install, record.install_id);
  const agreement = await existing(db, Agreement, record.agreement_id);
  const parties = await partiesOf(db, { customer_id: record.customer_id, epc_id });
  return changeOrderContent(record, agreement, parties);
}

/** Who is named in a document. @param epc_id the installer whose contract it is; null for none. */
export async function partiesOf(
  db: Db,
  { customer_id, epc_id }: { customer_id: string; epc_id: string | null },
): Promise<DocumentParties> {
  const graph = await loadCustomer(db, { customerId: customer_id });
  if (!graph) throw new Error(`The customer ${customer_id} is gone`);
  const epc = epc_id === null ? null : await existing(db, Organization, epc_id);
  return { customer: graph.customer, sales_org: graph.sales_org, epc };
}

/** A record that another one names. */
async function existing<R extends Parameters<typeof findRecord>[1]>(
  db: Db,
  resource: R,
  id: string,
) {
  const record = await findRecord(db, resource, id);
  if (!record) throw new Error(`The record ${id} is gone`);
  return record;
}
