import type { Pricing } from "../contract/resources/proposal.ts";

/** What a price is made of, in whole US cents. A part that is null or left out counts as nothing. */
export type PriceParts = Pick<
  Pricing,
  | "base_price_cents"
  | "equipment_cents"
  | "tax_cents"
  | "dealer_fee_cents"
  | "discounts_cents"
  | "rebates_cents"
  | "down_payment_cents"
> & {
  readonly adders: readonly { readonly amount_cents: number }[];
  /** Rebates that the customer gets afterwards, the federal one among them. A recorded price does not tell them. */
  readonly later_rebates_cents?: number;
};

/** What follows from the parts, in whole US cents. Negative when more is taken off than was there. */
export interface PriceTotals {
  /** The gross price: with the dealer fee, without discounts and the rebates that lower it. */
  readonly contract_price_cents: number;
  /** The gross price before rebates, without the dealer fee. */
  readonly commission_base_cents: number;
  /** What is left to finance after the down payment. */
  readonly finance_cost_cents: number;
  /** What it costs the customer in the end. */
  readonly net_price_cents: number;
}

/**
 * The price chain: base, equipment, adders, tax and dealer fee, less discounts and rebates, make the contract price;
 * without the down payment it is the finance cost; without the later rebates it is the net price.
 */
export function totalsOf(parts: PriceParts): PriceTotals {
  const adders = parts.adders.reduce((sum, { amount_cents }) => sum + amount_cents, 0);
  const dealerFee = parts.dealer_fee_cents ?? 0;
  const commissionBase =
    (parts.base_price_cents ?? 0) +
    (parts.equipment_cents ?? 0) +
    adders +
    (parts.tax_cents ?? 0) -
    (parts.discounts_cents ?? 0);
  const contractPrice = commissionBase + dealerFee - (parts.rebates_cents ?? 0);
  const financeCost = contractPrice - (parts.down_payment_cents ?? 0);
  return {
    contract_price_cents: contractPrice,
    commission_base_cents: commissionBase,
    finance_cost_cents: financeCost,
    net_price_cents: financeCost - (parts.later_rebates_cents ?? 0),
  };
}

/** A total that does not follow from its parts, in whole US cents. */
export interface PriceDisagreement {
  readonly field: "contract_price_cents" | "commission_base_cents";
  readonly expected_cents: number;
  readonly given_cents: number;
}

/**
 * Compares the totals of a recorded price with the chain. Without a base price the parts are not told, so the totals are
 * taken as they are; what is not stated is not compared. The net price is not compared either: a recorded price does not
 * tell the rebates that lead to it.
 * @returns every total that disagrees; none when the price adds up.
 */
export function checkPricing(pricing: Pricing): readonly PriceDisagreement[] {
  if (pricing.base_price_cents === null) return [];
  const totals = totalsOf(pricing);
  return (["contract_price_cents", "commission_base_cents"] as const).flatMap((field) => {
    const [expected_cents, given_cents] = [totals[field], pricing[field]];
    if (given_cents === null || given_cents === expected_cents) return [];
    return [{ field, expected_cents, given_cents }];
  });
}
