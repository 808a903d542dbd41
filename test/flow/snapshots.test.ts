import { describe, expect } from "vitest";
import { UserSummary } from "../../src/contract/resources/organization.ts";
import {
  design,
  givenDeal,
  givenFinalizedProposal,
  givenInstall,
  givenProposal,
  primary,
  reportWelcomeCall,
  signAll,
} from "../deals.ts";
import {
  eventsOf,
  givenClient,
  givenCustomer,
  givenInstaller,
  givenOneCompany,
  givenPair,
  givenUser,
  test,
  type Pair,
} from "../service.ts";
import { only, told } from "../told.ts";

const rename = (pair: Pair, id: string, title: string) =>
  told(pair, () => pair.sales.surveys.update({ id, title }));

describe("the people in a customer's events", () => {
  test("are there whole, but for what their company keeps about them", async ({ service }) => {
    const pair = await givenPair(service);
    const [rep, setter] = [
      await pair.sales.users.update({ id: pair.rep.id, custom: { split: "60/40" } }),
      await givenUser(service, pair.salesOrg.id),
    ];
    const [shownRep, shownSetter] = [rep, setter].map((user) => UserSummary.parse(user));

    const customer = await givenCustomer(pair, { setter_id: setter.id });
    const deal = await givenDeal(pair, { customer });
    const { salesOrg, epc } = await rename(pair, deal.id, "Shade study");

    for (const [event] of [salesOrg, epc]) {
      const { data } = only(event ? [event] : [], "update_survey");
      expect([data.rep, data.setter]).toEqual([shownRep, shownSetter]);
    }
    const made = (await eventsOf(pair.sales)).find(({ type }) => type === "new_customer");
    expect(made?.data).toMatchObject({ rep: shownRep, setter: shownSetter });
    const without = await told(pair, () =>
      pair.sales.customers.update({ id: customer.id, setter_id: null }),
    );
    expect(only(without.salesOrg, "update_customer").data.setter).toBeNull();
  });
});

describe("the proposal in a deal's events", () => {
  test("is the sales organization's own until there is an agreement", async ({ service }) => {
    const pair = await givenPair(service);
    const { id, survey_id } = await givenProposal(pair);

    const draft = await rename(pair, survey_id, "Draft");
    await pair.sales.proposals.finalize({ id });
    const finalized = await rename(pair, survey_id, "Finalized");
    const agreement = await pair.sales.agreements.create({ id, signers: [primary] });
    const contracting = await rename(pair, survey_id, "Contracting");
    await pair.sales.agreements.delete({ id: agreement.id, reason: "Wrong co-signer" });
    const deleted = await rename(pair, survey_id, "Deleted");

    const seen = [draft, finalized, contracting, deleted].map(({ salesOrg, epc }) => [
      only(salesOrg, "update_survey").data.proposal?.id ?? null,
      only(epc, "update_survey").data.proposal?.id ?? null,
    ]);
    expect(seen).toEqual([
      [id, null],
      [id, null],
      [id, id],
      [id, null],
    ]);
  });

  test("is there for one company in both roles", async ({ service }) => {
    const pair = await givenOneCompany(service);
    const { id, survey_id } = await givenProposal(pair);

    const { salesOrg } = await rename(pair, survey_id, "Draft");

    expect(only(salesOrg, "update_survey").data.proposal?.id).toBe(id);
  });
});

describe("the contract in an install's events", () => {
  test("is the one that the install rests on, also while a newer one waits for signatures", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id, survey_id, agreement_id } = await givenInstall(pair);
    const { secret } = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });
    const old = await pair.sales.agreements.get({ id: agreement_id });
    await pair.sales.installs.void({ id, reason: "Loan amount changed" });
    const survey = await pair.sales.surveys.get({ id: survey_id });
    const proposal = await givenFinalizedProposal(pair, { survey });
    const newer = await pair.sales.agreements.create({ id: proposal.id, signers: [primary] });

    const waiting = await told(pair, async () => {
      await pair.installer.installs.update({ id, stage: "Waiting" });
      await pair.installer.installNotes.create({ id, body: "Waits for the new loan" });
      await reportWelcomeCall(pair, { secret, survey_id });
    });
    const ofDeal = await rename(pair, survey_id, "Signed anew");
    const restored = await told(pair, () => signAll(pair, newer));

    for (const { type, data } of [...waiting.salesOrg, ...waiting.epc]) {
      expect(data, type).toMatchObject({
        install: { agreement_id },
        agreement: { id: agreement_id, status: "voided" },
        proposal: { id: old.proposal_id },
      });
    }
    expect(waiting.lines).toHaveLength(3);
    expect(only(ofDeal.epc, "update_survey").data).toMatchObject({
      install: { agreement_id },
      agreement: { id: newer.id },
      proposal: { id: proposal.id },
    });
    for (const events of [restored.salesOrg, restored.epc]) {
      expect(only(events, "restore_install").data).toMatchObject({
        install: { agreement_id: newer.id },
        agreement: { id: newer.id, status: "signed" },
        proposal: { id: proposal.id },
      });
    }
  });
});

describe("the choice of another installer", () => {
  test("tells an installer of itself only, and the sales organization of both", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    const other = await givenInstaller(service);
    await service.operator.partnerships.create({
      sales_org_id: pair.salesOrg.id,
      epc_id: other.id,
    });
    const installer = await givenClient(service, other.id);

    const { salesOrg } = await told(pair, () =>
      pair.sales.surveys.update({ id, epc_id: other.id }),
    );

    const [event] = await eventsOf(installer);
    expect(event?.changes).toEqual({ "survey.epc_id": { from: null, to: other.id } });
    expect(JSON.stringify(event)).not.toContain(pair.epc.id);
    expect(only(salesOrg, "update_survey").changes).toEqual({
      "survey.epc_id": { from: pair.epc.id, to: other.id },
    });
  });
});

describe("the design in a deal's events", () => {
  test("is what the event about its request has just made it", async ({ service }) => {
    const pair = await givenPair(service);
    const { id: surveyId } = await givenDeal(pair);
    const { id } = await pair.sales.designRequests.create({ id: surveyId });
    const update = (step: () => Promise<unknown>) => told(pair, step);

    const started = await update(() =>
      pair.installer.designRequests.update({ id, status: "in_progress" }),
    );
    const delivered = await update(() =>
      pair.installer.designRequests.complete({ id, design: design(10.53) }),
    );
    const cancelled = await update(() =>
      pair.installer.designRequests.update({ id, status: "cancelled" }),
    );

    const designs = [started, delivered, cancelled].map(
      ({ epc }) => only(epc, "updated_design_request").data.design,
    );
    expect(designs).toEqual([null, design(10.53), null]);
  });

  test("is the drafts' too, in the event that delivers it", async ({ service }) => {
    const pair = await givenPair(service);
    const { design_request_id: id } = await givenProposal(pair);

    const { salesOrg } = await told(pair, () =>
      pair.installer.designRequests.complete({ id, design: design(10.53) }),
    );

    const { data } = only(salesOrg, "updated_design_request");
    expect([data.design, data.proposal?.design]).toEqual([design(10.53), design(10.53)]);
  });
});
