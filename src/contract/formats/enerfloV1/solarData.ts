import type { Adder, Proposal } from "../../resources/proposal.ts";
import { dollars, dollarsPerWatt, megawattHours, percent } from "./values.ts";

/**
 * System and price of a proposal. `system_cost` and `system_adder_cost` add up to `total_system_cost`, the contract
 * price. No amount is reckoned from the dealer fee, which one side never sees.
 */
export function solarData({ design, pricing, finance }: Proposal) {
  const { system_size_dc_kw: size, modules, inverters } = design;
  const price = pricing.contract_price_cents;
  const adders = systemAdders(pricing.adders);
  return {
    system_size: size,
    offset: percent(design.offset_ratio),
    panel_count: countOf(modules),
    panel: equipment(modules[0]),
    inverter: equipment(inverters[0]),
    inverter_count: countOf(inverters),
    system_production: megawattHours(design.annual_production_kwh),
    system_cost: dollars(price - adders),
    system_adder_cost: dollars(adders),
    total_system_cost: dollars(price),
    total_loan_cost: finance.type === "loan" ? dollars(finance.amount_cents ?? price) : null,
    total_net_loan_cost: null,
    total_cash_cost: finance.type === "cash" ? dollars(price) : null,
    ppw: dollarsPerWatt(price, size),
    ppw_net: dollarsPerWatt(pricing.net_price_cents, size),
    ppw_base_start: dollarsPerWatt(pricing.base_price_cents, size),
    fed_tax_rebate: null,
    rebates: pricing.rebates_cents ? [{ amount: dollars(pricing.rebates_cents) }] : [],
    net_cost: dollars(pricing.net_price_cents),
    ...financeOf(finance),
  };
}

const financeWords: Readonly<Record<Proposal["finance"]["type"], string>> = {
  cash: "Cash",
  loan: "Loan",
  lease: "Lease",
  ppa: "PPA",
};

function financeOf({ type, lender, product, term_months }: Proposal["finance"]) {
  return {
    finance_method: financeWords[type],
    finance_id: null,
    finance_code: type.toUpperCase(),
    finance_details: type === "cash" ? {} : { lender, name: product, termMonths: term_months },
  };
}

const systemAdders = (adders: readonly Adder[]) =>
  adders
    .filter(({ kind }) => kind === "system")
    .reduce((sum, { amount_cents }) => sum + amount_cents, 0);

const countOf = (items: readonly { readonly count: number }[]) =>
  items.reduce((sum, { count }) => sum + count, 0);

/** The first kind stands for all; there is no catalogue of equipment, hence no id. */
const equipment = (
  item: { readonly manufacturer: string; readonly model: string } | undefined,
) => ({
  id: null,
  manufacturer: item?.manufacturer ?? null,
  model: item?.model ?? null,
});
