import type { CallInput } from "../sdk/client.ts";
import {
  adders,
  battery,
  centsPerWatt,
  dealerFees,
  financeTypes,
  kwhPerKw,
  moduleCount,
  modules,
  stringInverter,
} from "./assumptions.ts";
import type { Random } from "./random.ts";

type Design = CallInput<"completeDesignRequest">["design"];
type Pricing = CallInput<"createProposal">["pricing"];
type Finance = CallInput<"createProposal">["finance"];

/** What is offered: a design with a price that adds up, and a way to pay. */
export interface Offer {
  readonly design: Design;
  readonly pricing: Pricing;
  readonly finance: Finance;
}

/** @param lenders that the sales organization works with. */
export function offerOf(random: Random, lenders: readonly string[]): Offer {
  const design = designOf(random);
  const [lender] = lenders;
  const drawn = random.weighted(financeTypes);
  const type = drawn === "cash" || lender !== undefined ? drawn : "cash";
  const [least, most] = centsPerWatt[type];
  const watts = Math.round(design.system_size_dc_kw * 1_000);
  const chosen = adders.filter(({ share }) => random.chance(share));
  const parts = {
    base_price_cents: watts * random.between(least, most),
    equipment_cents: (design.batteries?.length ?? 0) * battery.priceCents,
    adders: chosen.map(({ name, kind, amount_cents }) => ({ name, kind, amount_cents })),
  };
  const before =
    parts.base_price_cents +
    parts.equipment_cents +
    chosen.reduce((sum, { amount_cents }) => sum + amount_cents, 0);
  const dealer_fee_cents = type === "loan" ? Math.round(before * random.pick(dealerFees)) : 0;
  return {
    design,
    pricing: {
      ...parts,
      dealer_fee_cents,
      commission_base_cents: before,
      contract_price_cents: before + dealer_fee_cents,
    },
    finance: financeOf(random, type, lender),
  };
}

function financeOf(random: Random, type: Finance["type"], lender: string | undefined): Finance {
  if (type === "cash" || lender === undefined) return { type: "cash" };
  const term_months = random.pick([120, 180, 240, 300] as const);
  if (type === "loan") {
    return { type, lender, term_months, apr_percent: random.between(299, 899) / 100 };
  }
  return { type, lender, term_months: 300, escalator_percent: random.pick([0, 1.9, 2.9] as const) };
}

function designOf(random: Random): Design {
  const { least, most } = moduleCount;
  const half = (most - least) / 2;
  const count = least + random.between(0, Math.floor(half)) + random.between(0, Math.ceil(half));
  const module = random.pick(modules);
  const system_size_dc_kw = (module.watts * count) / 1_000;
  const isString = random.chance(stringInverter);
  return {
    system_size_dc_kw,
    annual_production_kwh: Math.round(
      system_size_dc_kw * random.between(kwhPerKw.least, kwhPerKw.most),
    ),
    modules: [{ ...module, count }],
    inverters: isString
      ? [{ manufacturer: "Example Power", model: "EP-7600", style: "string", count: 1 }]
      : [{ manufacturer: "Example Power", model: "EP-290", style: "microinverter", count }],
    batteries: random.chance(battery.share) ? [battery.product] : [],
  };
}
