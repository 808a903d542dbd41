import type { Random } from "./random.ts";

/** People who do not exist: example names, mail at example.com, numbers 555-01xx. */
const firstNames = [
  "Avery",
  "Riley",
  "Rowan",
  "Jordan",
  "Casey",
  "Morgan",
  "Quinn",
  "Emery",
] as const;
const lastNames = ["Sample", "Example", "Placeholder", "Specimen", "Fictional", "Demo"] as const;
const streets = ["Example Way", "Sample Street", "Test Lane", "Placeholder Road"] as const;
const towns = [
  { city: "Sampleton", state: "TX", zip: "75001", time_zone: "America/Chicago" },
  { city: "Exampleville", state: "CA", zip: "90001", time_zone: "America/Los_Angeles" },
  { city: "Test Springs", state: "AZ", zip: "85001", time_zone: "America/Phoenix" },
  { city: "Placeholder", state: "FL", zip: "33101", time_zone: "America/New_York" },
] as const;
const sources = ["Website", "Door to door", "Referral", "Advertisement", "Event"] as const;

/** A lead, as it comes in. */
export interface Lead {
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly phone: string;
  readonly address: {
    readonly street: string;
    readonly city: string;
    readonly state: string;
    readonly zip: string;
  };
  readonly time_zone: string;
  readonly lead_source: string;
  readonly annual_usage_kwh: number;
  /** Who lives there too. */
  readonly partner: { readonly name: string; readonly email: string };
}

export function leadOf(random: Random): Lead {
  const { time_zone, ...town } = random.pick(towns);
  const [first_name, last_name] = [random.pick(firstNames), random.pick(lastNames)];
  const partner = random.pick(firstNames);
  return {
    first_name,
    last_name,
    email: mailOf(first_name, last_name),
    phone: `(555) 555-01${String(random.between(0, 99)).padStart(2, "0")}`,
    address: { street: `${random.between(1, 999)} ${random.pick(streets)}`, ...town },
    time_zone,
    lead_source: random.pick(sources),
    annual_usage_kwh: random.between(60, 240) * 100,
    partner: { name: `${partner} ${last_name}`, email: mailOf(partner, last_name) },
  };
}

const mailOf = (...names: readonly string[]) => `${names.join(".").toLowerCase()}@example.com`;
