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
import type { Customer } from "../src/contract/resources/customer.ts";
import type { Organization, User } from "../src/contract/resources/organization.ts";
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
