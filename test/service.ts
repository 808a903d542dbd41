import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sql } from "../src/base/database.ts";
import { createFeedSignal, type FeedSignal } from "../src/base/feedSignal.ts";
import { createDiskFileStore } from "../src/base/fileStore.ts";
import { createLog } from "../src/base/log.ts";
import { createSeal } from "../src/base/seal.ts";
import type { FeedGrowth } from "../src/store/appendEvents.ts";
import type { EventEnvelope } from "../src/contract/catalogue.ts";
import type { Agreement } from "../src/contract/resources/agreement.ts";
import type { Customer } from "../src/contract/resources/customer.ts";
import type { Design, DesignRequest } from "../src/contract/resources/design.ts";
import type { Install } from "../src/contract/resources/install.ts";
import type { Organization, User } from "../src/contract/resources/organization.ts";
import type { Proposal } from "../src/contract/resources/proposal.ts";
import type { Survey } from "../src/contract/resources/survey.ts";
import { sign } from "../src/contract/signature.ts";
import { createEgressGuard, parseEgressAllow } from "../src/delivery/egress.ts";
import { createSender } from "../src/delivery/send.ts";
import { sendTest } from "../src/delivery/sendTest.ts";
import { createFileLinks } from "../src/flow/fileLinks.ts";
import { createApp } from "../src/http/app.ts";
import { readConsole } from "../src/http/console.ts";
import { listen } from "../src/http/listen.ts";
import type { Authenticated } from "../src/http/authenticate.ts";
import { createKnownKeys } from "../src/http/knownKeys.ts";
import { createMetrics } from "../src/http/metrics.ts";
import type { Services } from "../src/http/services.ts";
import type { CallInput } from "../src/sdk/client.ts";
import { createClient, type Client } from "../src/sdk/index.ts";
import { test as databaseTest } from "./database.ts";

/** Keys of every service under test. The master key is that of `testSeal`, so that test nodes read the same secrets. */
const operatorKey = "an-operator-key-for-tests-of-32-characters-or-more";
const masterKey = "a master key for tests, 32 characters or more";
const version = "0.0.0-test";

/** The HTTP side of a service on a database of the test's own, without delivery. */
export interface Service {
  /** Where it is reached, for example `http://localhost:34567`. */
  readonly url: string;
  readonly operatorKey: string;
  readonly operator: Client;
  /** Told after each commit; a test that delivers listens here. */
  readonly signal: FeedSignal<FeedGrowth>;
  readonly sql: Sql;
  /** What the application was made with. */
  readonly services: Services;
  /** A client with a key of an organization. */
  clientOf(key: string): Client;
}

/** Tests with a running service. A test may set `egressAllow`, the ranges that its endpoints may lie in. */
export const test = databaseTest.extend<{
  readonly egressAllow: string;
  readonly service: Service;
}>({
  egressAllow: "127.0.0.0/8",
  service: async ({ sql, egressAllow }, use) => {
    const closing: (() => Promise<unknown>)[] = [];
    await use(await startService(sql, { egressAllow, closing }));
    for (const close of closing.toReversed()) await close();
  },
});

async function startService(
  sql: Sql,
  { egressAllow, closing }: { egressAllow: string; closing: (() => Promise<unknown>)[] },
): Promise<Service> {
  const directory = await mkdtemp(join(tmpdir(), "heliograph-files-"));
  closing.push(() => rm(directory, { recursive: true, force: true }));
  const seal = createSeal(masterKey);
  const guard = createEgressGuard(parseEgressAllow(egressAllow));
  const sender = createSender({ guard, connectionsPerOrigin: 10 });
  closing.push(() => sender.close());
  const stopping = new AbortController();
  const common = {
    sql,
    seal,
    files: createDiskFileStore(directory),
    log: createLog("warn"),
    signal: createFeedSignal<FeedGrowth>(),
    metrics: createMetrics(),
    console: readConsole(fileURLToPath(new URL("../console/dist", import.meta.url))),
    operatorKey,
    knownKeys: createKnownKeys<Authenticated>(),
    version,
    isTrustedProxy: () => false,
    checkUrl: (target: string) => guard.checkUrl(target),
    sendTest: sendTest({ sql, seal, sender, version }),
    stopping: stopping.signal,
  };
  const made: Services[] = [];
  const appFor = (port: number) => {
    const publicUrl = `http://localhost:${port}`;
    const services = { ...common, publicUrl, links: createFileLinks(masterKey, publicUrl) };
    made.push(services);
    return createApp(services);
  };
  const url = await listen({ port: 0, host: "127.0.0.1" }, appFor, closing);
  closing.push(async () => stopping.abort());
  const [services] = made as [Services];
  // A test sees each request as it is: none is sent again, and none leaves a key behind.
  const clientOf = (key: string) => createClient({ url, key, retries: 0 });
  const operator = clientOf(operatorKey);
  return { url, operatorKey, operator, signal: common.signal, sql, services, clientOf };
}

/** Walks deals to where a test starts, through the REST API only. Whatever a test does not say has a usual value. */

/** A sales organization and an installer that work together, each with a client that acts for it. */
export interface Pair {
  readonly service: Service;
  readonly salesOrg: Organization;
  readonly epc: Organization;
  /** A user of the sales organization; `sales` acts as him. */
  readonly rep: User;
  readonly sales: Client;
  readonly installer: Client;
}

type Settings = CallInput<"createOrganization">["settings"];

export async function givenPair(
  service: Service,
  settings: { sales?: Settings; installer?: Settings } = {},
): Promise<Pair> {
  const salesOrg = await givenSalesOrg(service, settings.sales);
  const epc = await givenInstaller(service, settings.installer);
  await service.operator.partnerships.create({ sales_org_id: salesOrg.id, epc_id: epc.id });
  const rep = await givenUser(service, salesOrg.id);
  const sales = await givenClient(service, salesOrg.id, { user_id: rep.id });
  const installer = await givenClient(service, epc.id);
  return { service, salesOrg, epc, rep, sales, installer };
}

/** One company in both roles: both clients are the same. */
export async function givenOneCompany(service: Service, settings: Settings = {}): Promise<Pair> {
  const both = await service.operator.organizations.create({
    name: "Sample Solar",
    roles: ["sales_org", "epc"],
    settings,
  });
  const rep = await givenUser(service, both.id);
  const client = await givenClient(service, both.id, { user_id: rep.id });
  return { service, salesOrg: both, epc: both, rep, sales: client, installer: client };
}

export const givenSalesOrg = (service: Service, settings: Settings = {}) =>
  service.operator.organizations.create({
    name: "Sample Solar Sales",
    roles: ["sales_org"],
    external_ids: { erp: "S-1" },
    settings,
  });

export const givenInstaller = (service: Service, settings: Settings = {}) =>
  service.operator.organizations.create({
    name: "Example Installers",
    roles: ["epc"],
    external_ids: { erp: "E-1" },
    settings,
  });

export const givenUser = (service: Service, organizationId: string) =>
  service.operator.users.create({
    id: organizationId,
    name: "Rowan Rep",
    email: "rowan.rep@example.com",
    role: "sales_rep",
  });

/** A client with a new key of an organization. */
export async function givenClient(
  service: Service,
  organizationId: string,
  key: Omit<CallInput<"createKey">, "id"> = {},
): Promise<Client> {
  const made = await service.operator.keys.create({ id: organizationId, ...key });
  return service.clientOf(made.key);
}

export const givenCustomer = (
  { sales, rep }: Pair,
  given: Partial<CallInput<"createCustomer">> = {},
): Promise<Customer> =>
  sales.customers.create({
    first_name: "Avery",
    last_name: "Sample",
    email: "avery.sample@example.com",
    phone: "(555) 555-0101",
    address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
    lead_source: "Website",
    rep_id: rep.id,
    ...given,
  });

/** A deal with the installer chosen; `epc_id: null` leaves that open. */
export async function givenDeal(
  pair: Pair,
  {
    customer,
    ...given
  }: { customer?: Customer } & Partial<Omit<CallInput<"createSurvey">, "id">> = {},
): Promise<Survey> {
  const { id } = customer ?? (await givenCustomer(pair));
  return pair.sales.surveys.create({ id, epc_id: pair.epc.id, ...given });
}

/** A design of 24 modules; `kilowatts` makes another one. */
export const design = (kilowatts = 9.72): Design => ({
  system_size_dc_kw: kilowatts,
  system_size_ac_kw: 6.96,
  annual_production_kwh: 13_500,
  modules: [{ manufacturer: "Example Modules", model: "EX-405", watts: 405, count: 24 }],
  inverters: [
    {
      manufacturer: "Example Power",
      model: "EP-290",
      style: "microinverter",
      ac_output_watts: 290,
      count: 24,
    },
  ],
  batteries: [{ manufacturer: "Example Storage", model: "ES-13", usable_kwh: 13.5, count: 1 }],
  offset_ratio: 1,
  arrays: [],
  mounting: "roof",
  roof_material: null,
  annual_usage_kwh: null,
  tool: null,
});

/** A completed design request. */
export async function givenDesign(pair: Pair, survey?: Survey): Promise<DesignRequest> {
  const { id } = survey ?? (await givenDeal(pair));
  const asked = await pair.sales.designRequests.create({ id });
  return pair.sales.designRequests.complete({ id: asked.id, design: design() });
}

/** A price that adds up, with what an installer must not see in it. */
export const pricing = {
  contract_price_cents: 3_456_000,
  base_price_cents: 3_000_000,
  adders: [{ name: "Main panel upgrade", amount_cents: 250_000 }],
  dealer_fee_cents: 206_000,
  commission_base_cents: 3_250_000,
};

/** A draft, of a new deal with a completed design unless a deal is given. */
export async function givenProposal(
  pair: Pair,
  { survey, ...given }: { survey?: Survey } & Partial<CallInput<"createProposal">> = {},
): Promise<Proposal> {
  const deal = survey ?? (await givenDeal(pair));
  await givenDesign(pair, deal);
  return pair.sales.proposals.create({
    id: deal.id,
    pricing,
    finance: { type: "loan", lender: "Example Lender", term_months: 300 },
    ...given,
  });
}

export async function givenFinalizedProposal(
  pair: Pair,
  given: Parameters<typeof givenProposal>[1] = {},
): Promise<Proposal> {
  const { id } = await givenProposal(pair, given);
  return pair.sales.proposals.finalize({ id });
}

export const primary = {
  role: "primary",
  name: "Avery Sample",
  email: "avery.sample@example.com",
} as const;
export const coSigner = {
  role: "co_signer",
  name: "Riley Sample",
  email: "riley.sample@example.com",
} as const;

/** An agreement that nobody has signed; one signer unless more are given. */
export async function givenAgreement(
  pair: Pair,
  given: { survey?: Survey; signers?: CallInput<"createAgreement">["signers"] } = {},
): Promise<Agreement> {
  const { survey, signers = [primary] } = given;
  const { id } = await givenFinalizedProposal(pair, survey ? { survey } : {});
  return pair.sales.agreements.create({ id, signers });
}

/** Signs for everybody who has not signed yet. @returns the agreement as it is then. */
export async function signAll({ sales }: Pair, agreement: Agreement): Promise<Agreement> {
  let signed = agreement;
  for (const signer of agreement.signers) {
    if (signer.signed_at) continue;
    signed = await sales.agreements.sign({ id: agreement.id, signer_id: signer.id });
  }
  return signed;
}

export async function givenSignedAgreement(
  pair: Pair,
  given: Parameters<typeof givenAgreement>[1] = {},
): Promise<Agreement> {
  return signAll(pair, await givenAgreement(pair, given));
}

/** An install, by whatever the installer's agreement mode asks for. */
export async function givenInstall(
  pair: Pair,
  given: Parameters<typeof givenAgreement>[1] = {},
): Promise<Install> {
  const { id, mode, survey_id } = await givenSignedAgreement(pair, given);
  if (mode !== "signed") await pair.installer.agreements.approve({ id });
  if (mode === "processed") await pair.installer.agreements.process({ id });
  return installOf(pair, survey_id);
}

/** @throws {Error} when the deal has no install. */
export async function installOf({ sales }: Pair, surveyId: string): Promise<Install> {
  const { data } = await sales.installs.list({ survey_id: surveyId });
  const [install] = data;
  if (!install) throw new Error(`The deal ${surveyId} has no install`);
  return install;
}

/** A call-back of CallPilot for the pair's sales organization, signed with `secret`. */
export async function reportWelcomeCall(
  { service, salesOrg }: Pair,
  { secret, ...call }: { secret: string; survey_id: string } & Record<string, unknown>,
): Promise<Response> {
  const body = JSON.stringify({
    call_id: "call-1",
    completed_at: "2026-03-11T16:20:00.000Z",
    recording_consent_at: "2026-03-11T16:01:00.000Z",
    answers: [{ question: "Do you know the first monthly payment?", answer: "Yes" }],
    ...call,
  });
  const id = randomUUID();
  const timestamp = Math.floor(Date.now() / 1000);
  return fetch(new URL(`/v1/integrations/callpilot/${salesOrg.id}/calls`, service.url), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await sign({ secrets: [secret], id, timestamp, body }),
    },
    body,
  });
}

/** The whole feed of the client's organization, by the pull API. */
export async function eventsOf(client: Client, after = 0): Promise<EventEnvelope[]> {
  const events: EventEnvelope[] = [];
  for (let position: number | null = after; position !== null;) {
    const page = await client.events.list({ after: position, limit: 200 });
    // The pull API names the type loosely; a test that narrows it knows what it made.
    events.push(...(page.data as unknown as EventEnvelope[]));
    position = page.next === null ? null : Number(page.next);
  }
  return events;
}
