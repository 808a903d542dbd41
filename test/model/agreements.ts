import { coSigner, primary } from "../deals.ts";
import { both, command, epc, pick, salesOrg } from "./command.ts";
import { contractMade } from "./installStart.ts";
import {
  anInstant,
  differs,
  installOf,
  isOpen,
  set,
  standingAgreement,
  type Agreement,
} from "./records.ts";
import { signedBy, signerAt, signersOf } from "./signers.ts";

/** An agreement that nobody has seen. */
const newAgreement = {
  status: "created",
  document_version: 1,
  document_url: null,
  mode: null,
  sent_at: null,
  viewed_at: null,
  declined_at: null,
  decline_reason: null,
  signed_at: null,
  approved_at: null,
  processed_at: null,
  void_reason: null,
} as const;

export const createAgreement = command({
  by: salesOrg,
  on: ({ proposals }) => proposals,
  plan(proposal, { model, variant }) {
    const { deal } = proposal;
    const signers = pick(variant, [[primary], [primary, coSigner]]);
    return {
      deal,
      input: signers.map(({ role }) => role),
      call: ({ agreements }) => agreements.create({ id: proposal.id, signers }),
      must: {
        deal_open: isOpen(deal),
        proposal_finalized: proposal.is.status === "finalized",
        installer_chosen: deal.is.epc_id !== null,
        one_live_agreement: !standingAgreement(model, deal),
      },
      tells: ["new_agreement"],
      becomes: (answer) =>
        model.agreements.push({
          id: answer.id,
          deal,
          proposal,
          is: { ...newAgreement, signers: signersOf(answer) },
        }),
    };
  },
});

interface Edit {
  status?: "sent" | "viewed" | "declined";
  decline_reason?: string;
  regenerate?: true;
  /** Of the first signer. */
  name?: string;
  document_url?: string;
}
const dates = { sent: "sent_at", viewed: "viewed_at", declined: "declined_at" } as const;

/** A new document, which nobody has signed, was sent or has read. */
const renewed = ({ is }: Agreement, name: string | undefined) => ({
  status: "created" as const,
  document_version: is.document_version + 1,
  signers: is.signers.map((signer, place) => ({
    ...signer,
    signed_at: null,
    ...(name && place === 0 && { name }),
  })),
  sent_at: null,
  viewed_at: null,
  declined_at: null,
  decline_reason: null,
});

/** Changed signer data and `regenerate` make a new document. What some have signed stays so when it is sent or viewed. */
export const updateAgreement = command({
  by: salesOrg,
  on: ({ agreements }) => agreements,
  plan(agreement, { variant }) {
    const { deal, is } = agreement;
    const edit = pick<Edit>(variant, [
      { name: "Avery Q. Sample" },
      { status: "sent" },
      { status: "viewed" },
      { status: "declined" },
      { status: "declined", decline_reason: "The price" },
      { regenerate: true },
      { name: "Avery Sample" },
      { document_url: "https://example.com/agreement.pdf" },
      { regenerate: true, status: "sent" },
    ]);
    const { status: wanted, name, ...given } = edit;
    const [first] = is.signers;
    const isRenewed = given.regenerate ?? (name !== undefined && name !== first?.name);
    const document = isRenewed ? renewed(agreement, name) : { status: is.status };
    // A refusal that is taken back leaves what was signed before.
    const isBegun = document.status === "declined" && is.signers.some(({ signed_at }) => signed_at);
    const stays = document.status === "partially_signed" && wanted !== "declined";
    const becomes = isBegun && wanted === "sent" ? "partially_signed" : wanted;
    const values = {
      ...document,
      ...(given.document_url && { document_url: given.document_url }),
      ...(wanted && { status: stays ? document.status : becomes, [dates[wanted]]: anInstant }),
      ...(wanted === "sent" && { declined_at: null, decline_reason: null }),
      ...(wanted === "declined" && { decline_reason: given.decline_reason ?? null }),
    };
    return {
      deal,
      input: edit,
      call: ({ agreements }) =>
        agreements.update({
          id: agreement.id,
          ...given,
          ...(wanted && { status: wanted }),
          ...(name && first && { signers: [{ id: first.id, name }] }),
        }),
      must: {
        agreement_live:
          !["voided", "deleted"].includes(is.status) &&
          !(document.status === "declined" && wanted === "viewed"),
        agreement_unsigned: is.status !== "signed" || !(isRenewed || wanted),
      },
      differs: differs(agreement, values),
      tells: ["update_agreement"],
      becomes: () => set(agreement, values),
    };
  },
});

/** The last signature fixes the installer's mode, and makes the contract where that is `signed`. */
export const signAgreement = command({
  by: both,
  on: ({ agreements }) => agreements,
  plan(agreement, { model, variant }) {
    const { deal, is } = agreement;
    const signer = signerAt(is.signers, variant);
    const { after, isLast } = signedBy(is.signers, signer);
    const mode = model.installer.agreement_mode;
    const contract = contractMade(model, agreement, mode);
    const isMade = isLast && mode === "signed";
    return {
      deal,
      namesInstaller: true,
      input: { signer: signer.name },
      call: ({ agreements }) => agreements.sign({ id: agreement.id, signer_id: signer.id }),
      must: {
        deal_open: isOpen(deal),
        agreement_live: !["voided", "deleted", "declined"].includes(is.status),
        signer_unsigned: signer.signed_at === null,
      },
      tells: [
        isLast ? "signed_agreement" : "update_agreement",
        ...(isMade ? contract.tells : []),
      ] as const,
      becomes(_, made) {
        set(agreement, { signers: after, status: "partially_signed" });
        if (isLast) set(agreement, { status: "signed", mode, signed_at: anInstant });
        if (isMade) contract.becomes(made);
      },
    };
  },
});

/** What approving and processing ask first. */
const isSigned = ({ deal, is: { status } }: Agreement) => ({
  deal_open: isOpen(deal),
  agreement_live: !["voided", "deleted", "declined"].includes(status),
  agreement_signed: status === "signed",
});

export const approveAgreement = command({
  by: epc,
  on: ({ agreements }) => agreements,
  plan(agreement, { model }) {
    const { mode, approved_at } = agreement.is;
    const contract = contractMade(model, agreement, "approved");
    return {
      deal: agreement.deal,
      namesInstaller: true,
      call: ({ agreements }) => agreements.approve({ id: agreement.id }),
      must: {
        ...isSigned(agreement),
        approval_in_mode: mode !== "signed" && approved_at === null,
      },
      tells: mode === "approved" ? contract.tells : [],
      becomes(_, made) {
        set(agreement, { approved_at: anInstant });
        if (mode === "approved") contract.becomes(made);
      },
    };
  },
});

export const processAgreement = command({
  by: epc,
  on: ({ agreements }) => agreements,
  plan(agreement, { model }) {
    const { mode, approved_at, processed_at } = agreement.is;
    const contract = contractMade(model, agreement, "processed");
    return {
      deal: agreement.deal,
      namesInstaller: true,
      call: ({ agreements }) => agreements.process({ id: agreement.id }),
      must: {
        ...isSigned(agreement),
        processing_in_mode: mode === "processed",
        agreement_approved: approved_at !== null,
        agreement_unprocessed: processed_at === null,
      },
      tells: ["contract_processed", ...contract.tells],
      becomes(_, made) {
        set(agreement, { processed_at: anInstant });
        contract.becomes(made);
      },
    };
  },
});

/** A signed one is voided by itself while no install in force rests on it, else by its install. */
export const voidAgreement = command({
  by: both,
  on: ({ agreements }) => agreements,
  plan(agreement, { model }) {
    const { deal, is } = agreement;
    const install = installOf(model, deal);
    const isInForce = install?.agreement === agreement && install.is.status !== "voided";
    return {
      deal,
      namesInstaller: true,
      call: ({ agreements }) => agreements.void({ id: agreement.id, reason: "Rescinded" }),
      must: {
        agreement_live: !["voided", "deleted"].includes(is.status),
        agreement_signed: is.status === "signed",
        agreement_without_install: !isInForce,
      },
      tells: ["update_agreement"],
      becomes: () => set(agreement, { status: "voided", void_reason: "Rescinded" }),
    };
  },
});

/** One that is not fully signed. */
export const deleteAgreement = command({
  by: salesOrg,
  on: ({ agreements }) => agreements,
  plan: (agreement) => ({
    deal: agreement.deal,
    call: ({ agreements }) => agreements.delete({ id: agreement.id, reason: "Asked for" }),
    must: {
      agreement_live: !["voided", "deleted"].includes(agreement.is.status),
      agreement_unsigned: agreement.is.status !== "signed",
    },
    tells: ["delete_agreement"],
    becomes: () => set(agreement, { status: "deleted" }),
  }),
});
