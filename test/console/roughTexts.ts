import { givenDeal, givenInstall } from "../deals.ts";
import { type Pair } from "../service.ts";

/** Where the records with rough text are. */
export interface RoughPlaces {
  readonly customer: string;
  readonly survey: string;
  readonly endpoint: string;
  readonly event: string;
}

/** What people put into fields of one line, as long as the API takes them. */
interface Rough {
  /** Text of exactly so many characters. */
  readonly of: (length: number) => string;
  readonly firstName: string;
  readonly lastName: string;
  /** Of at most 2,048 characters. */
  readonly url: string;
}

/** No place where a line may break. */
export const unbroken: Rough = {
  of: (length) => "Wolfeschlegelsteinhausenbergerdorff".repeat(600).slice(0, length),
  firstName: "Hubertblaine".repeat(10).slice(0, 100),
  lastName: "Wolfeschlegelsteinhausenbergerdorff".repeat(3).slice(0, 100),
  url: `https://example.com/${"hook".repeat(600)}`.slice(0, 2048),
};

/** Names and places that are written from the right, among numbers and Latin words. */
export const rightToLeft: Rough = {
  of: (length) =>
    "רחוב הרצל 12, תל אביב (קומה 3). ".repeat(600).slice(0, Math.min(length, 60)).trim(),
  firstName: "محمد",
  lastName: "العبدالله 2nd",
  url: "https://example.com/hooks/rtl",
};

/** One record of every kind that pages show, with as much text as the API takes. */
export async function givenRough(pair: Pair, rough: Rough): Promise<RoughPlaces> {
  const { sales, installer } = pair;
  const { of, firstName: first_name, lastName: last_name, url } = rough;
  const customer = await sales.customers.create({
    first_name,
    last_name,
    email: `${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.example.com`,
    phone: "(555) 555-0101",
    address: { street: of(200), city: of(100), state: "TX", zip: "75001" },
    lead_source: of(200),
    utility: of(200),
    external_ids: { ["s".repeat(64)]: of(255) },
    rep_id: pair.rep.id,
  });
  const { id } = customer;
  await sales.notes.create({ id, body: of(20_000) });
  await sales.appointments.create({
    id,
    type: of(100),
    starts_at: new Date(Date.now() + 3_600_000).toISOString(),
    ends_at: new Date(Date.now() + 7_200_000).toISOString(),
    time_zone: "America/Argentina/ComodRivadavia",
    location: of(500),
    notes: of(2_000),
    internal_notes: of(2_000),
  });
  const survey = await givenDeal(pair, { customer, title: of(200), type: of(100) });
  await sales.files.create({
    id: survey.id,
    category: "utility_bill",
    file: new File(["12 kWh"], `${of(250)}.txt`, { type: "text/plain" }),
  });
  const install = await givenInstall(pair, { survey });
  await installer.installs.update({ id: install.id, stage: of(100), project_manager: of(200) });
  await installer.installNotes.create({ id: install.id, body: of(5_000) });
  const milestone = await installer.milestones.create({
    id: install.id,
    title: of(200),
    assignee: of(200),
    due_on: "2026-01-02",
    task_group: "permit_application",
    description: of(5_000),
  });
  await installer.milestones.update({
    id: milestone.id,
    status: "blocked",
    blocked_reason: of(1_000),
  });
  await installer.changeOrders.create({
    id: install.id,
    reason: of(1_000),
    changes: { contract_price_cents: 3_600_000 },
    signers: [{ role: "primary", name: of(200), email: "avery.sample@example.com" }],
  });
  const endpoint = await sales.endpoints.create({ url, description: of(500), start: "beginning" });
  await sales.endpoints.create({ url: `${url.slice(0, 2000)}-two` });
  await installer.endpoints.create({ url, description: of(500) });
  const [event] = (await sales.events.list({ limit: 1 })).data as { id: string }[];
  return { customer: id, survey: survey.id, endpoint: endpoint.id, event: event?.id ?? "" };
}
