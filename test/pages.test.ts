import { describe, expect } from "vitest";
import { newId } from "../src/base/id.ts";
import type { EventEnvelope } from "../src/contract/catalogue.ts";
import { operation, operationNames, type OperationName } from "../src/contract/operations.ts";
import { givenCustomers, givenEvents } from "./feedFixture.ts";
import { expectProblem } from "./problems.ts";
import {
  givenAgreement,
  givenDeal,
  givenInstall,
  givenProposal,
  pricing,
  primary,
} from "./deals.ts";
import {
  eventsOf,
  givenCustomer,
  givenInstaller,
  givenPair,
  givenSalesOrg,
  test,
  type Pair,
  type Service,
} from "./service.ts";
import { givenKey, givenWorld, pathOf, send, type Ids } from "./world.ts";

interface Made {
  readonly id: string;
}
/** What a list's path needs, how to add a record to it, and which are there already. */
type Shelf = readonly [ids: Ids, add: () => Promise<Made>, ...given: string[]];
type ListName =
  | Exclude<Extract<OperationName, `list${string}`>, "listEvents" | "listImportFaults">
  | "searchSurveys";
type MakeShelf = (pair: Pair) => Promise<Shelf>;
type Add = (pair: Pair, id: string) => Promise<Made>;

/** A list of what belongs to one new record. */
const ofNew =
  (prefix: string, parent: (pair: Pair) => Promise<Made>, add: Add): MakeShelf =>
  async (pair) => {
    const { id } = await parent(pair);
    return [{ [prefix]: id }, () => add(pair, id)];
  };
const ofOrganization = (add: Add) => ofNew("org", ({ service }) => givenSalesOrg(service), add);
const ofCustomer = (add: Add) => ofNew("cus", givenCustomer, add);
const ofDeal = (add: Add) => ofNew("srv", givenDeal, add);
const ofInstall = (add: Add) => ofNew("ins", givenInstall, add);

/** The one that is there, if they are partners already. */
const givenPartnership = ({ operator }: Service, salesOrg: Made, epc: Made) =>
  operator.partnerships.create({ sales_org_id: salesOrg.id, epc_id: epc.id });

const user = { name: "Rowan Rep", email: "rowan.rep@example.com" };
const hours = { starts_at: "2026-12-07T18:00:00Z", ends_at: "2026-12-07T19:00:00Z" };
const visit = { type: "consultation", ...hours, time_zone: "America/Chicago" };
const bill = { category: "other", file: new File(["12 kWh"], "bill.txt") } as const;
const loan = { lender: "Example Lender", amount_cents: 3_456_000 };
const file = { name: "leads.csv", system: "crm", events: "told" } as const;
const permit = { title: "Permit", task_group: "other" } as const;
const order = { reason: "Larger", changes: { contract_price_cents: 1 }, signers: [primary] };

const shelves: Readonly<Record<ListName, MakeShelf>> = {
  async listOrganizations({ service, salesOrg, epc }) {
    const add = async () => {
      const partner = await givenInstaller(service);
      await givenPartnership(service, salesOrg, partner);
      return partner;
    };
    return [{}, add, salesOrg.id, epc.id];
  },
  async listPartnerships({ service, salesOrg, epc }) {
    const add = (installer: Made) => givenPartnership(service, salesOrg, installer);
    return [{}, async () => add(await givenInstaller(service)), (await add(epc)).id];
  },
  listKeys: ofOrganization(({ service }, id) => service.operator.keys.create({ id })),
  listUsers: ofOrganization(({ service }, id) => service.operator.users.create({ id, ...user })),
  listCustomers: async (pair) => [{}, () => givenCustomer(pair)],
  listImports: async ({ sales }) => [{}, () => sales.imports.create({ ...file })],
  listNotes: ofCustomer(({ sales }, id) => sales.notes.create({ id, body: "Called" })),
  listAppointments: ofCustomer(({ sales }, id) => sales.appointments.create({ id, ...visit })),
  async listLinks(pair) {
    const { id, customer_id } = await givenProposal(pair);
    return [{ cus: customer_id }, () => pair.sales.proposalLinks.create({ id })];
  },
  listSurveys: ofCustomer(({ sales }, id) => sales.surveys.create({ id })),
  searchSurveys: async (pair) => [{}, () => givenDeal(pair)],
  listFiles: ofDeal(({ sales }, id) => sales.files.create({ id, ...bill })),
  listSiteSurveys: ofDeal(({ sales }, id) => sales.siteSurveys.create({ id, kind: "visit" })),
  listDesignRequests: ofDeal(({ sales }, id) => sales.designRequests.create({ id })),
  async listProposals(pair) {
    const { id: first, survey_id: id } = await givenProposal(pair);
    const draft = { id, pricing, finance: { type: "cash" } } as const;
    return [{ srv: id }, () => pair.sales.proposals.create(draft), first];
  },
  listLenderApplications: ofNew("pro", givenProposal, ({ sales }, id) =>
    sales.lenderApplications.create({ id, ...loan }),
  ),
  async listAgreements(pair) {
    const first = await givenAgreement(pair);
    let live = first;
    const add = async () => {
      await pair.sales.agreements.delete({ id: live.id, reason: "Another document" });
      live = await pair.sales.agreements.create({ id: first.proposal_id, signers: [primary] });
      return live;
    };
    return [{ srv: first.survey_id }, add, first.id];
  },
  listInstalls: async (pair) => [{}, () => givenInstall(pair)],
  listInstallNotes: ofInstall(({ sales }, id) => sales.installNotes.create({ id, body: "Ready" })),
  listMilestones: ofInstall(({ sales }, id) => sales.milestones.create({ id, ...permit })),
  listChangeOrders: ofInstall(({ sales }, id) => sales.changeOrders.create({ id, ...order })),
  listEndpoints: async ({ sales, service: { url } }) => [{}, () => sales.endpoints.create({ url })],
  listInlets: async ({ sales }) => [{}, () => sales.inlets.create({ name: "Enerflo" })],
  listReceipts: ofNew(
    "inl",
    ({ sales }) => sales.inlets.create({ name: "Enerflo" }),
    async ({ sales }, id) => {
      // The address is shown once, and a new one as well.
      const { url } = await sales.inletTokens.rotate({ id });
      const taken = await fetch(url, { method: "POST", body: "{}" });
      return (await taken.json()) as Made;
    },
  ),
  listReplays: ofNew(
    "end",
    ({ service, sales }) => sales.endpoints.create({ url: service.url }),
    async ({ sales }, id) => {
      const { id: replayId } = await sales.endpoints.replay({ id, from: 1, to: 1 });
      return sales.replays.get({ id: replayId ?? "" });
    },
  ),
  listManifests: ofNew(
    "end",
    ({ service, sales }) => sales.endpoints.create({ url: service.url }),
    async ({ service }, endpointId) => {
      const [manifest] = await service.sql<Made[]>`
        insert into manifests (id, endpoint_id, day, "from", "to", count, hash, starts_chain, is_final)
        select ${newId("man")}, ${endpointId}, '2026-03-10', count(*) + 1, count(*) + 1, 0, sha256(''), false, true
        from manifests where endpoint_id = ${endpointId} returning id
      `;
      return manifest ?? { id: "" };
    },
  ),
  // The service itself stands for a receiver: it answers 404, which is an attempt as well.
  listAttempts: ofNew(
    "end",
    ({ service, sales }) => sales.endpoints.create({ url: service.url }),
    ({ sales }, id) => sales.endpoints.test({ id, type: "new_note" }),
  ),
};
/** Logs: what is of interest came last. */
const newestFirst: ReadonlySet<OperationName> = new Set([
  "listImports",
  "listAttempts",
  "listReplays",
  "listReceipts",
  "listManifests",
  "searchSurveys",
]);
const listNames = Object.keys(shelves) as ListName[];

interface Page {
  readonly data: readonly Made[];
  readonly next: string | null;
}

/** Reads lists with a key. */
function readerOf(service: Service, key: string, ids: Ids = {}) {
  const read = (name: OperationName, query: string) =>
    send(service, name, { ids, key, path: `${pathOf(operation(name), ids)}?${query}` });
  /** Follows `next` from the start to the end. `between` runs once, after the first page. */
  const walk = async (name: OperationName, query: string, between?: () => Promise<unknown>) => {
    const pages: Page[] = [];
    for (let next: string | null | undefined = ""; next !== null; next = pages.at(-1)?.next) {
      const after = next ? `&after=${encodeURIComponent(next)}` : "";
      const response = await read(name, `${query}${after}`);
      expect(response.status, `${name} ${query}`).toBe(200);
      pages.push((await response.json()) as Page);
      expect(pages.length, "pages without end").toBeLessThan(50);
      if (pages.length === 1) await between?.();
    }
    return pages;
  };
  return { read, walk };
}

/** Reads lists of the pair's sales organization, and of any other with the operator's key. */
const givenReader = async ({ service, salesOrg }: Pair, ids: Ids = {}) =>
  readerOf(service, ids["org"] ? service.operatorKey : await givenKey(service, salesOrg.id), ids);

const idsOf = (pages: readonly Page[]) => pages.flatMap(({ data }) => data.map(({ id }) => id));

describe("every list", () => {
  test("of the contract is known here", () => {
    const withPages = operationNames.filter((name) => {
      const { shape = {} } = operation(name).query as { shape?: object };
      return "limit" in shape;
    });

    expect(withPages.toSorted()).toEqual(
      [...listNames, "listEvents", "listImportFaults"].toSorted(),
    );
  });

  test("gives each record once, in order, in full pages, also while records are added", async ({
    service,
  }) => {
    for (const name of listNames) {
      const pair = await givenPair(service);
      const [ids, add, ...made] = await shelves[name](pair);
      const { walk } = await givenReader(pair, ids);
      while (made.length < 4) made.push((await add()).id);
      const isNewestFirst = newestFirst.has(name);
      const inOrder = isNewestFirst ? made.toReversed() : [...made];
      const sizesBy = { 1: [1, 1, 1, 1], 2: [2, 2], 3: [3, 1], 200: [4] };
      for (const [limit, sizes] of Object.entries(sizesBy)) {
        const pages = await walk(name, `limit=${limit}`);
        const cut = pages.map(({ data }) => data.length);
        expect(idsOf(pages), `${name} ${limit}`).toEqual(inOrder);
        expect(cut, `${name} ${limit}`).toEqual(sizes);
      }
      expect(idsOf(await walk(name, "")), name).toEqual(inOrder);
      const grown = await walk(name, "limit=2", async () => made.push((await add()).id));
      // What is new comes last; where the newest come first it is before the page that was read.
      expect(idsOf(grown), name).toEqual(isNewestFirst ? inOrder : made);
    }
  });

  test("refuses a page that cannot be, and says where", async ({ service }) => {
    const { salesKey, ids } = await givenWorld(service);
    const { read } = readerOf(service, salesKey, ids);
    const refuse = async (name: OperationName, query: string) => {
      const { errors } = await expectProblem(await read(name, query), "invalid");
      expect(errors?.[0]?.at, `${name} ${query}`).toBe(query.split("=")[0]);
    };
    const limits = ["0", "201", "-1", "abc", "1.5", "", "1&limit=2"].map((is) => `limit=${is}`);
    for (const name of [...listNames, "listEvents"] as const) {
      for (const query of [...limits, "offset=1", "__proto__=1", `after=${"9".repeat(65)}`]) {
        await refuse(name, query);
      }
    }
    const positions = ["abc", "-1", "1.5", "9007199254740992"].map((after) => `after=${after}`);
    for (const query of [...positions, "type=", "type=note", "type=a,b", "customer_id=cus_1"]) {
      await refuse("listEvents", query);
    }
  });

  test("shows nothing of others, whatever it is asked to go on after", async ({ service }) => {
    const [pair, other] = [await givenPair(service), await givenPair(service)];
    const { read } = await givenReader(pair);
    const { id: first } = await givenCustomer(pair);
    const { id: foreign } = await givenCustomer(other);
    const { id: second } = await givenCustomer(pair);

    const tampered = [`${first}x`, first.slice(0, -1), first.toUpperCase(), "' or true --", "cus_"];
    for (const after of [foreign, other.salesOrg.id, ...tampered]) {
      const response = await read("listCustomers", `after=${encodeURIComponent(after)}`);
      const { data = [] } = (await response.json()) as Partial<Page>;

      expect(response.status, after).toBeLessThan(500);
      expect([first, second], after).toEqual(expect.arrayContaining(data.map(({ id }) => id)));
    }
  });

  test("goes through what a search finds", async ({ service }) => {
    const pair = await givenPair(service);
    const { walk } = await givenReader(pair);
    const add = (last_name: string) => givenCustomer(pair, { last_name });
    const [one, , two] = [await add("Solar"), await add("Lunar"), await add("Solar")];

    const pages = await walk("listCustomers", "q=solar&limit=1");

    expect(pages.map((page) => idsOf([page]))).toEqual([[one.id], [two.id]]);
  });
});

describe("the list of events", () => {
  test("gives each event of the filter once, in order, also while events are added", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { walk } = await givenReader(pair);
    const [one, two] = [await givenCustomer(pair), await givenCustomer(pair)];
    const add = () => pair.sales.notes.create({ id: one.id, body: "Called" });
    await Promise.all([add(), add(), pair.sales.notes.create({ id: two.id, body: "Called" })]);
    const isOfOne = ({ data }: EventEnvelope) => data.customer.id === one.id;
    const isNote = ({ type }: EventEnvelope) => type === "new_note";
    for (const [filter, isWanted] of [
      ["", () => true],
      [`customer_id=${one.id}`, isOfOne],
      ["type=new_note", isNote],
      [`customer_id=${one.id}&type=new_note`, (event) => isOfOne(event) && isNote(event)],
    ] as const satisfies [string, (event: EventEnvelope) => boolean][]) {
      const wanted = async () => (await eventsOf(pair.sales)).filter(isWanted).map(({ id }) => id);
      const before = await wanted();
      expect(before.length).toBeGreaterThan(1);

      for (const limit of [1, 2, 3, 200]) {
        expect(idsOf(await walk("listEvents", `${filter}&limit=${limit}`))).toEqual(before);
      }
      const grown = await walk("listEvents", `${filter}&limit=1`, add);
      expect(idsOf(grown), filter).toEqual(await wanted());
    }
  });

  test("is empty beyond its head, and goes on there", async ({ service }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair);
    expect((await pair.sales.events.list({ limit: 1 })).next).toBeNull();
    for (const after of [1, 2, 1_000_000, Number.MAX_SAFE_INTEGER]) {
      expect(await pair.sales.events.list({ after })).toEqual({ data: [], next: null });
    }
    await givenCustomer(pair);
    const { data, next } = await pair.sales.events.list({ after: 1 });
    expect([data.map(({ sequence }) => sequence), next]).toEqual([[2], null]);
  });

  test("finds what is rare in a long feed", async ({ service, sql }) => {
    const { id } = await givenSalesOrg(service);
    const { walk } = readerOf(service, await givenKey(service, id));
    const [customerId = ""] = await givenCustomers(sql, id, 1);
    const rare = { customerId, type: "update_note" } as const;
    const [first] = await givenEvents(sql, id, [rare, { customerId }]);
    await sql`
      insert into feed_entries (organization_id, sequence, event_id, type, customer_id, roles)
      select organization_id, sequence + n, event_id, type, customer_id, roles
      from feed_entries, generate_series(1, 45000) n where organization_id = ${id} and sequence = 2
    `;
    await sql`update feeds set head = head + 45000 where organization_id = ${id}`;
    const [last] = await givenEvents(sql, id, [rare]);

    const pages = await walk("listEvents", "type=update_note&limit=5");

    expect(pages.map(({ next }) => next)).toEqual([null]);
    expect(idsOf(pages)).toEqual([first?.id, last?.id]);
  });
});

test("an account of a range takes in its first and its last position", async ({ service }) => {
  const pair = await givenPair(service);
  for (let made = 0; made < 4; made += 1) await givenCustomer(pair);
  const { id } = await pair.sales.endpoints.create({ url: service.url, start: "beginning" });
  const account = async (range: { from?: number; to?: number }) => {
    const { not_delivered } = await pair.sales.endpoints.reconcile({ id, ...range });
    return not_delivered.map(({ sequence }) => sequence);
  };

  expect(await account({})).toEqual([1, 2, 3, 4]);
  expect(await account({ from: 2, to: 3 })).toEqual([2, 3]);
  expect(await account({ from: 4, to: 1000 })).toEqual([4]);
  expect(await account({ from: 5 })).toEqual([]);
  await expect(account({ from: 3, to: 2 })).rejects.toMatchObject({ code: "invalid" });
});
