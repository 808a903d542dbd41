import { describe, expect } from "vitest";
import type { Db } from "../src/base/database.ts";
import { givenChangeOrder, givenPairs, inARow, outcome } from "./crowd.ts";
import {
  givenAgreement,
  givenDeal,
  givenFinalizedProposal,
  givenInstall,
  givenProposal,
  givenSignedAgreement,
  primary,
} from "./deals.ts";
import { test, type Pair } from "./service.ts";
import { told } from "./told.ts";

type Settings = Parameters<typeof givenPairs>[2];
type Step = (pair: Pair) => Promise<unknown>;

/** What may come of two steps at once: the other one's refusal, and what is told. */
interface Win {
  readonly refusal: string;
  readonly lines: readonly string[];
}

/** Two steps of which each, once done, rules the other one out. */
interface Rivalry {
  readonly what: string;
  readonly settings?: Settings;
  readonly given: (pair: Pair) => Promise<readonly [Step, Step]>;
  readonly firstWins: Win;
  readonly secondWins: Win;
}

const newInstall = ["signed_agreement → sales_org", "new_install → sales_org, epc"];
const updateInstall = ["update_install → sales_org, epc"];

const rivalries: readonly Rivalry[] = [
  {
    what: "the last signature and the deletion of an agreement",
    given: async (pair) => {
      const { id, signers } = await givenAgreement(pair);
      return [
        ({ sales }) => sales.agreements.sign({ id, signer_id: signers[0]?.id ?? "" }),
        ({ sales }) => sales.agreements.delete({ id, reason: "Regret" }),
      ];
    },
    firstWins: { refusal: "409 agreement_unsigned", lines: newInstall },
    secondWins: { refusal: "409 agreement_live", lines: ["delete_agreement → sales_org"] },
  },
  {
    what: "two agreements on one deal",
    given: async (pair) => {
      const survey = await givenDeal(pair);
      const one = await givenFinalizedProposal(pair, { survey });
      const two = await givenFinalizedProposal(pair, { survey });
      const make =
        (id: string): Step =>
        ({ sales }) =>
          sales.agreements.create({ id, signers: [primary] });
      return [make(one.id), make(two.id)];
    },
    firstWins: { refusal: "409 one_live_agreement", lines: ["new_agreement → sales_org"] },
    secondWins: { refusal: "409 one_live_agreement", lines: ["new_agreement → sales_org"] },
  },
  {
    what: "an agreement and the removal of its installer",
    given: async (pair) => {
      const { id, survey_id } = await givenFinalizedProposal(pair);
      return [
        ({ sales }) => sales.agreements.create({ id, signers: [primary] }),
        ({ sales }) => sales.surveys.update({ id: survey_id, epc_id: null }),
      ];
    },
    firstWins: {
      refusal: "409 installer_fixed_by_agreement",
      lines: ["new_agreement → sales_org"],
    },
    secondWins: { refusal: "409 installer_chosen", lines: ["update_survey → sales_org"] },
  },
  {
    what: "two approvals of an agreement",
    settings: { installer: { agreement_mode: "approved" } },
    given: async (pair) => {
      const { id } = await givenSignedAgreement(pair);
      const approve: Step = ({ installer }) => installer.agreements.approve({ id });
      return [approve, approve];
    },
    firstWins: { refusal: "409 approval_in_mode", lines: ["new_install → sales_org, epc"] },
    secondWins: { refusal: "409 approval_in_mode", lines: ["new_install → sales_org, epc"] },
  },
  {
    what: "the seller's void and the installer's completion of an install",
    given: async (pair) => {
      const { id } = await givenInstall(pair);
      return [
        ({ sales }) => sales.installs.void({ id, reason: "Regret" }),
        ({ installer }) => installer.installs.complete({ id }),
      ];
    },
    firstWins: { refusal: "409 install_active", lines: updateInstall },
    secondWins: { refusal: "409 install_active", lines: updateInstall },
  },
  {
    what: "the restoration of a voided install and a new agreement in its place",
    given: async (pair) => {
      const survey = await givenDeal(pair);
      const { id } = await givenInstall(pair, { survey });
      const proposal = await givenFinalizedProposal(pair, { survey });
      await pair.sales.installs.void({ id, reason: "Regret" });
      return [
        ({ installer }) => installer.installs.restore({ id }),
        ({ sales }) => sales.agreements.create({ id: proposal.id, signers: [primary] }),
      ];
    },
    firstWins: {
      refusal: "409 one_live_agreement",
      lines: ["restore_install → sales_org, epc"],
    },
    secondWins: { refusal: "409 one_live_agreement", lines: ["new_agreement → sales_org"] },
  },
  {
    what: "the last signature of a change order, twice",
    given: async (pair) => {
      const { id, signers } = await givenChangeOrder(pair, await givenInstall(pair), 3_500_000);
      const sign: Step = ({ sales }) =>
        sales.changeOrders.sign({ id, signer_id: signers[0]?.id ?? "" });
      return [sign, sign];
    },
    firstWins: {
      refusal: "409 change_order_pending",
      lines: ["signed_change_order → sales_org, epc"],
    },
    secondWins: {
      refusal: "409 change_order_pending",
      lines: ["signed_change_order → sales_org, epc"],
    },
  },
  {
    what: "two finalizations of a proposal",
    given: async (pair) => {
      const { id } = await givenProposal(pair);
      const finalize: Step = ({ sales }) => sales.proposals.finalize({ id });
      return [finalize, finalize];
    },
    firstWins: { refusal: "409 proposal_draft", lines: [] },
    secondWins: { refusal: "409 proposal_draft", lines: [] },
  },
];

/** Stops every command before it reads. */
const allCustomers = (tx: Db) => tx`select 1 from customers for update`;

describe("of two that rule each other out and come at once, the first is done:", () => {
  for (const { what, settings, given, firstWins, secondWins } of rivalries) {
    test(what, async ({ service, database }) => {
      const [near, far] = await givenPairs(service, database, settings);
      const run = (steps: readonly (() => Promise<unknown>)[]) =>
        told(near, () =>
          inARow(
            service.sql,
            allCustomers,
            steps.map((step) => () => outcome(step)),
          ),
        );
      const [first, second] = await given(near);
      const inOrder = await run([() => first(near), () => second(far)]);
      const [third, fourth] = await given(near);
      const reversed = await run([() => fourth(near), () => third(far)]);

      expect(inOrder).toMatchObject({
        answer: ["done", firstWins.refusal],
        lines: firstWins.lines,
      });
      expect(reversed).toMatchObject({
        answer: ["done", secondWins.refusal],
        lines: secondWins.lines,
      });
    });
  }
});
