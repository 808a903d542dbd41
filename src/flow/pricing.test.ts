import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPricing, priceChain } from "./pricing.ts";
import type { PriceInput, Rounding, StatedPricing } from "./pricing.ts";

/** A real residential job, with the figures its own pricing showed. */
const job: PriceInput = {
  system_size_watts: 15_390,
  base_ppw: "3.30",
  system_adders: [{ amount_cents: 853_900 }],
  value_adders: [{ amount_cents: 275_000 }],
  down_payment_cents: 40,
  federal_rebate_rate: "0.30",
};

const stated: StatedPricing = {
  contract_price_cents: 6_207_600,
  base_price_cents: 5_078_700,
  equipment_cents: 0,
  adders: [{ amount_cents: 853_900 }, { amount_cents: 275_000 }],
  tax_cents: null,
  dealer_fee_cents: null,
  discounts_cents: null,
  rebates_cents: null,
  down_payment_cents: 40,
  finance_cost_cents: 6_207_560,
  net_rebates_cents: 1_862_280,
  net_price_cents: 4_345_280,
  commission_base_cents: 6_207_600,
};

describe("priceChain()", () => {
  test("reproduces a real job to the cent", () => {
    expect(priceChain(job)).toEqual({
      base_price_cents: 5_078_700,
      equipment_cents: 0,
      system_adders_cents: 853_900,
      value_adders_cents: 275_000,
      tax_cents: 0,
      dealer_fee_cents: 0,
      discounts_cents: 0,
      rebates_cents: 0,
      gross_price_cents: 6_207_600,
      down_payment_cents: 40,
      lender_adjustments_cents: 0,
      finance_cost_cents: 6_207_560,
      net_rebates_cents: 0,
      federal_rebate_cents: 1_862_280,
      net_price_cents: 4_345_280,
      commission_base_cents: 6_207_600,
      gross_ppw: "4.03",
      net_ppw: "2.82",
    });
  });

  test("takes every step in its order", () => {
    const chain = priceChain({
      system_size_watts: 10_000,
      base_ppw: "3.00",
      base_ppw_adjustments: ["0.25", "-0.05"],
      equipment: [{ amount_cents: 100_000 }],
      system_adders: [{ ppw: "0.10" }],
      value_adders: [{ amount_cents: 200_000 }],
      tax_rate: "0.05",
      dealer_fee_rate: "0.25",
      discounts: [{ amount_cents: 80_000 }],
      gross_rebates: [{ ppw: "0.02" }],
      down_payment_cents: 500_000,
      lender_adjustments_cents: -1_000,
      net_rebates: [{ amount_cents: 30_000 }],
      federal_rebate_rate: "0.30",
    });

    expect(chain).toMatchObject({
      base_price_cents: 3_200_000,
      tax_cents: 180_000, // 5 % of 36,000
      dealer_fee_cents: 1_260_000, // 25 % of 50,400, which is 37,800 / 0.75
      gross_price_cents: 4_940_000, // 50,400 - 800 - 200
      finance_cost_cents: 4_439_000, // - 5,000 - 10
      federal_rebate_cents: 1_482_000, // 30 % of 49,400
      net_price_cents: 2_927_000, // - 300 - 14,820
      commission_base_cents: 3_700_000, // 49,600 - 12,600
      gross_ppw: "4.94",
      net_ppw: "2.93",
    });
  });

  test.each<[Rounding, string, number]>([
    ["half_up", "0.005", 1],
    ["half_even", "0.005", 0],
    ["half_even", "0.015", 2],
    ["down", "0.019", 1],
    ["half_up", "0.0049", 0],
    ["half_even", "0.0051", 1],
  ])("rounds %s: %s $ is %d cents", (rounding, base_ppw, cents) => {
    expect(priceChain({ system_size_watts: 1, base_ppw, rounding }).base_price_cents).toBe(cents);
  });

  test("rounds below zero as above it", () => {
    const chain = priceChain({
      system_size_watts: 200,
      base_ppw: "0",
      discounts: [{ amount_cents: 100 }],
    });

    expect(chain).toMatchObject({ gross_price_cents: -100, gross_ppw: "-0.01" });
  });

  test.each<[string, Partial<PriceInput>]>([
    ["system_size_watts", { system_size_watts: 0 }],
    ["system_size_watts", { system_size_watts: 7.5 }],
    ["base_ppw", { base_ppw: "3,30" }],
    ["base_ppw", { base_ppw: "-3" }],
    ["base_ppw", { base_ppw: "1e3" }],
    ["base_ppw", { base_ppw: "999999", system_size_watts: 1_000_000_000 }],
    ["base_ppw_adjustments", { base_ppw_adjustments: ["-3.31"] }],
    ["system_adders", { system_adders: [{ amount_cents: -1 }] }],
    ["system_adders", { system_adders: [{ amount_cents: 0.5 }] }],
    ["value_adders", { value_adders: [{ ppw: "" }] }],
    ["tax_rate", { tax_rate: "7.25" }],
    ["dealer_fee_rate", { dealer_fee_rate: "1" }],
    ["down_payment_cents", { down_payment_cents: Number.NaN }],
    ["lender_adjustments_cents", { lender_adjustments_cents: 0.1 }],
  ])("names %s when it is wrong: %j", (field, change) => {
    expect(() => priceChain({ ...job, ...change })).toThrow(RangeError);
    expect(() => priceChain({ ...job, ...change })).toThrow(field);
  });
});

describe("every price chain", () => {
  test("adds up, and agrees with the check", () => {
    fc.assert(
      fc.property(drawnInput(), (input) => {
        const chain = priceChain(input);
        const before =
          chain.base_price_cents +
          chain.equipment_cents +
          chain.system_adders_cents +
          chain.value_adders_cents +
          chain.tax_cents +
          chain.dealer_fee_cents -
          chain.discounts_cents;

        expect(chain.gross_price_cents).toBe(before - chain.rebates_cents);
        expect(chain.commission_base_cents).toBe(before - chain.dealer_fee_cents);
        expect(chain.finance_cost_cents).toBe(chain.gross_price_cents - chain.down_payment_cents);
        expect(checkPricing(statedFrom(input))).toEqual([]);
      }),
    );
  });

  test("never falls when something is added", () => {
    const item = fc.oneof(
      fc.record({ amount_cents: fc.nat(10_000_000) }),
      fc.record({ ppw: drawnDecimal(2) }),
    );
    const list = fc.constantFrom("equipment", "system_adders", "value_adders");
    fc.assert(
      fc.property(drawnInput(), item, list, (input, added, field) => {
        const more = { ...input, [field]: [...(input[field] ?? []), added] };
        expect(priceChain(more).gross_price_cents).toBeGreaterThanOrEqual(
          priceChain(input).gross_price_cents,
        );
      }),
    );
  });

  test("gives the dealer exactly its share of the raised price, to the cent", () => {
    const rate = fc.integer({ min: 0, max: 9_999 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), rate, (watts, bps) => {
        const dealer_fee_rate = `0.${String(bps).padStart(4, "0")}`;
        const chain = priceChain({ system_size_watts: watts, base_ppw: "3.07", dealer_fee_rate });
        const left = (chain.gross_price_cents * (10_000 - bps)) / 10_000;

        expect(Math.abs(left - chain.base_price_cents)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  test("rounds down at most to where it rounds to the nearest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), drawnDecimal(4), (watts, base_ppw) => {
        const price = (rounding: Rounding) =>
          priceChain({ system_size_watts: watts, base_ppw, rounding }).base_price_cents;

        expect(price("down")).toBeLessThanOrEqual(price("half_even"));
        expect(price("half_even")).toBeLessThanOrEqual(price("half_up"));
        expect(price("half_up") - price("down")).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("checkPricing()", () => {
  test("has nothing to say of a price that adds up", () => {
    expect(checkPricing(stated)).toEqual([]);
  });

  test("names every total that disagrees, with both amounts", () => {
    const wrong = {
      ...stated,
      contract_price_cents: 6_207_601,
      commission_base_cents: 6_000_000,
      finance_cost_cents: 6_207_600,
      net_price_cents: 0,
    };

    expect(checkPricing(wrong)).toEqual([
      { field: "contract_price_cents", expected_cents: 6_207_600, given_cents: 6_207_601 },
      { field: "commission_base_cents", expected_cents: 6_207_600, given_cents: 6_000_000 },
      { field: "finance_cost_cents", expected_cents: 6_207_560, given_cents: 6_207_600 },
      { field: "net_price_cents", expected_cents: 4_345_280, given_cents: 0 },
    ]);
  });

  test("believes the totals when the parts are not told", () => {
    const bare = { ...stated, base_price_cents: null, adders: [], commission_base_cents: 1 };

    expect(checkPricing(bare)).toEqual([]);
  });

  test("leaves out what is not stated", () => {
    const { net_rebates_cents: _, finance_cost_cents: __, ...rest } = stated;

    expect(checkPricing({ ...rest, net_price_cents: 1, commission_base_cents: null })).toEqual([]);
  });
});

function drawnDecimal(wholeMax: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(wholeMax), fc.nat(9_999))
    .map(([whole, part]) => `${whole}.${String(part).padStart(4, "0")}`);
}

function drawnInput(): fc.Arbitrary<PriceInput> {
  const item = fc.oneof(
    fc.record({ amount_cents: fc.nat(5_000_000) }),
    fc.record({ ppw: drawnDecimal(1) }),
  );
  const items = fc.array(item, { maxLength: 3 });
  const rate = fc.integer({ min: 0, max: 6_000 }).map((bps) => `0.${String(bps).padStart(4, "0")}`);
  return fc.record({
    system_size_watts: fc.integer({ min: 1, max: 1_000_000 }),
    base_ppw: drawnDecimal(9),
    equipment: items,
    system_adders: items,
    value_adders: items,
    tax_rate: rate,
    dealer_fee_rate: rate,
    discounts: items,
    gross_rebates: items,
    down_payment_cents: fc.nat(1_000_000),
    net_rebates: items,
    federal_rebate_rate: rate,
    rounding: fc.constantFrom<Rounding>("half_up", "half_even", "down"),
  });
}

function statedFrom(input: PriceInput): StatedPricing {
  const chain = priceChain(input);
  const adders = [
    { amount_cents: chain.system_adders_cents },
    { amount_cents: chain.value_adders_cents },
  ];
  return {
    ...chain,
    adders,
    contract_price_cents: chain.gross_price_cents,
    net_rebates_cents: chain.net_rebates_cents + chain.federal_rebate_cents,
  };
}
