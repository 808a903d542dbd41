import { agreementLifecycle } from "../contract/lifecycle.ts";
import { invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Agreement, type Signer } from "../contract/resources/agreement.ts";
import { Proposal } from "../contract/resources/proposal.ts";
import type { DealGraph } from "../store/deals.ts";
import { revokeLinksOfSigners } from "../store/links.ts";
import { merged } from "./changes.ts";
import { command } from "./command.ts";
import { startInstall } from "./installStart.ts";
import { next } from "./lifecycle.ts";
import { changedSigners, newSigners, signedBy, unsigned } from "./signers.ts";
import { requireOpenDeal } from "./surveys.ts";
import type { Work } from "./work.ts";

const what = "an agreement";

export const createAgreement = command(
  "create_agreement",
  async (work, { params, body }: OperationInput<"createAgreement">) => {
    const { record: proposal, deal } = await work.open(Proposal, params.id);
    requireOpenDeal(deal);
    if (proposal.status !== "finalized") {
      throw refuse("proposal_finalized", `The proposal is a ${proposal.status}; finalize it first`);
    }
    if (!deal.survey.epc_id) {
      throw refuse(
        "installer_chosen",
        "The contract is the installer's; choose one on the deal first",
      );
    }
    requireNoLiveAgreement(deal);
    const agreement = await work.insert(Agreement, {
      ...body,
      customer_id: deal.customer.id,
      survey_id: deal.survey.id,
      epc_id: deal.survey.epc_id,
      proposal_id: proposal.id,
      status: "created",
      signers: newSigners(body.signers),
    });
    work.tell("new_agreement", { ...deal, proposal, agreement }, {});
    return agreement;
  },
);

const actions = { sent: "send", viewed: "view", declined: "decline" } as const;
const dates = { sent: "sent_at", viewed: "viewed_at", declined: "declined_at" } as const;

export const updateAgreement = command(
  "update_agreement",
  async (work, { params, body }: OperationInput<"updateAgreement">) => {
    const { record, deal } = await work.open(Agreement, params.id);
    const { signers, regenerate, status: wanted, decline_reason = null, ...rest } = body;
    if (decline_reason !== null && wanted !== "declined") {
      throw invalid("/decline_reason", "Goes with the status declined only");
    }
    const named = changedSigners(record.signers, signers ?? []);
    const values: Record<string, unknown> = merged(record, rest);
    let { status } = record;
    if (named || regenerate || wanted) requireUnsigned(record, deal);
    if (named || regenerate) {
      status = next(agreementLifecycle, { status, action: "regenerate", what });
      Object.assign(values, newDocument(record, named ?? record.signers));
      if (named) await revokeLinksOfSigners(work.tx, record.id, changedIds(record.signers, named));
    }
    if (wanted) {
      status = next(agreementLifecycle, { status, action: actions[wanted], what });
      // Declined and sent again, it is what it was: signatures on it hold.
      const isBegun = named === undefined && !regenerate && record.signers.some(hasSigned);
      if (status === "sent" && isBegun) status = "partially_signed";
      Object.assign(values, datedAs(wanted, { ...record, ...values }, work.now));
      if (wanted === "declined") values["decline_reason"] = decline_reason;
    } else if (!named && !regenerate) {
      status = next(agreementLifecycle, { status, action: "change", what });
    }
    const { after, changes } = await work.update(Agreement, record, { ...values, status });
    if (changes) work.tell("update_agreement", about(deal, after), {}, changes);
    return after;
  },
);

const hasSigned = ({ signed_at }: Signer) => signed_at !== null;

/** Signers whose data differ: a link that was sent to such a one may have gone to somebody else. */
const changedIds = (before: readonly Signer[], after: readonly Signer[]) =>
  after
    .filter(
      ({ name, email }, place) => name !== before[place]?.name || email !== before[place]?.email,
    )
    .map(({ id }) => id);

/** What a document generated anew starts with: what was signed, sent and read was the one before. */
const newDocument = ({ document_version }: Agreement, signers: readonly Signer[]) => ({
  signers: unsigned(signers),
  document_version: document_version + 1,
  sent_at: null,
  viewed_at: null,
  declined_at: null,
  decline_reason: null,
});

/** The first time counts; sending a declined document again takes the refusal back. */
const datedAs = (wanted: keyof typeof dates, document: Agreement, now: string) => ({
  [dates[wanted]]: document[dates[wanted]] ?? now,
  ...(wanted === "sent" && { declined_at: null, decline_reason: null }),
});

export const signAgreement = command(
  "sign_agreement",
  async (work, { params, body }: OperationInput<"signAgreement">) => signed(work, params.id, body),
);

/** Records a signature. The last one of all makes the agreement signed and may make the install. */
export async function signed(
  work: Work,
  id: string,
  { signer_id }: { signer_id: string },
): Promise<Agreement> {
  const { record, deal } = await work.open(Agreement, id);
  requireOpenDeal(deal);
  next(agreementLifecycle, { status: record.status, action: "sign", what });
  const { signers, isLast } = signedBy(record.signers, signer_id, work.now);
  const action = isLast ? "signLast" : "sign";
  const status = next(agreementLifecycle, { status: record.status, action, what });
  const mode = deal.epc?.settings.agreement_mode ?? "signed";
  const { after, changes } = await work.update(Agreement, record, {
    signers,
    status,
    ...(isLast && { signed_at: work.now, mode }),
  });
  const now = about(deal, after);
  if (!isLast) {
    work.tell("update_agreement", now, {}, changes);
    return work.show(Agreement, after, deal);
  }
  work.tell("signed_agreement", now, {}, changes);
  if (mode === "signed") await startInstall(work, now, mode);
  return work.show(Agreement, after, deal);
}

export const approveAgreement = command(
  "approve_agreement",
  async (work, { params }: OperationInput<"approveAgreement">) => {
    const { record, deal } = await work.open(Agreement, params.id);
    requireOpenDeal(deal);
    requireSigned(record);
    if (record.mode === "signed" || record.approved_at) {
      throw refuse(
        "approval_in_mode",
        record.approved_at
          ? `The agreement was approved at ${record.approved_at}`
          : "The agreement's mode is signed: its last signature made the install",
      );
    }
    const { after } = await work.update(Agreement, record, { approved_at: work.now });
    if (after.mode === "approved") await startInstall(work, about(deal, after), "approved");
    return work.show(Agreement, after, deal);
  },
);

export const processAgreement = command(
  "process_agreement",
  async (work, { params }: OperationInput<"processAgreement">) => {
    const { record, deal } = await work.open(Agreement, params.id);
    requireOpenDeal(deal);
    requireSigned(record);
    if (record.mode !== "processed") {
      throw refuse("processing_in_mode", `The agreement's mode is ${record.mode ?? "not set"}`);
    }
    if (!record.approved_at) throw refuse("agreement_approved", "Approve the agreement first");
    if (record.processed_at) {
      throw refuse("agreement_unprocessed", `The contract was processed at ${record.processed_at}`);
    }
    const { after, changes } = await work.update(Agreement, record, { processed_at: work.now });
    const now = about(deal, after);
    work.tell("contract_processed", now, {}, changes);
    await startInstall(work, now, "processed");
    return work.show(Agreement, after, deal);
  },
);

export const deleteAgreement = command(
  "delete_agreement",
  async (work, { params, body }: OperationInput<"deleteAgreement">) => {
    const { record, deal } = await work.open(Agreement, params.id);
    requireUnsigned(record, deal);
    const status = next(agreementLifecycle, { status: record.status, action: "delete", what });
    const { after, changes } = await work.update(Agreement, record, {
      status,
      deleted_at: work.now,
      delete_reason: body.reason,
    });
    work.tell("delete_agreement", about(deal, after), {}, changes);
    return after;
  },
);

/** Ends a signed agreement that no install rests on: nothing is built, so the deal goes on with a new one. */
export const voidAgreement = command(
  "void_agreement",
  async (work, { params, body }: OperationInput<"voidAgreement">) => {
    const { record, deal } = await work.open(Agreement, params.id);
    const status = next(agreementLifecycle, { status: record.status, action: "void", what });
    const install = installInForce(record, deal);
    if (install) {
      throw refuse(
        "agreement_without_install",
        `The install ${install.id} rests on the agreement; void the install`,
      );
    }
    const { after, changes } = await work.update(Agreement, record, {
      status,
      voided_at: work.now,
      void_reason: body.reason,
    });
    work.tell("update_agreement", about(deal, after), {}, changes);
    return work.show(Agreement, after, deal);
  },
);

/** A deal with its live agreement as it is now. Only a live one is changed, and its proposal is the deal's. */
function about(deal: DealGraph, agreement: Agreement) {
  const { proposal } = deal;
  if (proposal?.id !== agreement.proposal_id) {
    throw new Error(`The agreement ${agreement.id} is not the live one of its deal`);
  }
  return { ...deal, agreement, proposal };
}

/** The install that rests on an agreement, if there is one that is not voided. */
const installInForce = ({ id }: Agreement, { install }: DealGraph) =>
  install?.agreement_id === id && install.status !== "voided" ? install : null;

/** @throws {ApiError} `agreement_unsigned`, with the way out. */
function requireUnsigned(agreement: Agreement, deal: DealGraph): void {
  if (agreement.status !== "signed") return;
  const install = installInForce(agreement, deal);
  throw refuse(
    "agreement_unsigned",
    install
      ? `The agreement is signed; void its install ${install.id}`
      : "The agreement is signed; void it",
  );
}

/** @throws {ApiError} `one_live_agreement` */
export function requireNoLiveAgreement({ agreement }: DealGraph): void {
  if (agreement && agreement.status !== "voided") {
    throw refuse(
      "one_live_agreement",
      `The deal has the agreement ${agreement.id}, which is ${agreement.status}`,
    );
  }
}

function requireSigned({ status, signers }: Agreement): void {
  if (status === "voided" || status === "deleted" || status === "declined") {
    throw refuse("agreement_live", `The agreement is ${status}`);
  }
  if (status === "signed") return;
  const open = signers.filter(({ signed_at }: Signer) => !signed_at).map(({ name }) => name);
  throw refuse("agreement_signed", `Not signed yet by ${open.join(", ")}`);
}
