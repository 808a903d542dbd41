import type { Pricing } from "../contract/resources/proposal.ts";

/**
 * How a part of a cent is settled. `half_up` goes away from zero at one half, `half_even` to the even neighbour,
 * `down` towards zero.
 */
export type Rounding = "half_up" | "half_even" | "down";

/** An amount as such, or by size: a decimal such as `"0.25"`, in US dollars per watt. */
export type PriceItem = { readonly amount_cents: number } | { readonly ppw: string };

/** What a price is made from. Rates and prices per watt are decimals in text, because they must stay exact. */
export interface PriceInput {
  /** Whole watts, 1 or more. */
  readonly system_size_watts: number;
  /** US dollars per watt, such as `"3.30"`. */
  readonly base_ppw: string;
  /** Added to `base_ppw`, in US dollars per watt; may be negative. */
  readonly base_ppw_adjustments?: readonly string[];
  readonly equipment?: readonly PriceItem[];
  /** What the job needs. */
  readonly system_adders?: readonly PriceItem[];
  /** What the customer chose on top. */
  readonly value_adders?: readonly PriceItem[];
  /** Share of all the above, such as `"0.0725"`. */
  readonly tax_rate?: string;
  /** The lender's share of the price that contains it, below 1: `"0.25"` raises 75 dollars to 100. */
  readonly dealer_fee_rate?: string;
  readonly discounts?: readonly PriceItem[];
  /** Rebates that lower what the contract says. */
  readonly gross_rebates?: readonly PriceItem[];
  readonly down_payment_cents?: number;
  /** What the lender adds to the sum financed, or takes off it when negative. */
  readonly lender_adjustments_cents?: number;
  /** Rebates that the customer gets afterwards. */
  readonly net_rebates?: readonly PriceItem[];
  /** Share of the gross price, whatever was paid down: `"0.30"`. */
  readonly federal_rebate_rate?: string;
  /** `half_up` unless told. */
  readonly rounding?: Rounding;
}

/** Every step of a price, each in whole US cents and each rounded once, so that the parts always add up. */
export interface PriceChain {
  readonly base_price_cents: number;
  readonly equipment_cents: number;
  readonly system_adders_cents: number;
  readonly value_adders_cents: number;
  readonly tax_cents: number;
  readonly dealer_fee_cents: number;
  readonly discounts_cents: number;
  /** Rebates that lower the gross price. */
  readonly rebates_cents: number;
  readonly gross_price_cents: number;
  readonly down_payment_cents: number;
  readonly lender_adjustments_cents: number;
  readonly finance_cost_cents: number;
  /** Rebates that lower the net price, without the federal one. */
  readonly net_rebates_cents: number;
  readonly federal_rebate_cents: number;
  readonly net_price_cents: number;
  /** The gross price before rebates, without the dealer fee. */
  readonly commission_base_cents: number;
  /** US dollars per watt with two decimals, such as `"4.03"`. */
  readonly gross_ppw: string;
  /** US dollars per watt with two decimals. */
  readonly net_ppw: string;
}

/**
 * Reckons a price from its beginning to what it costs the customer in the end: base, equipment, system adders, value
 * adders, tax, dealer fee, discounts and rebates make the gross price; without the down payment it is the finance
 * cost; without the later rebates it is the net price. A price may come out negative when more is taken off than was
 * there; whether that is allowed is for the caller to say.
 * @throws {RangeError} naming the first value that is not of its documented form, or too large to be exact.
 */
export function priceChain(input: PriceInput): PriceChain {
  const size = checkedWatts(input.system_size_watts);
  const rounding = input.rounding ?? "half_up";
  const total = (field: string, items: readonly PriceItem[] = []) =>
    sum(items.map((item) => itemCents(field, item, { size, rounding })));
  const share = (field: string, rate: string | undefined, cents: number) =>
    toCents(field, times(decimal(field, rate ?? "0", "share"), cents), rounding);

  const base_price_cents = basePrice(input, { size, rounding });
  const equipment_cents = total("equipment", input.equipment);
  const system_adders_cents = total("system_adders", input.system_adders);
  const value_adders_cents = total("value_adders", input.value_adders);
  const untaxed = base_price_cents + equipment_cents + system_adders_cents + value_adders_cents;
  const tax_cents = share("tax_rate", input.tax_rate, untaxed);
  const dealer_fee_cents = dealerFee(input.dealer_fee_rate ?? "0", untaxed + tax_cents, rounding);
  const discounts_cents = total("discounts", input.discounts);
  const rebates_cents = total("gross_rebates", input.gross_rebates);
  const beforeRebates = untaxed + tax_cents + dealer_fee_cents - discounts_cents;
  const gross_price_cents = beforeRebates - rebates_cents;
  const down_payment_cents = checkedCents("down_payment_cents", input.down_payment_cents ?? 0);
  const lender_adjustments_cents = input.lender_adjustments_cents ?? 0;
  const finance_cost_cents = gross_price_cents - down_payment_cents + lender_adjustments_cents;
  const net_rebates_cents = total("net_rebates", input.net_rebates);
  const federal_rebate_cents = share(
    "federal_rebate_rate",
    input.federal_rebate_rate,
    gross_price_cents,
  );
  const net_price_cents = finance_cost_cents - net_rebates_cents - federal_rebate_cents;
  return {
    base_price_cents,
    equipment_cents,
    system_adders_cents,
    value_adders_cents,
    tax_cents,
    dealer_fee_cents,
    discounts_cents,
    rebates_cents,
    gross_price_cents,
    down_payment_cents,
    lender_adjustments_cents: checkedInteger("lender_adjustments_cents", lender_adjustments_cents),
    finance_cost_cents,
    net_rebates_cents,
    federal_rebate_cents,
    net_price_cents,
    commission_base_cents: beforeRebates - dealer_fee_cents,
    gross_ppw: perWatt(gross_price_cents, size, rounding),
    net_ppw: perWatt(net_price_cents, size, rounding),
  };
}

/** A price as it is recorded, with what else the check can use when it is known. */
export type StatedPricing = Omit<Pricing, "adders"> & {
  readonly adders: readonly { readonly amount_cents: number }[];
  /** What is financed: the contract price without the down payment. */
  readonly finance_cost_cents?: number | null;
  /** All rebates the customer gets afterwards, the federal one included. */
  readonly net_rebates_cents?: number | null;
};

/** A total that does not follow from its parts. */
export interface PriceDisagreement {
  readonly field:
    | "contract_price_cents"
    | "commission_base_cents"
    | "finance_cost_cents"
    | "net_price_cents";
  readonly expected_cents: number;
  readonly given_cents: number;
}

/**
 * Compares the totals of a recorded price with the chain. Without a base price the parts are not told, so that the
 * contract price and the commission base are taken as they are; with it, a part that is `null` counts as nothing.
 * The net price is compared only where `net_rebates_cents` is told.
 * @returns every total that disagrees; none when the price adds up. Amounts are whole US cents.
 */
export function checkPricing(pricing: StatedPricing): readonly PriceDisagreement[] {
  const { base_price_cents: base, net_rebates_cents: netRebates } = pricing;
  const dealerFeeCents = pricing.dealer_fee_cents ?? 0;
  const adderCents = sum(pricing.adders.map((adder) => adder.amount_cents));
  const parts = [base, pricing.equipment_cents, adderCents, pricing.tax_cents, dealerFeeCents];
  const beforeRebates = sum(parts.map((part) => part ?? 0)) - (pricing.discounts_cents ?? 0);
  const gross = base === null ? null : beforeRebates - (pricing.rebates_cents ?? 0);
  const financed = (gross ?? pricing.contract_price_cents) - (pricing.down_payment_cents ?? 0);
  const expected = {
    contract_price_cents: gross,
    commission_base_cents: base === null ? null : beforeRebates - dealerFeeCents,
    finance_cost_cents: financed,
    net_price_cents: typeof netRebates === "number" ? financed - netRebates : null,
  };
  const fields: readonly PriceDisagreement["field"][] = [
    "contract_price_cents",
    "commission_base_cents",
    "finance_cost_cents",
    "net_price_cents",
  ];
  return fields.flatMap((field) => {
    const [expected_cents, given_cents] = [expected[field], pricing[field] ?? null];
    if (expected_cents === null || given_cents === null || expected_cents === given_cents)
      return [];
    return [{ field, expected_cents, given_cents }];
  });
}

/** An exact number: `top / bottom`, `bottom` above zero. */
interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

interface Sizing {
  readonly size: number;
  readonly rounding: Rounding;
}

function basePrice(input: PriceInput, { size, rounding }: Sizing): number {
  const adjustments = input.base_ppw_adjustments ?? [];
  const ppw = adjustments
    .map((text) => decimal("base_ppw_adjustments", text, "signed"))
    .reduce(plus, decimal("base_ppw", input.base_ppw, "positive"));
  if (ppw.top < 0n)
    throw new RangeError("base_ppw_adjustments must not take off more than base_ppw");
  return toCents("base_ppw", times(ppw, 100 * size), rounding);
}

function itemCents(field: string, item: PriceItem, { size, rounding }: Sizing): number {
  if ("amount_cents" in item) return checkedCents(field, item.amount_cents);
  return toCents(field, times(decimal(field, item.ppw, "positive"), 100 * size), rounding);
}

/** The fee is a share of the price that already contains it, so the price is divided by what the fee leaves over. */
function dealerFee(rate: string, cents: number, rounding: Rounding): number {
  const { top, bottom } = decimal("dealer_fee_rate", rate, "share");
  if (top === bottom) throw new RangeError("dealer_fee_rate must be below 1");
  const raised = { top: BigInt(cents) * bottom, bottom: bottom - top };
  return toCents("dealer_fee_rate", raised, rounding) - cents;
}

function perWatt(cents: number, size: number, rounding: Rounding): string {
  const ppwCents = toCents("ppw", { top: BigInt(cents), bottom: BigInt(size) }, rounding);
  const digits = String(Math.abs(ppwCents)).padStart(3, "0");
  return `${ppwCents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function decimal(field: string, text: string, kind: "positive" | "signed" | "share"): Fraction {
  const match = /^(-?)(\d{1,6})(?:\.(\d{1,9}))?$/.exec(text);
  const [, sign = "", whole = "", part = ""] = match ?? [];
  const bottom = 10n ** BigInt(part.length);
  const top = BigInt(whole + part);
  const allowed =
    match && (sign === "" || kind === "signed") && (kind !== "share" || top <= bottom);
  if (allowed) return { top: sign === "-" ? -top : top, bottom };
  const wanted = kind === "share" ? "a share from 0 to 1" : "dollars per watt";
  throw new RangeError(`${field} must be ${wanted} as a decimal with up to 9 places, not ${text}`);
}

function times({ top, bottom }: Fraction, factor: number): Fraction {
  return { top: top * BigInt(factor), bottom };
}

function plus(left: Fraction, right: Fraction): Fraction {
  return {
    top: left.top * right.bottom + right.top * left.bottom,
    bottom: left.bottom * right.bottom,
  };
}

function toCents(field: string, { top, bottom }: Fraction, rounding: Rounding): number {
  const magnitude = top < 0n ? -top : top;
  const whole = magnitude / bottom;
  const twiceRest = 2n * (magnitude % bottom);
  const odd = whole % 2n === 1n;
  const up = {
    half_up: twiceRest >= bottom,
    half_even: twiceRest > bottom || (twiceRest === bottom && odd),
    down: false,
  }[rounding];
  const rounded = up ? whole + 1n : whole;
  return checkedInteger(field, Number(top < 0n ? -rounded : rounded));
}

function sum(cents: readonly number[]): number {
  return cents.reduce((total, amount) => total + amount, 0);
}

function checkedWatts(value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= 1_000_000_000) return value;
  throw new RangeError(`system_size_watts must be whole watts from 1 to 1000000000, not ${value}`);
}

function checkedCents(field: string, value: number): number {
  if (value >= 0) return checkedInteger(field, value);
  throw new RangeError(`${field} must be whole cents from 0, not ${value}`);
}

/** A hundred billion dollars: sums of many such amounts are still exact. */
function checkedInteger(field: string, value: number): number {
  if (Number.isSafeInteger(value) && Math.abs(value) <= 10_000_000_000_000) return value;
  throw new RangeError(`${field} must be whole cents up to 10000000000000, not ${value}`);
}
