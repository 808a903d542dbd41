/** Figures as people read them. Amounts are US dollars: the API has cents. */

const whole = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 0,
});
const short = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  notation: "compact",
  maximumSignificantDigits: 3,
});

/** An amount without its cents. */
export const dollars = (cents: number): string => whole.format(cents / 100);

/** The order of an amount: `$1.1M`. */
export const roughDollars = (cents: number): string => short.format(cents / 100);

/** A count with its word. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
