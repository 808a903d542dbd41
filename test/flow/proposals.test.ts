import { describe, expect } from "vitest";
import {
  design,
  givenDeal,
  givenDesign,
  givenFinalizedProposal,
  givenProposal,
  pricing,
} from "../deals.ts";
import { givenPair, test } from "../service.ts";
import { only, refusal, told } from "../told.ts";

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

  test("is at most the contract price after all rebates, also once parts are changed", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const price = pricing.contract_price_cents;
    const priced = (net_price_cents: number) => ({ pricing: { ...pricing, net_price_cents } });
    const survey = await givenDeal(pair);
    await givenDesign(pair, survey);
    const finance = { type: "cash" as const };
    const make = (net: number) => () =>
      pair.sales.proposals.create({ id: survey.id, finance, ...priced(net) });

    expect(await refusal(pair, make(price + 1))).toBe("422 invalid /pricing/net_price_cents");
    const { id } = await make(price)();
    for (const change of [{ net_price_cents: price + 1 }, { contract_price_cents: price - 1 }]) {
      const update = () => pair.sales.proposals.update({ id, pricing: change });
      expect(await refusal(pair, update)).toBe("422 invalid /pricing/net_price_cents");
    }
    const { pricing: after } = await pair.sales.proposals.update({
      id,
      pricing: { contract_price_cents: price - 1, net_price_cents: null },
    });
    expect(after).toMatchObject({ contract_price_cents: price - 1, net_price_cents: null });
  });
});
