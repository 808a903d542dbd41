import { z } from "zod";
import { cents, count, id, instant, quantity, text } from "../fields.ts";
import { defineResource } from "../resource.ts";
import { FinanceType } from "../vocabulary.ts";
import { Design } from "./design.ts";

export const Adder = z
  .strictObject({
    name: text(200, {
      description: "What is added.",
      example: "Main panel upgrade",
      enerflo: "name",
    }),
    kind: z
      .enum(["system", "value"])
      .meta({
        description: "`system`: the job needs it; `value`: an option the customer chose.",
        example: "system",
        enerflo: "type",
      })
      .default("system"),
    amount_cents: cents({
      description: "Price of all of it.",
      example: 250_000,
      enerflo: "cost",
    }),
    quantity: count({ description: "How many.", example: 1, enerflo: "qty" }).default(1),
  })
  .meta({ id: "Adder", description: "Work or equipment beyond the standard system." });
export type Adder = z.infer<typeof Adder>;

const amount = (description: string, example: number) =>
  cents({ description, example }).nullable().default(null);

/** An amount for the sales side: with it, the installer could reckon the dealer fee from the contract price. */
const ownAmount = (description: string, example: number) =>
  cents({ description, example, hiddenFrom: ["epc"] })
    .nullable()
    .default(null);

export const Pricing = z
  .strictObject({
    contract_price_cents: cents({
      description: "What the customer's contract says: the gross price with all that it includes.",
      example: 3_456_000,
      orangeButton: "ContractPriceAmount",
      enerflo: "gross_cost",
    }),
    base_price_cents: ownAmount("Price per watt times watts, before everything else.", 3_206_000),
    equipment_cents: ownAmount("Equipment priced on its own.", 0),
    adders: z
      .array(Adder)
      .max(100)
      .meta({ description: "What is added, with prices." })
      .default([]),
    tax_cents: amount("Sales tax.", 0),
    dealer_fee_cents: cents({
      description: "The lender's fee inside the contract price.",
      example: 0,
      hiddenFrom: ["epc"],
      enerflo: "dealerFee",
    })
      .nullable()
      .default(null),
    discounts_cents: amount("Taken off before rebates.", 0),
    rebates_cents: amount("Rebates that lower the contract price.", 0),
    down_payment_cents: amount("Paid by the customer at the start.", 0),
    net_price_cents: cents({
      description: "What it costs the customer after all rebates; at most the contract price.",
      example: 3_456_000,
      enerflo: "net_cost",
    })
      .nullable()
      .default(null),
    commission_base_cents: cents({
      description: "What commissions are reckoned from.",
      example: 3_456_000,
      hiddenFrom: ["epc"],
      enerflo: "commissionBase",
    })
      .nullable()
      .default(null),
  })
  .meta({ id: "Pricing", description: "What the system costs.", orangeButton: "SystemPrice" });
export type Pricing = z.infer<typeof Pricing>;

export const Finance = z
  .strictObject({
    type: FinanceType,
    lender: text(100, {
      description: "Who finances it.",
      example: "Example Lender",
      orangeButton: "Financier",
    })
      .nullable()
      .default(null),
    product: text(200, { description: "The lender's product.", example: "25 years, 3.99 %" })
      .nullable()
      .default(null),
    amount_cents: cents({ description: "Amount financed.", example: 3_456_000 })
      .nullable()
      .default(null),
    term_months: z
      .int()
      .positive()
      .max(600)
      .meta({
        description: "Length of the loan or lease.",
        unit: "months",
        example: 300,
        orangeButton: "LoanTerm",
        enerflo: "termMonths",
      })
      .nullable()
      .default(null),
    apr_percent: quantity(100, {
      description: "Annual percentage rate.",
      unit: "percent",
      example: 3.99,
      orangeButton: "LoanRate",
    })
      .nullable()
      .default(null),
    escalator_percent: quantity(100, {
      description: "Yearly increase of a lease or PPA payment.",
      unit: "percent",
      example: 1.9,
    })
      .nullable()
      .default(null),
    monthly_payment_cents: cents({ description: "First monthly payment.", example: 18_200 })
      .nullable()
      .default(null),
  })
  .meta({
    id: "Finance",
    description: "How the customer pays.",
    orangeButton: "FinancialContract",
  });
export type Finance = z.infer<typeof Finance>;

export const Proposal = defineResource(
  {
    name: "proposal",
    table: "proposals",
    prefix: "pro",
    summary: "A design with a price and a way to pay, as the customer is shown it.",
    parties: ["sales_org"],
  },
  {
    customer_id: id("cus", "The customer."),
    survey_id: id("srv", "The deal."),
    design_request_id: id("drq", "The request whose design is offered."),
    status: z
      .enum(["draft", "finalized"])
      .meta({ description: "A finalized proposal changes no more.", example: "finalized" }),
    title: text(200, {
      description: "Name of the proposal.",
      example: "24 modules, loan",
    }).nullable(),
    design: Design,
    pricing: Pricing,
    finance: Finance,
    viewed_at: instant({
      description: "When *View proposal* was last clicked.",
      example: "2026-03-06T18:00:00.000Z",
    }).nullable(),
    finalized_at: instant({
      description: "When it was finalized.",
      example: "2026-03-06T18:30:00.000Z",
    }).nullable(),
  },
);
export type Proposal = z.infer<typeof Proposal>;
