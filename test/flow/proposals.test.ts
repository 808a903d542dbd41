import { describe, expect } from "vitest";
import {
  design,
  givenDeal,
  givenDesign,
  givenFinalizedProposal,
  givenPair,
  givenProposal,
  pricing,
  test,
} from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";

describe("new_design_request", () => {
  test("tells both, and the sales organization alone while no installer is chosen", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const [open, chosen] = [await givenDeal(pair, { epc_id: null }), await givenDeal(pair)];

    const alone = await told(pair, () => pair.sales.designRequests.create({ id: open.id }));
    const both = await told(pair, () =>
      pair.sales.designRequests.create({ id: chosen.id, notes: "Avoid the front roof." }),
    );

    expect(alone.lines).toEqual(["new_design_request → sales_org"]);
    expect(both.lines).toEqual(["new_design_request → sales_org, epc"]);
    expect(only(both.epc, "new_design_request").data.design_request).toEqual(both.answer);
    expect(both.answer).toMatchObject({ status: "new", priority: "standard", design: null });
  });

  test("is also fired by a revision, of a delivered design of the same deal only", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const deal = await givenDeal(pair);
    const elsewhere = await givenDesign(pair);
    const asked = await pair.sales.designRequests.create({ id: deal.id });
    const revise = () => pair.sales.designRequests.create({ id: deal.id, revision_of: asked.id });
    const reviseOther = () =>
      pair.sales.designRequests.create({ id: deal.id, revision_of: elsewhere.id });

    expect(await refusal(pair, revise)).toBe("409 revision_of_delivered_design");
    expect(await refusal(pair, reviseOther)).toBe("409 revision_of_delivered_design");
    await pair.installer.designRequests.complete({ id: asked.id, design: design() });
    await pair.sales.designRequests.update({ id: asked.id, status: "approved" });

    expect((await told(pair, revise)).lines).toEqual(["new_design_request → sales_org, epc"]);
  });
});

describe("updated_design_request", () => {
  test("is fired by status, assignee, notes, and the delivered design", async ({ service }) => {
    const pair = await givenPair(service);
    const { id: surveyId } = await givenDeal(pair);
    const { id } = await pair.sales.designRequests.create({ id: surveyId });
    const { designRequests } = pair.installer;

    const started = await told(pair, () =>
      designRequests.update({ id, status: "in_progress", assignee: "Dana Designer" }),
    );
    const delivered = await told(pair, () => designRequests.complete({ id, design: design() }));
    const again = await told(pair, () => designRequests.complete({ id, design: design(10.53) }));
    const approved = await told(pair, () => designRequests.update({ id, status: "approved" }));

    for (const { lines } of [started, delivered, again, approved]) {
      expect(lines).toEqual(["updated_design_request → sales_org, epc"]);
    }
    expect(only(started.epc, "updated_design_request").changes).toEqual({
      "design_request.status": { from: "new", to: "in_progress" },
      "design_request.assignee": { from: null, to: "Dana Designer" },
    });
    expect(only(delivered.salesOrg, "updated_design_request").changes).toEqual({
      "design_request.status": { from: "in_progress", to: "completed" },
      "design_request.design": { from: null, to: design() },
      "design_request.completed_at": { from: null, to: delivered.answer.completed_at },
    });
    expect(Object.keys(only(again.salesOrg, "updated_design_request").changes ?? {})).toEqual([
      "design_request.design",
    ]);
  });

  test("is not fired by the same values or the same design", async ({ service }) => {
    const pair = await givenPair(service);
    const before = await givenDesign(pair);
    const { id } = before;

    const redelivered = await quiet(pair, () =>
      pair.installer.designRequests.complete({ id, design: design() }),
    );
    const same = await quiet(pair, () =>
      pair.sales.designRequests.update({ id, priority: "standard" }),
    );

    expect([redelivered, same]).toEqual([before, before]);
  });

  test("is refused once the design is approved or the request cancelled", async ({ service }) => {
    const pair = await givenPair(service);
    const approved = await givenDesign(pair);
    const cancelled = await givenDesign(pair);
    const { designRequests } = pair.sales;
    await designRequests.update({ id: approved.id, status: "approved" });
    await designRequests.update({ id: cancelled.id, status: "cancelled" });

    for (const { id } of [approved, cancelled]) {
      const note = () => designRequests.update({ id, notes: "Wait" });
      const deliver = () => designRequests.complete({ id, design: design(10.53) });
      expect(await refusal(pair, note)).toBe("409 design_request_open");
      expect(await refusal(pair, deliver)).toBe("409 design_request_open");
    }
  });
});

describe("new_proposal", () => {
  test("is made from the design that was completed last, for the sales organization alone", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const deal = await givenDeal(pair);
    const make = () =>
      pair.sales.proposals.create({ id: deal.id, pricing, finance: { type: "cash" } });
    expect(await refusal(pair, make)).toBe("409 design_completed");
    await givenDesign(pair, deal);
    const last = await givenDesign(pair, deal);

    const { answer, lines, salesOrg } = await told(pair, make);

    expect(lines).toEqual(["new_proposal → sales_org"]);
    expect(only(salesOrg, "new_proposal").data.proposal).toEqual(answer);
    expect(answer).toMatchObject({ design_request_id: last.id, design: design(), status: "draft" });
  });

  test("takes only a completed design of its own deal", async ({ service }) => {
    const pair = await givenPair(service);
    const deal = await givenDeal(pair);
    await givenDesign(pair, deal);
    const elsewhere = await givenDesign(pair);
    const asked = await pair.sales.designRequests.create({ id: deal.id });

    for (const design_request_id of [elsewhere.id, asked.id]) {
      const make = () =>
        pair.sales.proposals.create({
          id: deal.id,
          pricing,
          finance: { type: "cash" },
          design_request_id,
        });
      expect(await refusal(pair, make)).toBe("409 design_completed");
    }
  });
});

describe("update_proposal", () => {
  test("is fired by a view after an edit, never by the edit, and not by a second view", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenProposal(pair);
    const view = () => pair.sales.proposals.view({ id });

    const first = await told(pair, view);
    const edit = await told(pair, () =>
      pair.sales.proposals.update({ id, finance: { term_months: 240 }, title: "Shorter" }),
    );
    const second = await told(pair, view);
    const third = await told(pair, view);

    expect(first.lines).toEqual([]);
    expect(edit.lines).toEqual([]);
    expect(second.lines).toEqual(["update_proposal → sales_org"]);
    expect(only(second.salesOrg, "update_proposal").changes).toEqual({
      "proposal.finance.term_months": { from: 300, to: 240 },
    });
    expect(third.lines).toEqual([]);
  });

  test("compares with what was last viewed, so that a change taken back is none", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenProposal(pair);
    const update = (term_months: number) =>
      pair.sales.proposals.update({ id, finance: { term_months } });
    await update(240);
    await update(300);

    const { lines } = await told(pair, () => pair.sales.proposals.view({ id }));

    expect(lines).toEqual([]);
  });

  test("compares before the first view with the proposal as created", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenProposal(pair);
    await pair.sales.proposals.update({ id, pricing: { discounts_cents: 1000 } });
    await pair.sales.proposals.update({ id, pricing: { adders: [] } });

    const { salesOrg } = await told(pair, () => pair.sales.proposals.view({ id }));

    expect(only(salesOrg, "update_proposal").changes).toEqual({
      "proposal.pricing.discounts_cents": { from: null, to: 1000 },
      "proposal.pricing.adders": {
        from: [{ name: "Main panel upgrade", kind: "system", amount_cents: 250_000, quantity: 1 }],
        to: [],
      },
    });
  });

  test("is fired by a newly delivered design, which drafts take over", async ({ service }) => {
    const pair = await givenPair(service);
    const proposal = await givenProposal(pair);
    const { id, design_request_id } = proposal;
    await pair.installer.designRequests.complete({ id: design_request_id, design: design(10.53) });

    const { salesOrg } = await told(pair, () => pair.sales.proposals.view({ id }));

    expect(only(salesOrg, "update_proposal").changes).toEqual({
      "proposal.design.system_size_dc_kw": { from: 9.72, to: 10.53 },
    });
  });

  test("is not fired for a finalized proposal, which no edit and no design changes", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id, design_request_id } = await givenFinalizedProposal(pair);
    await pair.installer.designRequests.complete({ id: design_request_id, design: design(10.53) });
    const edit = () => pair.sales.proposals.update({ id, title: "Later" });
    const finalize = () => pair.sales.proposals.finalize({ id });

    expect(await refusal(pair, edit)).toBe("409 proposal_draft");
    expect(await refusal(pair, finalize)).toBe("409 proposal_draft");
    const { lines, answer } = await told(pair, () => pair.sales.proposals.view({ id }));
    expect(lines).toEqual([]);
    expect(answer.design.system_size_dc_kw).toBe(9.72);
  });
});

describe("a proposal's price", () => {
  test("is finalized only when its parts add up", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenProposal(pair, {
      pricing: { ...pricing, contract_price_cents: pricing.contract_price_cents + 1 },
    });
    const finalize = () => pair.sales.proposals.finalize({ id });

    expect(await refusal(pair, finalize)).toBe("409 pricing_adds_up");
    await pair.sales.proposals.update({
      id,
      pricing: { contract_price_cents: pricing.contract_price_cents },
    });
    const { lines, answer } = await told(pair, finalize);

    expect(lines).toEqual([]);
    expect(answer.status).toBe("finalized");
  });
});

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
});
