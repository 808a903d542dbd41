import { contractFields, type ChangeOrder, type Install } from "../contract/resources/install.ts";
import type { Proposal } from "../contract/resources/proposal.ts";
import type { DealGraph } from "../store/deals.ts";

/** Fields of an install that its contract fixes and a change order may change. */
const contractFieldNames = Object.keys(contractFields) as (keyof typeof contractFields)[];
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

/** The new values that a change order brings. */
export function newValues({ changes }: ChangeOrder): Partial<ContractTerms> {
  const values: Record<string, unknown> = {};
  for (const field of contractFieldNames) {
    const change = changes[field];
    if (change) values[field] = change.to;
  }
  return values;
}

/** The terms of a contract: what its proposal says, with its signed change orders, the last one's word counting. */
export const amendedBy = (
  proposal: Proposal,
  signed: readonly ChangeOrder[],
): ReturnType<typeof contractOf> => Object.assign(contractOf(proposal), ...signed.map(newValues));

/**
 * A deal as events on its install tell it: with the contract that the install rests on. While that one is voided, a
 * newer agreement may be the live one of the deal already.
 */
export function withContractInForce(deal: DealGraph): DealGraph {
  const { install, agreement, contract } = deal;
  const isInForce = !install || agreement?.id === install.agreement_id;
  return isInForce ? deal : { ...deal, ...contract };
}
