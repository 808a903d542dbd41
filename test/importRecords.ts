/** Values of one row, by our own names. */
export type Values = Readonly<Record<string, unknown>>;

export const site = { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" };

/** A record that an import takes. */
export const recordOf = (external_id: string, more: Values = {}): Values => ({
  external_id,
  first_name: "Avery",
  last_name: "Sample",
  address: site,
  ...more,
});
