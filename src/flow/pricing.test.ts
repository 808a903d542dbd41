import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Pricing } from "../contract/resources/proposal.ts";
import { checkPricing, totalsOf } from "./pricing.ts";

const watts = 15_390;

/** A real residential job: 3.30 dollars per watt, adders the job needs and adders the customer chose. */
const job = Pricing.parse({
  base_price_cents: watts * 330,
  adders: [
    { name: "What the job needs", kind: "system", amount_cents: 853_900 },
    { name: "What the customer chose", kind: "value", amount_cents: 275_000 },
  ],
  down_payment_cents: 40,
  contract_price_cents: 6_207_600,
  commission_base_cents: 6_207_600,
  net_price_cents: 4_345_280,
});

/** A price with every part. */
const whole = Pricing.parse({
  base_price_cents: 3_200_000,
  equipment_cents: 100_000,
  adders: [
    { name: "Trench", amount_cents: 100_000 },
    { name: "Charger", kind: "value", amount_cents: 200_000 },
  ],
  tax_cents: 180_000, // 5 % of 36,000
  dealer_fee_cents: 1_260_000, // 25 % of 50,400, which is 37,800 / 0.75
  discounts_cents: 80_000,
  rebates_cents: 20_000,
  down_payment_cents: 500_000,
  contract_price_cents: 4_940_000, // 50,400 - 800 - 200
  commission_base_cents: 3_700_000, // 50,400 - 800 - 12,600
});

describe("totalsOf()", () => {
  test("reproduces a real job to the cent", () => {
    const federalRebate = 0.3 * 6_207_600;
    const totals = totalsOf({ ...job, later_rebates_cents: federalRebate });

    expect(totals).toEqual({
      contract_price_cents: 6_207_600,
      commission_base_cents: 6_207_600,
      finance_cost_cents: 6_207_560,
      net_price_cents: 4_345_280,
    });
    const centsPerWatt = [totals.contract_price_cents, totals.net_price_cents].map((cents) =>
      Math.round(cents / watts),
    );
    expect(centsPerWatt).toEqual([403, 282]);
  });

  test("takes every part in its order", () => {
    expect(totalsOf({ ...whole, later_rebates_cents: 1_512_000 })).toEqual({
      contract_price_cents: 4_940_000,
      commission_base_cents: 3_700_000,
      finance_cost_cents: 4_440_000,
      net_price_cents: 2_928_000,
    });
  });
});

describe("checkPricing()", () => {
  test.each([
    ["a real job", job],
    ["a price with every part", whole],
  ])("has nothing to say of %s that adds up", (_, pricing) => {
    expect(checkPricing(pricing)).toEqual([]);
  });

  test("names every total that disagrees, with both amounts", () => {
    const wrong = { ...job, contract_price_cents: 6_207_601, commission_base_cents: 6_000_000 };

    expect(checkPricing(wrong)).toEqual([
      { field: "contract_price_cents", expected_cents: 6_207_600, given_cents: 6_207_601 },
      { field: "commission_base_cents", expected_cents: 6_207_600, given_cents: 6_000_000 },
    ]);
  });

  test("believes the totals when the parts are not told", () => {
    const bare = { ...job, base_price_cents: null, adders: [], commission_base_cents: 1 };

    expect(checkPricing(bare)).toEqual([]);
  });

  test("leaves out what is not stated, and the net price", () => {
    expect(checkPricing({ ...job, commission_base_cents: null, net_price_cents: 1 })).toEqual([]);
  });

  test("agrees with the chain, and with no other contract price", () => {
    const cents = fc.nat(10_000_000);
    const parts = fc.record({
      base_price_cents: cents,
      equipment_cents: cents,
      adders: fc.array(fc.record({ amount_cents: cents }), { maxLength: 3 }),
      tax_cents: cents,
      dealer_fee_cents: cents,
      discounts_cents: cents,
      rebates_cents: cents,
      down_payment_cents: cents,
    });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1 }), (given, surplus) => {
        const adders = given.adders.map((adder) => ({ ...whole.adders[0], ...adder }));
        const stated = { ...whole, ...given, adders: adders as Pricing["adders"] };
        const right = { ...stated, ...totalsOf(stated) };
        const wrong = { ...right, contract_price_cents: right.contract_price_cents + surplus };

        expect(checkPricing(right)).toEqual([]);
        expect(checkPricing(wrong).map(({ field }) => field)).toEqual(["contract_price_cents"]);
      }),
    );
  });
});
