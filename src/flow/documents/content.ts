import type { Agreement } from "../../contract/resources/agreement.ts";
import type { Customer } from "../../contract/resources/customer.ts";
import type { ChangeOrder } from "../../contract/resources/install.ts";
import type { DocumentContent, DocumentSection } from "../../contract/resources/link.ts";
import type { Organization } from "../../contract/resources/organization.ts";
import type { Finance, Pricing, Proposal } from "../../contract/resources/proposal.ts";
import type { z } from "zod";
import { contractOf, type ContractTerms } from "../contractTerms.ts";
import { changedLineOf, dollars, figure, lineOf, termNames } from "./terms.ts";

type Section = z.infer<typeof DocumentSection>;
type Line = Section["lines"][number];

/** Who is named in a document. */
export interface DocumentParties {
  readonly customer: Customer;
  readonly sales_org: Organization;
  readonly epc: Organization | null;
}

/** What a customer is shown of a proposal: what is offered to him, and nothing of what others earn by it. */
export function proposalContent(proposal: Proposal, parties: DocumentParties): DocumentContent {
  return {
    title: proposal.title ?? `Proposal ${proposal.number}`,
    sections: [partiesSection(parties), ...offerSections(proposal)],
  };
}

/** What an agreement says: who, what, for how much, how it is paid, and the installer's terms. */
export function agreementContent(
  { number, document_url }: Agreement,
  proposal: Proposal,
  parties: DocumentParties,
): DocumentContent {
  return {
    title: `Agreement ${number}`,
    sections: [
      partiesSection(parties),
      ...offerSections(proposal),
      ...termsSections(parties.epc, document_url),
    ],
  };
}

/** What a change order says: which terms of which agreement become what, and why. */
export function changeOrderContent(
  { number, reason, changes, document_url }: ChangeOrder,
  agreement: Agreement,
  parties: DocumentParties,
): DocumentContent {
  const lines = termNames.flatMap((field) => {
    const change = changes[field];
    // The pair is that of its own field; the loop over all fields loses this.
    return change ? [changedLineOf(field, change as never)] : [];
  });
  return {
    title: `Change order ${number}`,
    sections: [
      partiesSection(parties),
      section("What changes", [
        { label: "Amends", value: `Agreement ${agreement.number}` },
        ...lines,
        { label: "Reason", value: reason },
      ]),
      section("Everything else", [], ["All other terms of the agreement stay as they are."]),
      ...documentSections(document_url),
    ],
  };
}

function partiesSection({ customer, sales_org, epc }: DocumentParties): Section {
  const { street, city, state, zip } = customer.address;
  return section("Parties", [
    { label: "Customer", value: `${customer.first_name} ${customer.last_name}` },
    { label: "Site", value: `${street}, ${city}, ${state} ${zip}` },
    { label: "Sold by", value: reached(sales_org) },
    ...(epc ? [{ label: "Built by", value: reached(epc) }] : []),
  ]);
}

const reached = ({ name, email, phone }: Organization) =>
  [name, phone, email].filter((part) => part !== null).join(", ");

function offerSections(proposal: Proposal): Section[] {
  const terms = contractOf(proposal);
  const system = [
    "system_size_dc_kw",
    "annual_production_kwh",
    "modules",
    "inverters",
    "batteries",
  ] as const satisfies (keyof ContractTerms)[];
  return [
    section(
      "The system",
      // Each value is that of its own field; the loop over all fields loses this.
      system.map((field) => lineOf(field, terms[field] as never)),
    ),
    section("The price", priceLines(proposal.pricing)),
    section("How it is paid", paymentLines(proposal.finance)),
  ];
}

function priceLines(pricing: Pricing): Line[] {
  const { adders, discounts_cents, tax_cents, rebates_cents, down_payment_cents } = pricing;
  return [
    ...(adders.length > 0 ? [lineOf("adders", adders)] : []),
    ...amountLine("Discounts", discounts_cents),
    ...amountLine("Sales tax", tax_cents),
    lineOf("contract_price_cents", pricing.contract_price_cents),
    ...amountLine("Rebates", rebates_cents),
    ...amountLine("Cost after rebates", pricing.net_price_cents),
    ...amountLine("Down payment", down_payment_cents),
  ];
}

const financeNames = {
  cash: "Cash",
  loan: "Loan",
  lease: "Lease",
  ppa: "Power purchase agreement",
} as const satisfies Record<Finance["type"], string>;

function paymentLines(finance: Finance): Line[] {
  const { lender, product, amount_cents, term_months, apr_percent, escalator_percent } = finance;
  return [
    { label: "By", value: financeNames[finance.type] },
    ...(lender === null ? [] : [{ label: "Financed by", value: lender }]),
    ...(product === null ? [] : [{ label: "Product", value: product }]),
    ...amountLine("Amount financed", amount_cents),
    ...(term_months === null ? [] : [{ label: "Term", value: `${figure(term_months)} months` }]),
    ...percentLine("Annual percentage rate", apr_percent),
    ...percentLine("Yearly increase of the payment", escalator_percent),
    ...amountLine("First monthly payment", finance.monthly_payment_cents),
  ];
}

/** Nothing is said of an amount that is not there, or is none. */
const amountLine = (label: string, cents: number | null): Line[] =>
  cents === null || cents === 0 ? [] : [{ label, value: dollars(cents) }];

const percentLine = (label: string, percent: number | null): Line[] =>
  percent === null ? [] : [{ label, value: `${figure(percent)} %` }];

function termsSections(epc: Organization | null, documentUrl: string | null): Section[] {
  const terms = epc?.settings.agreement_terms;
  const paragraphs = terms?.split(/\n\s*\n/).map((each) => each.trim()) ?? [];
  return [
    ...(paragraphs.length > 0 ? [section(`Terms of ${epc?.name}`, [], paragraphs)] : []),
    ...documentSections(documentUrl),
  ];
}

/** A document that is kept elsewhere is named, so that it is what is signed. */
const documentSections = (documentUrl: string | null): Section[] =>
  documentUrl === null
    ? []
    : [section("Full text", [{ label: "Is part of this document", value: documentUrl }])];

const section = (heading: string, lines: Line[], paragraphs: string[] = []): Section => ({
  heading,
  lines,
  paragraphs,
});
