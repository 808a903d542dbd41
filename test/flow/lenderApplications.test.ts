import { describe, expect } from "vitest";
import { givenProposal, pricing } from "../deals.ts";
import { givenPair, test, type Pair } from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";

describe("update_lender_application", () => {
  const lenders = { sales: { integrated_lenders: ["Example Lender"] } };

  test("is fired by the first submission: there is no event for a new application", async ({
    service,
  }) => {
    const pair = await givenPair(service, lenders);
    const { id } = await givenProposal(pair);
    const { lenderApplications } = pair.sales;

    const made = await told(pair, () =>
      lenderApplications.create({ id, lender: "Example Lender", amount_cents: 3_456_000 }),
    );
    const submit = () => lenderApplications.submit({ id: made.answer.id });
    const submitted = await told(pair, submit);

    expect(made.lines).toEqual([]);
    expect(submitted.lines).toEqual(["update_lender_application → sales_org"]);
    expect(only(submitted.salesOrg, "update_lender_application").changes).toEqual({
      "lender_application.credit": { from: "draft", to: "submitted" },
      "lender_application.submitted_at": { from: null, to: submitted.answer.submitted_at },
    });
    expect(await refusal(pair, submit)).toBe("409 application_draft");
  });

  test.for([
    { credit: "approved", approved_amount_cents: 3_456_000 },
    { stipulations: [{ type: "mortgage" }] },
    { documents: "sent" },
    { funding: "ntp_granted" },
  ] as const)(
    "is fired by each axis, and not by the same again: %j",
    async (change, { service }) => {
      const pair = await givenPair(service, lenders);
      const { id: proposalId } = await givenProposal(pair);
      const { lenderApplications } = pair.sales;
      const { id } = await lenderApplications.create({
        id: proposalId,
        lender: "Example Lender",
        amount_cents: 3_456_000,
      });
      await lenderApplications.submit({ id });
      const update = () =>
        lenderApplications.update({
          ...change,
          stipulations: "stipulations" in change ? [...change.stipulations] : undefined,
          id,
        });

      const { lines, salesOrg } = await told(pair, update);

      expect(lines).toEqual(["update_lender_application → sales_org"]);
      const { changes = {} } = only(salesOrg, "update_lender_application");
      expect(Object.keys(changes).toSorted()).toEqual(
        Object.keys(change)
          .map((field) => `lender_application.${field}`)
          .toSorted(),
      );
      await quiet(pair, update);
    },
  );

  test("is never fired at a lender that is not integrated", async ({ service }) => {
    const pair = await givenPair(service, lenders);
    const { id: proposalId } = await givenProposal(pair);
    const { lenderApplications } = pair.sales;

    const { lines } = await told(pair, async () => {
      const { id } = await lenderApplications.create({
        id: proposalId,
        lender: "Another Lender",
        amount_cents: 3_456_000,
      });
      await lenderApplications.submit({ id });
      await lenderApplications.update({ id, credit: "approved", funding: "m1_paid" });
    });

    expect(lines).toEqual([]);
  });

  test("is hidden from the installer", async ({ service }) => {
    const pair = await givenPair(service, lenders);
    const { id: proposalId } = await givenProposal(pair);
    const { id } = await pair.sales.lenderApplications.create({
      id: proposalId,
      lender: "Example Lender",
      amount_cents: 3_456_000,
    });

    const look = () => pair.installer.lenderApplications.get({ id });

    expect(await refusal(pair, look)).toBe("403 forbidden");
  });

  test.for(["EXAMPLE LENDER", "  example Lender "])(
    "is fired at an integrated lender that is spelled %j",
    async (lender, { service }) => {
      const pair = await givenPair(service, lenders);
      const { id: proposalId } = await givenProposal(pair);
      const { id, integrated } = await pair.sales.lenderApplications.create({
        id: proposalId,
        lender,
        amount_cents: 3_456_000,
      });

      const { lines } = await told(pair, () => pair.sales.lenderApplications.submit({ id }));

      expect(integrated).toBe(true);
      expect(lines).toEqual(["update_lender_application → sales_org"]);
    },
  );

  test("shows the proposal that is applied on, whatever the deal has since", async ({
    service,
  }) => {
    const pair = await givenPair(service, lenders);
    const older = await givenProposal(pair);
    const { id: newerId } = await pair.sales.proposals.create({
      id: older.survey_id,
      pricing: { ...pricing, contract_price_cents: 3_500_000, dealer_fee_cents: 250_000 },
      finance: older.finance,
    });
    const { id } = await givenApplication(pair, older.id);
    const submitted = await told(pair, () => pair.sales.lenderApplications.submit({ id }));
    const renamed = await told(pair, () =>
      pair.sales.surveys.update({ id: older.survey_id, title: "Two offers" }),
    );

    const { data } = only(submitted.salesOrg, "update_lender_application");
    expect([data.lender_application.proposal_id, data.proposal.id]).toEqual([older.id, older.id]);
    expect(only(renamed.salesOrg, "update_survey").data.proposal?.id).toBe(newerId);
  });

  test("is told once when the first word of the lender is the submission", async ({ service }) => {
    const pair = await givenPair(service, lenders);
    const { lenderApplications } = pair.sales;
    const { id } = await givenApplication(pair);

    const reported = await told(pair, () => lenderApplications.update({ id, credit: "submitted" }));

    expect(reported.lines).toEqual(["update_lender_application → sales_org"]);
    expect(only(reported.salesOrg, "update_lender_application").changes).toEqual({
      "lender_application.credit": { from: "draft", to: "submitted" },
      "lender_application.submitted_at": { from: null, to: reported.answer.submitted_at },
    });
    expect(await refusal(pair, () => lenderApplications.submit({ id }))).toBe(
      "409 application_draft",
    );
  });

  test("never makes a draft of what was submitted", async ({ service }) => {
    const pair = await givenPair(service, lenders);
    const { lenderApplications } = pair.sales;
    const { id } = await givenApplication(pair);
    const draft = () => lenderApplications.update({ id, credit: "draft" });
    await lenderApplications.update({ id, credit: "error" });
    expect((await draft()).credit).toBe("draft");
    await lenderApplications.submit({ id });

    expect(await refusal(pair, draft)).toBe("409 application_draft");
    await lenderApplications.update({ id, credit: "withdrawn" });
    expect(await refusal(pair, draft)).toBe("409 application_draft");
  });
});

/** A draft of an application on a proposal, a new one unless it is given. */
async function givenApplication(pair: Pair, proposalId?: string) {
  const id = proposalId ?? (await givenProposal(pair)).id;
  const asked = { lender: "Example Lender", amount_cents: 3_456_000 };
  return pair.sales.lenderApplications.create({ id, ...asked });
}
