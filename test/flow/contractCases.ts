import {
  coSigner,
  givenInstall,
  givenSignedAgreement,
  primary,
  reportWelcomeCall,
  signAll,
} from "../deals.ts";
import { type Pair } from "../service.ts";
import type { RuleSetting } from "./saleCases.ts";

const reason = "Asked for by the customer";

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

const milestone = ({ installer }: Pair, id: string) =>
  installer.milestones.create({ id, title: "Permit", task_group: "permit_application" });
const order = ({ sales }: Pair, id: string, price = 1) =>
  sales.changeOrders.create({
    id,
    reason,
    changes: { contract_price_cents: price },
    signers: [primary, coSigner],
  });
const signOrderByAll = async (pair: Pair, id: string) => {
  await signOrder(pair, id, 0);
  return signOrder(pair, id, 1);
};
const signOrder = async ({ sales }: Pair, id: string, position = 0) => {
  const { signers } = await sales.changeOrders.get({ id });
  return sales.changeOrders.sign({ id, signer_id: signers[position]?.id ?? "" });
};

/** Cases of the rules that an operation names, by `operation rule`: installs, change orders, endpoints. */
export const contractCases: Readonly<Record<string, RuleSetting>> = {
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
  "createChangeOrder deal_open": {
    async arrange(pair) {
      const { id, survey_id } = await givenInstall(pair);
      const move = (stage: "lost" | "installing") =>
        pair.sales.surveys.update({ id: survey_id, stage });
      await move("lost");
      return { attempt: () => order(pair, id), mend: () => move("installing") };
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
  "signChangeOrder deal_open": {
    async arrange(pair) {
      const install = await givenInstall(pair);
      const { id } = await order(pair, install.id);
      const move = (stage: "lost" | "installing") =>
        pair.sales.surveys.update({ id: install.survey_id, stage });
      await move("lost");
      return { attempt: () => signOrder(pair, id), mend: () => move("installing") };
    },
  },
  "signChangeOrder amends_contract_in_force": {
    async arrange(pair) {
      const install = await givenInstall(pair);
      let { id } = await order(pair, install.id);
      const { proposal_id } = await pair.sales.agreements.get({ id: install.agreement_id });
      await pair.sales.installs.void({ id: install.id, reason });
      await signAll(
        pair,
        await pair.sales.agreements.create({ id: proposal_id, signers: [primary] }),
      );
      return {
        attempt: () => signOrder(pair, id),
        mend: async () => ({ id } = await order(pair, install.id)),
      };
    },
  },
  "voidChangeOrder install_active": {
    arrange: voided(
      (pair, id) => pair.sales.changeOrders.void({ id }),
      async (pair, id) => (await signOrderByAll(pair, (await order(pair, id)).id)).id,
    ),
  },
  "voidChangeOrder change_order_live": {
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
        mend: () => pair.installer.agreements.approve({ id }),
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
