import type { DocumentContent } from "../../contract/resources/link.ts";
import type { ContractTerms } from "../contractTerms.ts";

type Line = DocumentContent["sections"][number]["lines"][number];

/** Whole cents as a customer reads them: `$34,560.00`. */
export const dollars = (cents: number): string =>
  new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(cents / 100);

/** A number as a customer reads it: `13,500`. */
export const figure = (value: number): string =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 }).format(value);

/** What is counted and of which make, as `24 × Example Modules EX-405`. */
const pieces = (
  list: readonly { count: number; manufacturer: string; model: string }[],
  more: (piece: never) => string = () => "",
): string =>
  list
    .map(
      (piece) =>
        `${figure(piece.count)} × ${piece.manufacturer} ${piece.model}${more(piece as never)}`,
    )
    .join("; ") || "None";

/** How each term of a contract reads, so that a new term does not compile until it has words. */
const terms: {
  readonly [F in keyof ContractTerms]: {
    readonly label: string;
    readonly say: (value: ContractTerms[F]) => string;
  };
} = {
  system_size_dc_kw: { label: "System size", say: (kw) => `${figure(kw)} kW DC` },
  annual_production_kwh: {
    label: "Expected production in the first year",
    say: (kwh) => `${figure(kwh)} kWh`,
  },
  modules: {
    label: "Modules",
    say: (list) => pieces(list, ({ watts }: { watts: number }) => `, ${figure(watts)} W each`),
  },
  inverters: { label: "Inverters", say: (list) => pieces(list) },
  batteries: {
    label: "Batteries",
    say: (list) =>
      pieces(list, ({ usable_kwh }: { usable_kwh: number | null }) =>
        usable_kwh === null ? "" : `, ${figure(usable_kwh)} kWh usable each`,
      ),
  },
  adders: {
    label: "Added work and equipment",
    say: (list) =>
      list
        .map(({ name, quantity, amount_cents }) =>
          quantity === 1
            ? `${name}, ${dollars(amount_cents)}`
            : `${figure(quantity)} × ${name}, ${dollars(amount_cents)}`,
        )
        .join("; ") || "None",
  },
  contract_price_cents: { label: "Contract price", say: dollars },
};

export const termNames = Object.keys(terms) as (keyof ContractTerms)[];

/** A term of a contract as a line of a document. */
export function lineOf<F extends keyof ContractTerms>(field: F, value: ContractTerms[F]): Line {
  const { label, say } = terms[field];
  return { label, value: say(value) };
}

/** A changed term: what it was and what it is to be. */
export function changedLineOf<F extends keyof ContractTerms>(
  field: F,
  { from, to }: { from: ContractTerms[F]; to: ContractTerms[F] },
): Line {
  const { label, say } = terms[field];
  return { label, value: `${say(to)} (was: ${say(from)})` };
}
