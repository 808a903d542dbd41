/** Old spellings of values. Each takes a value that may be missing or hidden, and gives null for it. */

type Perhaps<T> = T | null | undefined;

/** An instant as `YYYY-MM-DD HH:MM:SS` in UTC. */
export const sqlTime = (instant: Perhaps<string>): string | null =>
  instant ? new Date(instant).toISOString().slice(0, 19).replace("T", " ") : null;

/** The start of a calendar day in the form of `sqlTime`. */
export const sqlDay = (day: Perhaps<string>): string | null => (day ? `${day} 00:00:00` : null);

/** An instant as ISO 8601 with whole seconds and a numeric offset, `…T20:00:00+00:00`. */
export const isoTime = (instant: Perhaps<string>): string | null =>
  instant ? `${new Date(instant).toISOString().slice(0, 19)}+00:00` : null;

/** An instant in whole seconds since 1970. */
export const unixTime = (instant: Perhaps<string>): number | null =>
  instant ? Math.floor(Date.parse(instant) / 1000) : null;

/** Time between two instants in whole minutes. */
export const minutesBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 60_000);

const northAmerican = /^\+1(\d{3})(\d{3})(\d{4})$/;

/** `(555) 555-0101`; a number from elsewhere stays as it is. */
export const formattedPhone = (phone: Perhaps<string>): string | null =>
  phone ? phone.replace(northAmerican, "($1) $2-$3") : null;

/** `5555550102`: digits only, without the country code of North America. */
export const phoneDigits = (phone: Perhaps<string>): string | null =>
  phone ? phone.replace(northAmerican, "$1$2$3").replaceAll(/\D/g, "") : null;

/** Money in dollars, from cents. */
export const dollars = (cents: Perhaps<number>): number | null =>
  typeof cents === "number" ? cents / 100 : null;

/** Money per watt in dollars, with four places. */
export const dollarsPerWatt = (cents: Perhaps<number>, kilowatts: number): number | null =>
  typeof cents === "number" && kilowatts > 0 ? rounded(cents / 100 / (kilowatts * 1000)) : null;

/** A ratio in percent, with four places. */
export const percent = (ratio: Perhaps<number>): number | null =>
  typeof ratio === "number" ? rounded(ratio * 100) : null;

/** Energy in whole megawatt hours. */
export const megawattHours = (kilowattHours: number): number => Math.round(kilowattHours / 1000);

/** A latitude or longitude as text with eight places. */
export const coordinateText = (degrees: Perhaps<number>): string | null =>
  typeof degrees === "number" ? degrees.toFixed(8) : null;

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
