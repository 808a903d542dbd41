import {
  design,
  givenAgreement,
  givenDeal,
  givenDesign,
  givenFinalizedProposal,
  givenProposal,
  pricing,
  primary,
} from "../deals.ts";
import { type Pair } from "../service.ts";
import { lost, type RuleSetting } from "./ruleCase.ts";

/** An act on an application that was submitted, mended by taking another one. */
const submitted =
  (act: (pair: Pair, id: string) => Promise<unknown>): RuleSetting["arrange"] =>
  async (pair) => {
    const proposal = await givenProposal(pair);
    const apply = () =>
      pair.sales.lenderApplications.create({
        id: proposal.id,
        lender: "Example Lender",
        amount_cents: 1,
      });
    let { id } = await apply();
    await pair.sales.lenderApplications.submit({ id });
    return {
      attempt: () => act(pair, id),
      mend: async () => ({ id } = await apply()),
    };
  };

/** Cases of the rules that an operation names, by `operation rule`: proposals, lenders, agreements from proposals. */
export const offerCases: Readonly<Record<string, RuleSetting>> = {
  "createProposal deal_open": {
    async arrange(pair) {
      const survey = await givenDeal(pair);
      await givenDesign(pair, survey);
      const { id } = survey;
      const finance = { type: "cash" as const };
      return lost(pair, id, () => pair.sales.proposals.create({ id, pricing, finance }));
    },
  },
  "createProposal design_completed": {
    async arrange(pair) {
      const survey = await givenDeal(pair);
      const finance = { type: "cash" as const };
      return {
        attempt: () => pair.sales.proposals.create({ id: survey.id, pricing, finance }),
        mend: () => givenDesign(pair, survey),
      };
    },
  },
  "updateProposal proposal_draft": {
    async arrange(pair) {
      let { id } = await givenFinalizedProposal(pair);
      return {
        attempt: () => pair.sales.proposals.update({ id, title: "Later" }),
        mend: async () => ({ id } = await givenProposal(pair)),
      };
    },
  },
  "updateProposal design_completed": {
    async arrange(pair) {
      const { id, survey_id } = await givenProposal(pair);
      const asked = await pair.sales.designRequests.create({ id: survey_id });
      return {
        attempt: () => pair.sales.proposals.update({ id, design_request_id: asked.id }),
        mend: () => pair.sales.designRequests.complete({ id: asked.id, design: design(10.53) }),
      };
    },
  },
  "finalizeProposal proposal_draft": {
    async arrange(pair) {
      let { id } = await givenFinalizedProposal(pair);
      return {
        attempt: () => pair.sales.proposals.finalize({ id }),
        mend: async () => ({ id } = await givenProposal(pair)),
      };
    },
  },
  "finalizeProposal pricing_adds_up": {
    async arrange(pair) {
      const { id } = await givenProposal(pair, { pricing: { ...pricing, tax_cents: 1 } });
      return {
        attempt: () => pair.sales.proposals.finalize({ id }),
        mend: () => pair.sales.proposals.update({ id, pricing: { tax_cents: 0 } }),
      };
    },
  },
  "finalizeProposal deal_open": {
    async arrange(pair) {
      const { id, survey_id } = await givenProposal(pair);
      return lost(pair, survey_id, () => pair.sales.proposals.finalize({ id }));
    },
  },
  "createLenderApplication deal_open": {
    async arrange(pair) {
      const { id, survey_id } = await givenProposal(pair);
      return lost(pair, survey_id, () =>
        pair.sales.lenderApplications.create({ id, lender: "Example Lender", amount_cents: 1 }),
      );
    },
  },
  "submitLenderApplication application_draft": {
    arrange: submitted((pair, id) => pair.sales.lenderApplications.submit({ id })),
  },
  "updateLenderApplication application_draft": {
    arrange: submitted((pair, id) => pair.sales.lenderApplications.update({ id, credit: "draft" })),
  },
  "createAgreement deal_open": {
    async arrange(pair) {
      const { id, survey_id } = await givenFinalizedProposal(pair);
      return lost(pair, survey_id, () => pair.sales.agreements.create({ id, signers: [primary] }));
    },
  },
  "createAgreement proposal_finalized": {
    async arrange(pair) {
      const { id } = await givenProposal(pair);
      return {
        attempt: () => pair.sales.agreements.create({ id, signers: [primary] }),
        mend: () => pair.sales.proposals.finalize({ id }),
      };
    },
  },
  "createAgreement installer_chosen": {
    async arrange(pair) {
      const survey = await givenDeal(pair, { epc_id: null });
      const { id } = await givenFinalizedProposal(pair, { survey });
      return {
        attempt: () => pair.sales.agreements.create({ id, signers: [primary] }),
        mend: () => pair.sales.surveys.update({ id: survey.id, epc_id: pair.epc.id }),
      };
    },
  },
  "createAgreement one_live_agreement": {
    async arrange(pair) {
      const { id, proposal_id } = await givenAgreement(pair);
      return {
        attempt: () => pair.sales.agreements.create({ id: proposal_id, signers: [primary] }),
        mend: () => pair.sales.agreements.delete({ id, reason: "Asked for by the customer" }),
      };
    },
  },
};
