import { describe, expect } from "vitest";
import type { EventEnvelope } from "../src/contract/catalogue.ts";
import type { Install } from "../src/contract/resources/install.ts";
import type { Organization } from "../src/contract/resources/organization.ts";
import type { Client } from "../src/sdk/index.ts";
import {
  customerOf,
  expectOwnOrder,
  expectWhole,
  givenClients,
  givenNode,
  outcomes,
  person,
  times,
  toldTo,
} from "./crowd.ts";
import { givenInstall, givenSignedAgreement } from "./deals.ts";
import { eventsOf, givenPair, givenUser, test, type Pair, type Service } from "./service.ts";

/** A company that sells and installs, with a client at each node. */
interface Company {
  readonly organization: Organization;
  readonly clients: readonly Client[];
}

/** A deal with its install, and a client of each party at each node. */
interface Deal {
  readonly customerId: string;
  readonly surveyId: string;
  readonly installId: string;
  readonly seller: readonly Client[];
  readonly installer: readonly Client[];
}

interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** Commands that tell one event each, of every shape: for one party or both, by one or the other, new records and old. */
const commands: readonly ((deal: Deal, n: number) => Promise<Versioned>)[] = [
  ({ seller, customerId }, n) => at(seller, n).notes.create({ id: customerId, body: `${n}` }),
  ({ seller, customerId }, n) => at(seller, n).customers.update({ id: customerId, ...mark(n) }),
  ({ seller }, n) => at(seller, n).customers.create({ ...person, ...mark(n) }),
  ({ seller, surveyId }, n) => at(seller, n).surveys.update({ id: surveyId, ...mark(n) }),
  ({ installer, installId }, n) => at(installer, n).installs.update({ id: installId, ...mark(n) }),
  ({ installer, installId }, n) =>
    at(installer, n).milestones.create({
      id: installId,
      title: `${n}`,
      task_group: "permit_application",
    }),
  ({ installer, installId }, n) =>
    at(installer, n).installNotes.create({ id: installId, body: `${n}` }),
  ({ seller, installId }, n) => at(seller, n).installNotes.create({ id: installId, body: `${n}` }),
  ({ seller, installId }, n) => at(seller, n).installs.update({ id: installId, ...mark(n) }),
];

/** The client at one of the nodes, in turns. */
function at(clients: readonly Client[], n: number): Client {
  const client = clients[n % clients.length];
  if (!client) throw new Error("No node");
  return client;
}

/** A field of its own for each command: one that overwrites another leaves fewer. */
const mark = (n: number) => ({ custom: { [`n${n}`]: n } });

/** Every command so many times on every deal, by forty callers at once. */
async function load(deals: readonly Deal[], rounds: number): Promise<Versioned[]> {
  const steps = times(rounds, (round) =>
    commands.flatMap((run, index) =>
      deals.map((deal) => () => run(deal, round * commands.length + index)),
    ),
  ).flat();
  const callers = times(40, (caller) => steps.filter((_, index) => index % 40 === caller));
  const answers = await Promise.all(callers.map(oneAfterAnother));
  return answers.flat();
}

async function oneAfterAnother(steps: readonly (() => Promise<Versioned>)[]) {
  const answers: Versioned[] = [];
  for (const step of steps) {
    answers.push(await step());
  }
  return answers;
}

/** What each of these events is about. */
const subjects: Readonly<Record<string, string>> = {
  new_note: "note",
  update_customer: "customer",
  new_customer: "customer",
  update_survey: "survey",
  update_install: "install",
  project_milestone_created: "milestone",
  new_install_note: "install_note",
};

/** The record, at its version, that an event tells of. */
function subjectOf({ type, data }: EventEnvelope): Versioned {
  return (data as unknown as Record<string, Versioned>)[subjects[type] ?? ""] as Versioned;
}

const names = (records: readonly Versioned[]) =>
  records.map(({ id, version }) => `${id} at ${version}`).toSorted();

/** Reads a feed on and on until `ended`, then once more. At every moment it must be without a hole. */
async function readAlong(client: Client, ended: AbortSignal) {
  const seen: EventEnvelope[] = [];
  let readings = 0;
  for (let isLast = false; !isLast; readings += 1) {
    isLast = ended.aborted;
    const found = await eventsOf(client, seen.length);
    expect(found.map(({ sequence }) => sequence)).toEqual(
      found.map((_, index) => seen.length + index + 1),
    );
    seen.push(...found);
  }
  return { seen, readings };
}

type Settings = Parameters<Client["organizations"]["create"]>[0]["settings"];

/** Companies that sell and install. */
const givenCompanies = (
  service: Service,
  nodes: readonly string[],
  { count, settings }: { count: number; settings?: Settings },
): Promise<Company[]> =>
  Promise.all(
    times(count, async (index) => {
      const organization = await service.operator.organizations.create({
        name: `Sample Solar ${index}`,
        roles: ["sales_org", "epc"],
        settings,
      });
      return { organization, clients: await givenClients(service, organization.id, nodes) };
    }),
  );

/** One company sells for another. */
async function givenTrade(service: Service, seller: Company, installer: Company): Promise<Pair> {
  const [salesOrg, epc] = [seller.organization, installer.organization];
  await service.operator.partnerships.create({ sales_org_id: salesOrg.id, epc_id: epc.id });
  const rep = await givenUser(service, salesOrg.id);
  return {
    service,
    salesOrg,
    epc,
    rep,
    sales: at(seller.clients, 0),
    installer: at(installer.clients, 0),
  };
}

/** A deal of each company with each other one. */
const givenDeals = (service: Service, companies: readonly Company[]): Promise<Deal[]> =>
  Promise.all(
    companies.flatMap((seller) =>
      companies
        .filter((installer) => installer !== seller)
        .map(async (installer) => {
          const pair = await givenTrade(service, seller, installer);
          return dealOf(await givenInstall(pair), seller.clients, installer.clients);
        }),
    ),
  );

const dealOf = (
  { id, customer_id, survey_id }: Install,
  seller: readonly Client[],
  installer: readonly Client[],
): Deal => ({ customerId: customer_id, surveyId: survey_id, installId: id, seller, installer });

describe("commands that are sent at once", () => {
  test("on one customer, by both parties at two nodes, are each told once and in one order", async ({
    service,
    database,
  }) => {
    const nodes = [service.url, await givenNode(service, database)];
    const pair = await givenPair(service);
    const seller = await givenClients(service, pair.salesOrg.id, nodes);
    const installer = await givenClients(service, pair.epc.id, nodes);
    const deal = dealOf(await givenInstall(pair), seller, installer);
    const parties = [pair.sales, pair.installer];
    const before = await toldTo(parties);

    const answers = await load([deal], 12);

    const told = await toldTo(parties);
    expectTold(added(told, before), answers);
    expectOwnOrder(told);
    // Nobody has overwritten what another one wrote.
    const customer = await pair.sales.customers.get({ id: deal.customerId });
    const survey = await pair.sales.surveys.get({ id: deal.surveyId });
    const install = await pair.sales.installs.get({ id: deal.installId });
    const fields = [customer, survey, install].map(({ custom }) => Object.keys(custom).length);
    expect(fields).toEqual([12, 12, 24]);
    expect([customer, survey, install].map(({ version }) => version)).toEqual([13, 13, 25]);
  });

  test("on many customers, by companies that trade in every direction, show no reader a hole", async ({
    service,
    database,
  }) => {
    const nodes = [service.url, await givenNode(service, database)];
    const companies = await givenCompanies(service, nodes, { count: 3 });
    const deals = await givenDeals(service, companies);
    const parties = companies.map(({ clients }) => at(clients, 0));
    const before = await toldTo(parties);
    const ownNode = [await givenNode(service, database)];
    const readers = await Promise.all(
      companies.map(({ organization }) => givenClients(service, organization.id, ownNode)),
    );
    const ended = new AbortController();

    const [read, answers] = await Promise.all([
      Promise.all(readers.map(([reader]) => readAlong(reader as Client, ended.signal))),
      load(deals, 4).finally(() => ended.abort()),
    ]);

    const told = await toldTo(parties);
    expect(answers).toHaveLength(deals.length * commands.length * 4);
    expectTold(added(told, before), answers);
    expectOwnOrder(told);
    expect(read.map(({ seen }) => seen)).toEqual(
      await Promise.all(parties.map((party) => eventsOf(party))),
    );
    for (const { seen, readings } of read) {
      expectWhole(seen);
      expect(readings).toBeGreaterThan(2);
    }
  });

  test("and tell both companies several events each, in both directions, do not wait in a ring", async ({
    service,
    database,
  }) => {
    const nodes = [service.url, await givenNode(service, database)];
    const companies = await givenCompanies(service, nodes, {
      count: 2,
      settings: { agreement_mode: "processed" },
    });
    const [one, two] = companies as [Company, Company];
    const there = await givenTrade(service, one, two);
    const back = await givenTrade(service, two, one);
    const steps = await Promise.all(
      times(16, async (index) => {
        const pair = index % 2 === 0 ? there : back;
        const { id } = await givenSignedAgreement(pair);
        await pair.installer.agreements.approve({ id });
        const { clients } = index % 2 === 0 ? two : one;
        return () => at(clients, index >> 1).agreements.process({ id });
      }),
    );
    const before = await toldTo([there.sales, back.sales]);

    const came = await outcomes(steps);

    const told = await toldTo([there.sales, back.sales]);
    expect(came).toEqual(steps.map(() => "done"));
    expectOwnOrder(told);
    for (const own of Map.groupBy(added(told, before), customerOf).values()) {
      expect(own.map(({ type }) => type)).toEqual(["contract_processed", "new_install"]);
    }
  });
});

const added = (told: readonly EventEnvelope[], before: readonly EventEnvelope[]) => {
  const known = new Set(before.map(({ id }) => id));
  return told.filter(({ id }) => !known.has(id));
};

/** Each answer was told once, as it was, by a request of its own; and nothing else was told. */
function expectTold(told: readonly EventEnvelope[], answers: readonly Versioned[]): void {
  expect(names(told.map(subjectOf))).toEqual(names(answers));
  expect(new Set(told.map(({ cause }) => cause.request_id)).size).toBe(answers.length);
}
