import type { Actor } from "../../event.ts";
import type { Address, Customer } from "../../resources/customer.ts";
import type { UserSummary } from "../../resources/organization.ts";
import type { CustomerData, DealData } from "./shape.ts";
import { coordinateText, formattedPhone, phoneDigits, sqlTime } from "./values.ts";

/** Parts that several bodies share. */

interface Dated {
  readonly created_at: string;
  readonly updated_at: string;
}

/** When a record was made, changed and deleted. */
export const timestamps = (record: Dated, deletedAt: string | null = null) => ({
  deleted_at: sqlTime(deletedAt),
  created_at: sqlTime(record.created_at),
  updated_at: sqlTime(record.updated_at),
  timezone: "UTC",
});

/** Both companies of a deal. */
export const companies = ({ sales_org, epc }: Pick<DealData, "sales_org" | "epc">) => ({
  sales_company_id: sales_org.number,
  install_company_id: epc?.number ?? null,
});

/** The number of a record, if it is the one with this id. */
export const numberOf = (
  record: { readonly id: string; readonly number: number } | null,
  id: string | null,
): number | null => (record !== null && record.id === id ? record.number : null);

/** A customer in a few words. */
export const briefCustomer = (customer: Customer) => ({
  id: customer.number,
  external_id: externalId(customer.external_ids),
  first_name: customer.first_name,
  last_name: customer.last_name,
  full_name: `${customer.first_name} ${customer.last_name}`,
  email: customer.email,
  phone: formattedPhone(customer.phone),
});

/** A customer with all that the old form tells. Coordinates are numbers. */
export const fullCustomer = (customer: Customer) => ({
  ...briefCustomer(customer),
  address: fullAddress(customer.address),
  customer_timezone: customer.time_zone,
  lead_source: customer.lead_source ?? "",
  timestamps: timestamps(customer),
});

/** The same inside an install, where coordinates are texts. */
export const fullCustomerOfInstall = (customer: Customer) => ({
  ...fullCustomer(customer),
  address: { ...fullAddress(customer.address), ...coordinateTexts(customer.address) },
});

/** A customer as appointments tell of it: no full name, no county, coordinates as texts. */
export function customerOfAppointment(customer: Customer) {
  const { id, first_name, last_name, email, phone } = briefCustomer(customer);
  const { street, city, state, zip, full_address } = fullAddress(customer.address);
  const address = { street, city, state, zip, full_address, ...coordinateTexts(customer.address) };
  return { id, first_name, last_name, email, phone, address };
}

const fullAddress = (address: Address) => ({
  street: address.street,
  city: address.city,
  state: address.state,
  zip: address.zip,
  county: address.county,
  full_address: `${address.street}, ${address.city}, ${address.state} ${address.zip}`,
  latitude: address.latitude,
  longitude: address.longitude,
});

const coordinateTexts = ({ latitude, longitude }: Address) => ({
  latitude: coordinateText(latitude),
  longitude: coordinateText(longitude),
});

/**
 * The old form has room for one id, that of the system which integrates: the one named `external_id`, else the only one there
 * is. Enerflo's own, which a customer that was taken over from there has, is none of these.
 */
function externalId({ external_id, ...ids }: Readonly<Record<string, string>>): string | null {
  if (external_id !== undefined) return external_id;
  const integrating = Object.entries(ids).filter(([system]) => system !== "enerflo");
  const [only, ...others] = integrating.map(([, id]) => id);
  return others.length === 0 ? (only ?? null) : null;
}

/** The sales representative, called agent; all null when there is none. */
export function agent(rep: CustomerData["rep"]) {
  const { first_name, last_name } = namesOf(rep?.name ?? null);
  return {
    id: rep?.number ?? null,
    first_name,
    last_name,
    full_name: rep?.name ?? null,
    email: rep?.email ?? null,
    phone: phoneDigits(rep?.phone),
    timezone: null,
    deleted_at: null,
    created_at: sqlTime(rep?.created_at),
    updated_at: sqlTime(rep?.updated_at),
  };
}

/** A person of whom only the name is known, if that. */
export const personNamed = (name: string | null) => ({
  id: null,
  ...namesOf(name),
  email: null,
});

/** A user; when there is none, a name, or nothing at all. */
export const person = (user: UserSummary | null, name: string | null = null) =>
  user === null ? personNamed(name) : { id: user.number, ...namesOf(user.name), email: user.email };

/** Those of an event's people of whom more than the name is known. Events of before may lack one. */
type People = readonly (UserSummary | null | undefined)[];

/** Who caused the event, if it was a user; keys and systems are not people. */
export function personOf({ kind, id, name }: Actor, people: People) {
  if (kind !== "user") return personNamed(null);
  return person(people.find((one) => one?.id === id) ?? null, name);
}

/** Who wrote something: of somebody else than who caused the event only the name is known. */
export const authorOf = (author: string, actor: Actor, people: People) =>
  actor.name === author ? personOf(actor, people) : personNamed(author);

/** The last word is the family name. */
function namesOf(name: string | null) {
  if (name === null) return { first_name: null, last_name: null };
  const words = name.split(/\s+/);
  const [first_name, last_name] = [words.slice(0, -1).join(" "), words.at(-1) ?? ""];
  return first_name === "" ? { first_name: name, last_name: "" } : { first_name, last_name };
}
