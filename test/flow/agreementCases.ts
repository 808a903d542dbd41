import {
  coSigner,
  givenAgreement,
  givenInstall,
  givenSignedAgreement,
  primary,
  signAll,
} from "../deals.ts";
import { type Pair } from "../service.ts";
import type { RuleSetting } from "./saleCases.ts";

const reason = "Asked for by the customer";

type Agreement = Awaited<ReturnType<typeof givenAgreement>>;
type Act = (pair: Pair, id: string) => Promise<unknown>;

const sign = (
  { sales }: Pair,
  { id, signers }: { id: string; signers: readonly { id: string }[] },
) => sales.agreements.sign({ id, signer_id: signers[0]?.id ?? "" });

/** An act on an agreement of a deal that is lost, mended by taking the deal up again. */
const lost =
  (
    act: Act,
    ready: (pair: Pair, agreement: Agreement) => Promise<unknown> = async () => {},
  ): RuleSetting["arrange"] =>
  async (pair) => {
    const agreement = await givenAgreement(pair);
    const move = (stage: "lost" | "contract_sent") =>
      pair.sales.surveys.update({ id: agreement.survey_id, stage });
    await ready(pair, agreement);
    await move("lost");
    return { attempt: () => act(pair, agreement.id), mend: () => move("contract_sent") };
  };

/** An act on an agreement that is deleted, mended by making another one of the same proposal. */
const deleted =
  (
    act: Act,
    ready: (pair: Pair, agreement: Agreement) => Promise<unknown> = async () => {},
  ): RuleSetting["arrange"] =>
  async (pair) => {
    const agreement = await givenAgreement(pair);
    let { id } = agreement;
    await pair.sales.agreements.delete({ id, reason });
    return {
      attempt: () => act(pair, id),
      async mend() {
        const another = await pair.sales.agreements.create({
          id: agreement.proposal_id,
          signers: [primary],
        });
        ({ id } = another);
        await ready(pair, another);
      },
    };
  };

/** An act on an agreement that is signed, mended by taking an unsigned one. */
const signed =
  (act: Act): RuleSetting["arrange"] =>
  async (pair) => {
    let { id } = await givenSignedAgreement(pair);
    return {
      attempt: () => act(pair, id),
      mend: async () => ({ id } = await givenAgreement(pair)),
    };
  };

/** An act on an agreement that is not signed, mended by signing it. */
const unsigned =
  (act: Act, ready: Act = async () => {}): RuleSetting["arrange"] =>
  async (pair) => {
    const agreement = await givenAgreement(pair);
    const { id } = agreement;
    return {
      attempt: () => act(pair, id),
      async mend() {
        await signAll(pair, agreement);
        await ready(pair, id);
      },
    };
  };

const approve = ({ installer }: Pair, id: string) => installer.agreements.approve({ id });
const process = ({ installer }: Pair, id: string) => installer.agreements.process({ id });
const discard = ({ sales }: Pair, id: string) => sales.agreements.void({ id, reason });
const signAndApprove = async (pair: Pair, agreement: Agreement) => {
  await signAll(pair, agreement);
  return approve(pair, agreement.id);
};

/** Cases of the rules that an operation names, by `operation rule`: agreements. */
export const agreementCases: Readonly<Record<string, RuleSetting>> = {
  "updateAgreement agreement_live": {
    arrange: deleted((pair, id) => pair.sales.agreements.update({ id, status: "sent" })),
  },
  "updateAgreement agreement_unsigned": {
    arrange: signed((pair, id) => pair.sales.agreements.update({ id, status: "sent" })),
  },
  "signAgreement deal_open": {
    arrange: lost(async (pair, id) => sign(pair, await pair.sales.agreements.get({ id }))),
  },
  "signAgreement agreement_live": {
    arrange: deleted(async (pair, id) => sign(pair, await pair.sales.agreements.get({ id }))),
  },
  "signAgreement signer_unsigned": {
    async arrange(pair) {
      const agreement = await givenAgreement(pair, { signers: [primary, coSigner] });
      await sign(pair, agreement);
      return {
        attempt: () => sign(pair, agreement),
        mend: () => pair.sales.agreements.update({ id: agreement.id, regenerate: true }),
      };
    },
  },
  "approveAgreement deal_open": { mode: "approved", arrange: lost(approve, signAll) },
  "approveAgreement agreement_live": { mode: "approved", arrange: deleted(approve, signAll) },
  "approveAgreement agreement_signed": { mode: "approved", arrange: unsigned(approve) },
  "approveAgreement approval_in_mode": {
    async arrange(pair) {
      let { id } = await givenSignedAgreement(pair);
      return {
        attempt: () => approve(pair, id),
        async mend() {
          await pair.installer.organizations.update({
            id: pair.epc.id,
            settings: { agreement_mode: "approved" },
          });
          ({ id } = await givenSignedAgreement(pair));
        },
      };
    },
  },
  "processAgreement deal_open": { mode: "processed", arrange: lost(process, signAndApprove) },
  "processAgreement agreement_live": {
    mode: "processed",
    arrange: deleted(process, signAndApprove),
  },
  "processAgreement agreement_signed": { mode: "processed", arrange: unsigned(process, approve) },
  "processAgreement processing_in_mode": {
    mode: "approved",
    async arrange(pair) {
      let { id } = await givenSignedAgreement(pair);
      return {
        attempt: () => process(pair, id),
        async mend() {
          await pair.installer.organizations.update({
            id: pair.epc.id,
            settings: { agreement_mode: "processed" },
          });
          ({ id } = await givenSignedAgreement(pair));
          await approve(pair, id);
        },
      };
    },
  },
  "processAgreement agreement_approved": {
    mode: "processed",
    async arrange(pair) {
      const { id } = await givenSignedAgreement(pair);
      return { attempt: () => process(pair, id), mend: () => approve(pair, id) };
    },
  },
  "processAgreement agreement_unprocessed": {
    mode: "processed",
    async arrange(pair) {
      let { agreement_id: id } = await givenInstall(pair);
      return {
        attempt: () => process(pair, id),
        async mend() {
          ({ id } = await givenSignedAgreement(pair));
          await approve(pair, id);
        },
      };
    },
  },
  "deleteAgreement agreement_live": {
    arrange: deleted((pair, id) => pair.sales.agreements.delete({ id, reason })),
  },
  "deleteAgreement agreement_unsigned": {
    arrange: signed((pair, id) => pair.sales.agreements.delete({ id, reason })),
  },
  "voidAgreement agreement_live": { mode: "approved", arrange: deleted(discard, signAll) },
  "voidAgreement agreement_signed": { mode: "approved", arrange: unsigned(discard) },
  "voidAgreement agreement_without_install": {
    mode: "approved",
    async arrange(pair) {
      const install = await givenInstall(pair);
      let id = install.agreement_id;
      return {
        attempt: () => discard(pair, id),
        async mend() {
          const { proposal_id } = await pair.sales.agreements.get({ id });
          await pair.sales.installs.void({ id: install.id, reason });
          const newer = await pair.sales.agreements.create({ id: proposal_id, signers: [primary] });
          ({ id } = await signAll(pair, newer));
        },
      };
    },
  },
};
