import {
  coSigner,
  givenAgreement,
  givenInstall,
  givenSignedAgreement,
  primary,
  reportWelcomeCall,
  signAll,
  type Pair,
} from "../service.ts";
import type { RuleSetting } from "./saleCases.ts";

const reason = "Asked for by the customer";

const sign = (
  { sales }: Pair,
  { id, signers }: { id: string; signers: readonly { id: string }[] },
) => sales.agreements.sign({ id, signer_id: signers[0]?.id ?? "" });

/** An act on an agreement that is deleted, mended by making another one of the same proposal. */
const deleted =
  (
    act: (pair: Pair, id: string) => Promise<unknown>,
    ready: (
      pair: Pair,
      agreement: Awaited<ReturnType<typeof givenAgreement>>,
    ) => Promise<unknown> = async () => {},
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
  (act: (pair: Pair, id: string) => Promise<unknown>): RuleSetting["arrange"] =>
  async (pair) => {
    let { id } = await givenSignedAgreement(pair);
    return {
      attempt: () => act(pair, id),
      mend: async () => ({ id } = await givenAgreement(pair)),
    };
  };

/** An act on an agreement that is not signed, mended by signing it. */
const unsigned =
  (
    act: (pair: Pair, id: string) => Promise<unknown>,
    ready: (pair: Pair, id: string) => Promise<unknown> = async () => {},
  ): RuleSetting["arrange"] =>
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

/** An act on an install that is voided, mended by undoing that. */
const voided =
  (
    act: (pair: Pair, id: string) => Promise<unknown>,
    before: (pair: Pair, id: string) => Promise<string> = async (_, id) => id,
  ): RuleSetting["arrange"] =>
  async (pair) => {
    const { id } = await givenInstall(pair);
    const subject = await before(pair, id);
    await pair.sales.installs.void({ id, reason });
    return {
      attempt: () => act(pair, subject),
      mend: () => pair.sales.installs.restore({ id }),
    };
  };

const approve = ({ installer }: Pair, id: string) => installer.agreements.approve({ id });
const process = ({ installer }: Pair, id: string) => installer.agreements.process({ id });
const milestone = ({ installer }: Pair, id: string) =>
  installer.milestones.create({ id, title: "Permit", task_group: "permit_application" });
const order = ({ sales }: Pair, id: string, price = 1) =>
  sales.changeOrders.create({
    id,
    reason,
    changes: { contract_price_cents: price },
    signers: [primary, coSigner],
  });
const signOrder = async ({ sales }: Pair, id: string, position = 0) => {
  const { signers } = await sales.changeOrders.get({ id });
  return sales.changeOrders.sign({ id, signer_id: signers[position]?.id ?? "" });
};

/** Cases of the rules that an operation names, by `operation rule`: agreements, installs, endpoints. */
export const contractCases: Readonly<Record<string, RuleSetting>> = {
  "updateAgreement agreement_live": {
    arrange: deleted((pair, id) => pair.sales.agreements.update({ id, status: "sent" })),
  },
  "updateAgreement agreement_unsigned": {
    arrange: signed((pair, id) => pair.sales.agreements.update({ id, status: "sent" })),
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
  "processAgreement agreement_live": {
    mode: "processed",
    arrange: deleted(process, async (pair, agreement) => {
      await signAll(pair, agreement);
      await approve(pair, agreement.id);
    }),
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
  "updateInstall install_active": {
    arrange: voided((pair, id) => pair.installer.installs.update({ id, status: "cancelled" })),
  },
  "updateInstall install_not_complete": {
    async arrange(pair) {
      let { id } = await givenInstall(pair);
      await pair.installer.installs.complete({ id });
      return {
        attempt: () => pair.installer.installs.update({ id, status: "cancelled" }),
        mend: async () => ({ id } = await givenInstall(pair)),
      };
    },
  },
  "submitInstall next_steps_page_on": {
    async arrange(pair) {
      const { id } = await givenInstall(pair);
      return {
        attempt: () => pair.sales.installs.submit({ id }),
        mend: () =>
          pair.installer.organizations.update({
            id: pair.epc.id,
            settings: { next_steps_page: true },
          }),
      };
    },
  },
  "submitInstall install_active": {
    page: true,
    arrange: voided((pair, id) => pair.sales.installs.submit({ id })),
  },
  "voidInstall install_active": {
    arrange: voided((pair, id) => pair.sales.installs.void({ id, reason })),
  },
  "restoreInstall install_voided": {
    async arrange(pair) {
      const { id } = await givenInstall(pair);
      return {
        attempt: () => pair.sales.installs.restore({ id }),
        mend: () => pair.sales.installs.void({ id, reason }),
      };
    },
  },
  "restoreInstall one_live_agreement": {
    async arrange(pair) {
      const { id, agreement_id } = await givenInstall(pair);
      await pair.sales.installs.void({ id, reason });
      const { proposal_id } = await pair.sales.agreements.get({ id: agreement_id });
      const newer = await pair.sales.agreements.create({ id: proposal_id, signers: [primary] });
      return {
        attempt: () => pair.sales.installs.restore({ id }),
        mend: () => pair.sales.agreements.delete({ id: newer.id, reason }),
      };
    },
  },
  "completeInstall install_active": {
    arrange: voided((pair, id) => pair.installer.installs.complete({ id })),
  },
  "createMilestone install_active": { arrange: voided(milestone) },
  "createMilestone milestone_dates_in_order": {
    async arrange(pair) {
      const { id } = await givenInstall(pair);
      let completed_on = "2026-03-01";
      return {
        attempt: () =>
          pair.installer.milestones.create({
            id,
            title: "Permit",
            task_group: "permit_application",
            started_on: "2026-03-02",
            completed_on,
          }),
        mend: async () => void (completed_on = "2026-03-02"),
      };
    },
  },
  "updateMilestone install_active": {
    arrange: voided(
      (pair, id) => pair.installer.milestones.update({ id, title: "Permits" }),
      async (pair, id) => (await milestone(pair, id)).id,
    ),
  },
  "updateMilestone milestone_dates_in_order": {
    async arrange(pair) {
      const { id } = await milestone(pair, (await givenInstall(pair)).id);
      const { milestones } = pair.installer;
      await milestones.update({ id, started_on: "2026-03-02" });
      return {
        attempt: () => milestones.update({ id, completed_on: "2026-03-01" }),
        mend: () => milestones.update({ id, started_on: "2026-02-27" }),
      };
    },
  },
  "createChangeOrder install_active": { arrange: voided(order) },
  "createChangeOrder changes_something": {
    async arrange(pair) {
      const { id, contract_price_cents } = await givenInstall(pair);
      let price = contract_price_cents;
      return {
        attempt: () => order(pair, id, price),
        mend: async () => void (price += 1),
      };
    },
  },
  "signChangeOrder change_order_pending": {
    async arrange(pair) {
      const install = await givenInstall(pair);
      let { id } = await order(pair, install.id);
      await pair.sales.changeOrders.void({ id });
      return {
        attempt: () => signOrder(pair, id),
        mend: async () => ({ id } = await order(pair, install.id)),
      };
    },
  },
  "signChangeOrder signer_unsigned": {
    async arrange(pair) {
      const { id } = await order(pair, (await givenInstall(pair)).id);
      await signOrder(pair, id);
      let position = 0;
      return {
        attempt: () => signOrder(pair, id, position),
        mend: async () => void (position = 1),
      };
    },
  },
  "signChangeOrder install_active": {
    arrange: voided(
      (pair, id) => signOrder(pair, id),
      async (pair, id) => (await order(pair, id)).id,
    ),
  },
  "voidChangeOrder change_order_pending": {
    async arrange(pair) {
      const install = await givenInstall(pair);
      let { id } = await order(pair, install.id);
      await pair.sales.changeOrders.void({ id });
      return {
        attempt: () => pair.sales.changeOrders.void({ id }),
        mend: async () => ({ id } = await order(pair, install.id)),
      };
    },
  },
  "completeWelcomeCall install_exists": {
    mode: "approved",
    async arrange(pair) {
      const { id, survey_id } = await givenSignedAgreement(pair);
      const { secret } = await pair.service.operator.callpilotSecrets.create({
        id: pair.salesOrg.id,
      });
      return {
        attempt: () => reportWelcomeCall(pair, { secret, survey_id }),
        mend: () => approve(pair, id),
      };
    },
  },
  "createEndpoint url_reachable": {
    async arrange({ sales }) {
      let url = "http://10.0.0.1/";
      return {
        attempt: () => sales.endpoints.create({ url }),
        mend: async () => void (url = "http://127.0.0.1/"),
      };
    },
  },
  "updateEndpoint url_reachable": {
    async arrange({ sales }) {
      const { id } = await sales.endpoints.create({ url: "http://127.0.0.1/" });
      let url = "http://10.0.0.1/";
      return {
        attempt: () => sales.endpoints.update({ id, url }),
        mend: async () => void (url = "http://127.0.0.2/"),
      };
    },
  },
};
