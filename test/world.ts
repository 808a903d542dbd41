import type { Sql } from "../src/base/database.ts";
import { exampleOf } from "../src/contract/meta.ts";
import type { Operation } from "../src/contract/operation.ts";
import { operation, type OperationName } from "../src/contract/operations.ts";
import { scopes, type Scope } from "../src/contract/scopes.ts";
import { givenDeal, givenInstall, primary, reportWelcomeCall } from "./deals.ts";
import { givenCustomer, givenPair, type Pair, type Service } from "./service.ts";

/** One record of every kind, by the prefix of its id. */
export type Ids = Readonly<Record<string, string>>;

/** A deal walked to its install, with one record of every kind beside it. */
export interface World extends Pair {
  readonly ids: Ids;
  readonly salesKey: string;
  readonly installerKey: string;
  /** Secret of a link for the appointment. */
  readonly guestKey: string;
  readonly callpilotSecret: string;
  readonly endpointSecret: string;
}

/** What only this world's records say; no stranger may ever read it. */
export const marks = ["Quentin", "Undisclosed", "7 Hidden Lane", "hidden.example.com"] as const;

export async function givenWorld(service: Service): Promise<World> {
  const pair = await givenPair(service, {
    sales: { integrated_lenders: ["Example Lender"] },
    installer: { agreement_mode: "processed", next_steps_page: true },
  });
  const { sales, installer, salesOrg, epc } = pair;
  const customer = await givenCustomer(pair, {
    first_name: "Quentin",
    last_name: "Undisclosed",
    email: "quentin@hidden.example.com",
    address: { street: "7 Hidden Lane", city: "Sampleton", state: "TX", zip: "75001" },
    external_ids: { crm: "L-20931" },
  });
  const { id } = customer;
  const note = await sales.notes.create({ id, body: "Undisclosed" });
  const hour = (start: number) => `2026-12-07T${start}:00:00Z`;
  const appointment = await sales.appointments.create({
    id,
    type: "consultation",
    starts_at: hour(18),
    ends_at: hour(19),
    time_zone: "America/Chicago",
    internal_notes: "Undisclosed",
  });
  const survey = await givenDeal(pair, { customer });
  const file = await sales.files.create({
    id: survey.id,
    category: "utility_bill",
    file: new File(["Undisclosed"], "bill.txt", { type: "text/plain" }),
  });
  const siteSurvey = await sales.siteSurveys.create({ id: survey.id, kind: "visit" });
  const install = await givenInstall(pair, { survey });
  const agreement = await sales.agreements.get({ id: install.agreement_id });
  const { data: designs } = await sales.designRequests.list({ id: survey.id });
  const application = await sales.lenderApplications.create({
    id: agreement.proposal_id,
    lender: "Example Lender",
    amount_cents: 3_456_000,
  });
  await installer.installNotes.create({ id: install.id, body: "Undisclosed" });
  const milestone = await installer.milestones.create({
    id: install.id,
    title: "Undisclosed",
    task_group: "permit_application",
  });
  const changeOrder = await installer.changeOrders.create({
    id: install.id,
    reason: "Undisclosed",
    changes: { contract_price_cents: 3_600_000 },
    signers: [primary],
  });
  await installer.installs.update({ id: install.id, install_cost_cents: 987_654_321 });
  await sales.installs.update({ id: install.id, commission_cents: 123_456_789 });
  const { secret: callpilotSecret } = await service.operator.callpilotSecrets.create({
    id: salesOrg.id,
  });
  await reportWelcomeCall(pair, { secret: callpilotSecret, survey_id: survey.id });
  const endpoint = await sales.endpoints.create({
    url: "https://hidden.example.com/hooks",
    start: "beginning",
  });
  const [event] = (await sales.events.list({ limit: 1 })).data;
  if (!event) throw new Error("The feed is empty");
  await givenDead(service.sql, {
    endpointId: endpoint.id,
    eventId: event.id,
    customerId: customer.id,
  });
  const replay = await sales.endpoints.replay({ id: endpoint.id, from: 1, to: 1 });
  const inlet = await sales.inlets.create({ name: "Undisclosed" });
  const receiptId = await givenKeptOut(inlet.url);
  const begun = await sales.imports.create({ name: "Undisclosed", system: "crm", events: "told" });
  await sales.importRows.take({ id: begun.id, after_line: 0, rows: [{ line: 1, values: {} }] });
  const key = await service.operator.keys.create({ id: salesOrg.id, name: "Undisclosed" });
  const link = await sales.appointmentLinks.create({ id: appointment.id });
  const installerKey = await service.operator.keys.create({ id: epc.id });
  return {
    ...pair,
    salesKey: key.key,
    installerKey: installerKey.key,
    guestKey: new URL(link.url).hash.slice(1),
    callpilotSecret,
    endpointSecret: endpoint.secret ?? "",
    ids: {
      org: salesOrg.id,
      usr: pair.rep.id,
      key: key.id,
      cus: customer.id,
      not: note.id,
      apt: appointment.id,
      srv: survey.id,
      fil: file.id,
      sit: siteSurvey.id,
      drq: designs[0]?.id ?? "",
      pro: agreement.proposal_id,
      lap: application.id,
      agr: agreement.id,
      sgn: changeOrder.signers[0]?.id ?? "",
      ins: install.id,
      mil: milestone.id,
      cho: changeOrder.id,
      end: endpoint.id,
      rpl: replay.id ?? "",
      evt: event.id,
      lnk: link.id,
      inl: inlet.id,
      rcv: receiptId,
      imp: begun.id,
    },
  };
}

/** A delivery to an inlet that says the same again. @returns its id. */
async function givenKeptOut(url: string): Promise<string> {
  const body = JSON.stringify({ webhook_event: "new_customer", id: 1, first_name: "Quentin" });
  await fetch(url, { method: "POST", body });
  const response = await fetch(url, { method: "POST", body });
  const { id } = (await response.json()) as { id: string };
  return id;
}

/** As if its schedule were exhausted. */
async function givenDead(
  sql: Sql,
  { endpointId, eventId, customerId }: Record<"endpointId" | "eventId" | "customerId", string>,
): Promise<void> {
  await sql`
    insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error)
    values (${endpointId}, 1, ${eventId}, ${customerId}, 10, '422')
  `;
}

/** A key of an organization, with all scopes but one. @returns the key itself. */
export async function givenKey(
  { operator }: Service,
  organizationId: string,
  without?: Scope,
): Promise<string> {
  const { key } = await operator.keys.create({
    id: organizationId,
    scopes: scopes.filter((scope) => scope !== without),
  });
  return key;
}

/** What a request is made of beside the operation. */
export interface Sent {
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestInit["body"] | undefined;
  readonly path?: string;
}

/** Sends an operation's worked example with real ids, as far as nothing else is said. */
export async function send(
  { url }: Service,
  name: OperationName,
  { ids, key, headers, path, body = bodyOf(operation(name), ids) }: Sent & { ids: Ids },
): Promise<Response> {
  const called = operation(name);
  const isForm = body instanceof FormData;
  const hasBody = body !== undefined && body !== null;
  return fetch(new URL(path ?? pathOf(called, ids), url), {
    method: called.method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(hasBody && !isForm && { "content-type": "application/json" }),
      ...headers,
    },
    ...(hasBody && { body }),
    ...(body instanceof ReadableStream && { duplex: "half" }),
  });
}

/** The prefix of the ids that a path parameter takes, if it takes ids. */
const prefixOf = (example: unknown) => /^([a-z]{3})_[0-9a-z]{26}$/.exec(String(example))?.[1];

/** Whether a path names a record. */
export function namesRecord(called: Operation): boolean {
  const examples = exampleOf(called.params) as Record<string, unknown>;
  return Object.values(examples).some((example) => prefixOf(example) !== undefined);
}

/** The path of an operation, with real ids. */
export function pathOf(called: Operation, ids: Ids): string {
  const examples = exampleOf(called.params) as Record<string, unknown>;
  const filled = called.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const example = examples[name];
    return encodeURIComponent(ids[prefixOf(example) ?? ""] ?? String(example));
  });
  const query = called.answerKind === "content" ? "?expires=99999999999&signature=x" : "";
  return `/v1${filled}${query}`;
}

/** An operation's worked body, with real ids in place of the example's; undefined when it takes none. */
export function bodyOf(called: Operation, ids: Ids): string | FormData | undefined {
  if (called.bodyKind === "none") return undefined;
  if (called.bodyKind === "multipart") return givenForm();
  return JSON.stringify(exampleBody(called, ids));
}

export function exampleBody(called: Operation, ids: Ids): unknown {
  const text = JSON.stringify(exampleOf(called.body));
  const real = text.replaceAll(
    /"([a-z]{3})_01kb8x3f5wemztqk0k6y2v9d4a"/g,
    (example, prefix: string) => (ids[prefix] ? `"${ids[prefix]}"` : example),
  );
  return JSON.parse(real);
}

export function givenForm(): FormData {
  const form = new FormData();
  form.append("category", "utility_bill");
  form.append("file", new File(["12 kWh"], "bill.txt", { type: "text/plain" }));
  return form;
}

/** Every row of every table as text, by table. */
export async function dump(sql: Sql): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
  `;
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const found = await sql<{ row: string }[]>`
      select t::text as row from ${sql(name)} t order by 1
    `;
    rows[name] = found.map(({ row }) => row);
  }
  return rows;
}
