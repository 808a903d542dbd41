import { contractFields, type Install } from "../contract/resources/install.ts";
import type { Proposal } from "../contract/resources/proposal.ts";

/** Fields of an install that its contract fixes and a change order may change. */
export const contractFieldNames = Object.keys(contractFields) as (keyof typeof contractFields)[];
export type ContractTerms = Pick<Install, keyof typeof contractFields>;

/** What a signed proposal makes the terms of the install. */
export const contractOf = ({
  pricing,
  finance,
  design,
}: Proposal): ContractTerms & Pick<Install, "finance_type"> => ({
  finance_type: finance.type,
  contract_price_cents: pricing.contract_price_cents,
  system_size_dc_kw: design.system_size_dc_kw,
  annual_production_kwh: design.annual_production_kwh,
  modules: design.modules,
  inverters: design.inverters,
  batteries: design.batteries,
  adders: pricing.adders,
});
