import { z } from "zod";

/**
 * Building blocks of every field. Text is Unicode without NUL and without lone surrogates, because PostgreSQL cannot
 * store the first and UTF-8 cannot encode the second.
 */

/** What a field must say about itself; see `GlobalMeta`. */
type Says = z.GlobalMeta & { description: string; example: unknown };

const storable = (text: string) => !text.includes("\u0000") && text.isWellFormed();
const unstorable = { error: "Text must not hold NUL characters or lone surrogates" };

/** A line or more of text, trimmed, 1 to `max` characters. */
export const text = (max: number, says: Says) =>
  z.string().trim().min(1).max(max).refine(storable, unstorable).meta(says);

/** A snake_case code that people may add to, like an appointment type. */
export const code = (says: Says) =>
  z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, { error: "Must be a snake_case code of 1 to 64 characters" })
    .meta(says);

/** Money in whole US cents, zero or more. */
export const cents = (says: Says) =>
  z
    .int()
    .nonnegative()
    .max(100_000_000_000)
    .meta({ unit: "US cents", ...says });

/** A count of things. */
export const count = (says: Says) =>
  z
    .int()
    .nonnegative()
    .max(1_000_000)
    .meta({ unit: "count", ...says });

/** A physical quantity, zero or more. */
export const quantity = (max: number, says: Says & { unit: string }) =>
  z.number().nonnegative().max(max).meta(says);

/** Whether an instant or a day is one that calendars, PostgreSQL and people agree on. */
const isOrdinary = (given: string) => {
  const year = new Date(given).getUTCFullYear();
  return year >= 1900 && year <= 2999;
};

/** What is stored of an instant, of the years 1900 to 2999: most that is read was written by us and need not be looked at twice. */
const storedInstant = /^(?:19|2\d)\d{2}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

const toStored = (given: string) =>
  !storedInstant.test(given) && isOrdinary(given) ? new Date(given).toISOString() : given;

/** An instant: RFC 3339 in UTC with milliseconds. Input may carry any offset; it is stored in UTC. */
export const instant = (says: Says) =>
  z.iso
    .datetime({ offset: true, abort: true })
    .max(40)
    .refine((given) => storedInstant.test(given) || isOrdinary(given), {
      error: "Must be an instant of the years 1900 to 2999",
    })
    .overwrite(toStored)
    .meta({ unit: "RFC 3339 instant", ...says });

/** A calendar day, YYYY-MM-DD, in the time zone of the site. */
export const day = (says: Says) =>
  z.iso
    .date({ abort: true })
    .refine(isOrdinary, { error: "Must be a day of the years 1900 to 2999" })
    .meta({ unit: "calendar day", ...says });

/** True or false. */
export const flag = (says: Says) => z.boolean().meta(says);

/** An e-mail address. */
export const email = (says: Says) =>
  z
    .email()
    .max(254)
    .meta({ personal: true, ...says });

/** `(555) 555-0101` and its kin become E.164; what is not a ten digit North American number is kept as typed. */
const toE164 = (typed: string) => {
  const digits = typed.replaceAll(/\D/g, "");
  if (typed.startsWith("+")) return `+${digits}`;
  if (digits.length === 10) return `+1${digits}`;
  if (digits.length === 11 && digits.startsWith("1")) return `+${digits}`;
  return typed;
};

/** A telephone number, E.164 where it can be told. Digits are counted because they are all that E.164 keeps. */
export const phone = (says: Says) =>
  z
    .string()
    .trim()
    .regex(/^(?=(?:\D*\d){7})\+?[\d().\- ]{7,25}$/, {
      error: "Must be a telephone number of 7 to 25 characters, at least 7 of them digits",
    })
    .overwrite(toE164)
    .meta({ personal: true, ...says });

/** An https or http address that a person or program can open. */
export const link = (says: Says) =>
  z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .meta(says);

/** Whether the runtime knows a time zone by this name. Asking is slow, so answers are remembered. */
const knownTimeZones = new Map<string, boolean>();
function isTimeZone(name: string): boolean {
  const remembered = knownTimeZones.get(name);
  if (remembered !== undefined) return remembered;
  const isKnown = /^[A-Z]/.test(name) && canFormatIn(name);
  if (knownTimeZones.size < 1000) knownTimeZones.set(name, isKnown);
  return isKnown;
}

function canFormatIn(timeZoneName: string): boolean {
  try {
    Intl.DateTimeFormat("en", { timeZone: timeZoneName });
    return true;
  } catch {
    return false;
  }
}

/** IANA time zone, for example `America/Chicago`. */
export const timeZone = (says: Says) =>
  z
    .string()
    .max(64)
    .refine(isTimeZone, {
      error: "Must be an IANA time zone such as America/Chicago",
    })
    .meta(says);

/** Position in a feed or in a customer's own order of events. */
export const sequence = (says: Says) =>
  z
    .int()
    .nonnegative()
    .meta({ unit: "position", ...says });

const exampleSuffix = "01kb8x3f5wemztqk0k6y2v9d4a";

/** TypeID with a fixed prefix: sorts by time of creation, unique everywhere. */
export const id = (prefix: string, description: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), {
      error: `Must be an id that starts with ${prefix}_`,
    })
    .meta({ description, example: `${prefix}_${exampleSuffix}` });

/** Whose events are kept in one order: a customer, or for inbound events what their sender names. */
export const orderKey = (description: string) =>
  z
    .string()
    .regex(/^(cus|sub)_[0-7][0-9a-hjkmnp-tv-z]{25}$/, {
      error: "Must be an id that starts with cus_, or with sub_ for inbound events",
    })
    .meta({ description, example: `cus_${exampleSuffix}` });

const systemName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, {
  error: "Names of systems have 1 to 64 letters, digits, _ . -",
});
const externalId = z.string().trim().min(1).max(255).refine(storable, unstorable);
const externalIdsSays = {
  description: "Ids of this record in other systems, by system name.",
  example: { crm: "L-20931" },
  orangeButton: "AlternativeIdentifiers",
  enerflo: "integrations",
};

/** Ids of the same record in other systems: system name to id. */
export const externalIds = z
  .record(systemName, externalId)
  .refine((ids) => Object.keys(ids).length <= 32, { error: "At most 32 systems" })
  .meta(externalIdsSays);

/** A change of `externalIds`: null removes. */
export const externalIdsPatch = z
  .record(systemName, externalId.nullable())
  .refine((ids) => Object.keys(ids).length <= 32, { error: "At most 32 systems" })
  .meta({ ...externalIdsSays, description: "Ids to set, by system name; null removes one." });

const customName = z.string().min(1).max(64).refine(storable, unstorable);
const scalar = z.union([
  z.string().max(2000).refine(storable, unstorable),
  z.number(),
  z.boolean(),
]);
const customSays = {
  description: "Fields of the companies' own, by name; text, number, true or false.",
  example: { gate_code: "4417" },
  orangeButton: "CustomElement",
};

/** Fields of a company's own: name to text, number, true or false. */
export const custom = z
  .record(customName, scalar)
  .refine((fields) => Object.keys(fields).length <= 64, { error: "At most 64 fields" })
  .meta(customSays);

/** A change of `custom`: null removes. */
export const customPatch = z
  .record(customName, scalar.nullable())
  .refine((fields) => Object.keys(fields).length <= 64, { error: "At most 64 fields" })
  .meta({ ...customSays, description: "Own fields to set, by name; null removes one." });
