import { describe, expect } from "vitest";
import type { Operation } from "../src/contract/operation.ts";
import { operation, operationNames, type OperationName } from "../src/contract/operations.ts";
import { scopes } from "../src/contract/scopes.ts";
import { expectProblem } from "./problems.ts";
import { givenDeal, givenProposal, givenSignedAgreement, pricing } from "./deals.ts";
import { givenCustomer, givenInstaller, givenOneCompany, test, type Service } from "./service.ts";
import {
  dump,
  exampleBody,
  givenKey,
  givenWorld,
  marks,
  namesRecord,
  send,
  type Sent,
  type World,
} from "./world.ts";

const closed = operationNames.filter((name) => operation(name).callers.length > 0);
const isFor = (name: OperationName, caller: Operation["callers"][number]) =>
  operation(name).callers.includes(caller);

/** Sends every operation of a list and leaves every table as it was. */
async function walk(
  world: World,
  names: readonly OperationName[],
  check: (name: OperationName, call: (sent: Sent) => Promise<Response>) => Promise<void>,
): Promise<void> {
  const before = await dump(world.service.sql);
  for (const name of names) {
    await check(name, (sent) => send(world.service, name, { ids: world.ids, ...sent }));
  }
  expect(await dump(world.service.sql)).toEqual(before);
}

function expectNothingOf({ epc, rep }: World, text: string): void {
  expect([...marks, epc.id, rep.id].filter((mark) => text.includes(mark))).toEqual([]);
}

describe("every operation that is not open to all", () => {
  test("is refused without a key, with a wrong one, and with a revoked one at once", async ({
    service,
  }) => {
    const world = await givenWorld(service);
    const revoked = await service.operator.keys.create({ id: world.salesOrg.id });
    await service.clientOf(revoked.key).customers.list();
    await service.operator.keys.revoke({ id: revoked.id });
    const wrong = [
      {},
      { key: "hk_nonsense" },
      { key: revoked.key },
      { key: `${world.salesKey}x` },
      { key: world.salesKey.toUpperCase() },
      { headers: { authorization: world.salesKey } },
      { headers: { authorization: `Basic ${btoa(`${world.salesKey}:`)}` } },
      { headers: { authorization: "Bearer " } },
      { headers: { "x-api-key": world.salesKey } },
    ];

    await walk(world, closed, async (name, call) => {
      for (const sent of wrong) {
        const response = await call(sent);
        expect(response.headers.get("www-authenticate"), name).toBe("Bearer");
        await expectProblem(response, "unauthorized");
      }
    });
  });

  test("asks the key for its scope", async ({ service }) => {
    const world = await givenWorld(service);
    for (const scope of scopes) {
      const names = closed.filter((name) => operation(name).scope === scope);
      const forSales = names.filter((name) => isFor(name, "sales_org"));
      const forEpc = names.filter((name) => isFor(name, "epc"));
      const salesKey = await givenKey(service, world.salesOrg.id, scope);
      const installerKey = await givenKey(service, world.epc.id, scope);

      for (const [key, own] of [
        [salesKey, forSales],
        [installerKey, forEpc],
      ] as const) {
        await walk(world, own, async (name, call) => {
          const { detail } = await expectProblem(await call({ key }), "forbidden");
          expect(detail, name).toBe(`The key lacks the scope ${scope}`);
        });
      }
    }
  });

  test("is refused to roles that it is not for", async ({ service }) => {
    const world = await givenWorld(service);
    const callers = [
      ["operator", service.operatorKey],
      ["sales_org", world.salesKey],
      ["epc", world.installerKey],
      ["guest", world.guestKey],
    ] as const;
    for (const [caller, key] of callers) {
      const names = closed.filter((name) => !isFor(name, caller));
      expect(names.length).toBeGreaterThan(0);

      await walk(world, names, async (_, call) => {
        await expectProblem(await call({ key }), "forbidden");
      });
    }
  });

  test("finds nothing of others: 404 for every record, with any key that could", async ({
    service,
  }) => {
    const world = await givenWorld(service);
    const stranger = await givenOneCompany(service);
    const key = await givenKey(service, stranger.salesOrg.id);
    const names = closed.filter((name) => namesRecord(operation(name)));
    expect(names.length).toBeGreaterThan(60);

    await walk(world, names, async (name, call) => {
      const response = await call({ key });
      const text = await response.clone().text();
      const { detail } = await expectProblem(response, "not_found");
      expect(detail, name).toMatch(/^No [\w ]+ [\w-]+$/);
      // What was asked for is said back, and nothing else.
      expectNothingOf(world, text.replace(detail, ""));
    });
  });

  test("answers the same for a record of others as for one that never was", async ({ service }) => {
    const world = await givenWorld(service);
    const stranger = await givenOneCompany(service);
    const key = await givenKey(service, stranger.salesOrg.id);
    const nowhere = Object.fromEntries(
      Object.keys(world.ids).map((prefix) => [prefix, `${prefix}_00000000000000000000000000`]),
    );
    const anonymous = (text: string) =>
      text.replaceAll(/_[0-9a-z]{26}/g, "_…").replaceAll(/\/v1\/\S+/g, "…");

    await walk(
      world,
      closed.filter((name) => namesRecord(operation(name))),
      async (name, call) => {
        const [others, none] = await Promise.all([
          call({ key }),
          send(service, name, { ids: nowhere, key }),
        ]);
        expect(anonymous(await none.text()), name).toBe(anonymous(await others.text()));
      },
    );
  });

  test("lists nothing of others", async ({ service }) => {
    const world = await givenWorld(service);
    const stranger = await givenOneCompany(service);
    const key = await givenKey(service, stranger.salesOrg.id);
    const lists = closed.filter((name) => {
      const { method, answerKind } = operation(name);
      if (isFor(name, "guest") || !isFor(name, "sales_org")) return false;
      const isList = name !== "getSession" && !namesRecord(operation(name));
      return method === "GET" && answerKind === "json" && isList;
    });
    expect(lists.length).toBeGreaterThan(3);

    await walk(world, lists, async (name, call) => {
      const response = await call({ key });
      const text = await response.text();
      expect(response.status, name).toBe(200);
      expectNothingOf(world, text);
      const { data } = JSON.parse(text) as { data: { id: string }[] };
      const own = name === "listOrganizations" ? [stranger.salesOrg.id] : [];
      expect(
        data.map(({ id }) => id),
        name,
      ).toEqual(own);
    });
  });

  test("searches nothing of others", async ({ service }) => {
    const world = await givenWorld(service);
    const stranger = await givenOneCompany(service);
    const { cus, srv } = world.ids as Record<"cus" | "srv", string>;
    const { sales } = stranger;

    for (const page of [
      await sales.customers.list({ q: "Quentin" }),
      await sales.customers.list({ external_id: "crm:L-20931" }),
      await sales.customers.list({ external_id: "L-20931" }),
      await sales.installs.list({ customer_id: cus }),
      await sales.installs.list({ survey_id: srv }),
      await sales.events.list({ customer_id: cus }),
    ]) {
      expect(page).toEqual({ data: [], next: null });
    }
  });

  test("takes no record of others in a body", async ({ service }) => {
    const world = await givenWorld(service);
    const stranger = await givenOneCompany(service);
    const { usr = "", srv = "", drq = "", cus = "", pro = "" } = world.ids;
    const customer = await givenCustomer(stranger);
    const survey = await givenDeal(stranger, { customer, epc_id: null });
    const request = await stranger.sales.designRequests.create({ id: survey.id });
    const endpoint = await stranger.sales.endpoints.create({ url: "https://example.com/" });
    const { sales } = stranger;
    const hours = { starts_at: "2026-12-07T18:00:00Z", ends_at: "2026-12-07T19:00:00Z" };
    const appointment = { type: "visit", ...hours, time_zone: "America/Chicago" };
    const before = await dump(service.sql);

    for (const [refused, code] of [
      [() => sales.customers.update({ id: customer.id, rep_id: usr }), "invalid"],
      [() => sales.customers.update({ id: customer.id, setter_id: usr }), "invalid"],
      [
        () => sales.appointments.create({ id: customer.id, ...appointment, survey_id: srv }),
        "invalid",
      ],
      [
        () => sales.appointments.create({ id: customer.id, ...appointment, assignee_id: usr }),
        "invalid",
      ],
      [() => sales.surveys.create({ id: customer.id, epc_id: world.epc.id }), "rule"],
      [() => sales.designRequests.create({ id: survey.id, revision_of: drq }), "rule"],
      [
        () =>
          sales.proposals.create({
            id: survey.id,
            design_request_id: drq,
            pricing: { contract_price_cents: 1 },
            finance: { type: "cash" },
          }),
        "rule",
      ],
      [() => sales.keys.create({ id: stranger.salesOrg.id, user_id: usr }), "invalid"],
    ] as const) {
      await expect(refused(), String(refused)).rejects.toMatchObject({ code });
    }
    expect(await dump(service.sql)).toEqual(before);
    const replay = { id: endpoint.id, from: 0, to: 1000, customer_id: cus, dry_run: true };
    expect(await sales.endpoints.replay(replay)).toMatchObject({ matched: 0, queued: 0 });
    expect([request.survey_id, pro]).not.toContain("");
  });

  test("makes records of its own, though their external ids are those of others", async ({
    service,
  }) => {
    const world = await givenWorld(service);
    const stranger = await givenOneCompany(service);
    const before = await world.sales.customers.get({ id: world.ids["cus"] ?? "" });

    const made = await stranger.sales.customers.upsert({
      ...(exampleBody(operation("upsertCustomer"), {}) as typeof before),
      rep_id: null,
      setter_id: null,
      system: "crm",
      external_id: "L-20931",
    });

    expect(made.id).not.toBe(before.id);
    expect(await world.sales.customers.get({ id: before.id })).toEqual(before);
  });
});

describe("operations that are open to all", () => {
  test("show nothing of anybody without a good signature", async ({ service }) => {
    const world = await givenWorld(service);
    const open = operationNames.filter((name) => operation(name).callers.length === 0);

    await walk(world, open, async (name, call) => {
      const response = await call({});
      if (name === "createSession") {
        await expectProblem(response, "unauthorized");
      } else if (name === "deleteSession") expect(response.status).toBe(204);
      else if (name === "acceptInbound") await expectProblem(response, "not_found");
      else if (namesRecord(operation(name))) await expectProblem(response, "bad_signature");
      else {
        expect(response.status, name).toBe(200);
        expectNothingOf(world, await response.text());
      }
    });
  });
});

describe("a key", () => {
  test("gives no more than it has", async ({ service }) => {
    const world = await givenWorld(service);
    const { id } = world.salesOrg;
    const small = await service.operator.keys.create({
      id,
      scopes: ["organization:write", "flow:read"],
    });
    const client = service.clientOf(small.key);

    await expect(client.keys.create({ id, scopes: ["flow:write"] })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect((await client.keys.create({ id })).scopes).toEqual(["organization:write", "flow:read"]);
    await expect(client.keys.create({ id: world.epc.id })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("of the operator may hold blanks", async ({ service }) => {
    const operatorKey = "correct horse battery staple and more";
    const { createApp } = await import("../src/http/app.ts");
    const app = createApp({ ...service.services, operatorKey });

    const response = await app.request("/v1/organizations", {
      headers: { authorization: `Bearer ${operatorKey}` },
    });
    expect(response.status).toBe(200);
  });
});

describe("an installer", () => {
  test("sees of a customer only its own deals", async ({ service }) => {
    const world = await givenWorld(service);
    const { other, secondDeal } = await givenSecondInstaller(service, world);
    const { cus = "", srv = "", fil = "", sit = "", drq = "", agr = "", ins = "" } = world.ids;

    expect((await world.installer.surveys.list({ id: cus })).data.map(({ id }) => id)).toEqual([
      srv,
    ]);
    expect((await other.surveys.list({ id: cus })).data.map(({ id }) => id)).toEqual([
      secondDeal.id,
    ]);
    expect((await world.sales.surveys.list({ id: cus })).data).toHaveLength(2);
    expect((await other.customers.list()).data.map(({ id }) => id)).toEqual([cus]);
    expect((await other.installs.list({ customer_id: cus })).data).toEqual([]);
    await expectNotFound(service, [
      () => other.surveys.get({ id: srv }),
      () => world.installer.surveys.get({ id: secondDeal.id }),
      () => other.files.get({ id: fil }),
      () => other.files.list({ id: srv }),
      () => other.siteSurveys.get({ id: sit }),
      () => other.designRequests.get({ id: drq }),
      () => other.designRequests.update({ id: drq, notes: "x" }),
      () => other.agreements.get({ id: agr }),
      () => other.agreements.approve({ id: agr }),
      () => other.installs.get({ id: ins }),
      () => other.installs.void({ id: ins, reason: "x" }),
      () => other.milestones.list({ id: ins }),
      () => other.changeOrders.list({ id: ins }),
      () => other.installNotes.create({ id: ins, body: "x" }),
    ]);
  });

  test("pages through a customer's deals without those of others in between", async ({
    service,
  }) => {
    const world = await givenWorld(service);
    const { other, secondDeal } = await givenSecondInstaller(service, world);
    const { cus = "" } = world.ids;
    const third = await world.sales.surveys.create({ id: cus, epc_id: world.epc.id });
    const fourth = await world.sales.surveys.create({ id: cus, epc_id: secondDeal.epc_id });

    const first = await other.surveys.list({ id: cus, limit: 1 });
    expect([first.data.map(({ id }) => id), first.next]).toEqual([[secondDeal.id], secondDeal.id]);
    const second = await other.surveys.list({ id: cus, limit: 1, after: secondDeal.id });
    expect([second.data.map(({ id }) => id), second.next]).toEqual([[fourth.id], null]);
    expect(third.id).not.toBe(fourth.id);
  });

  test("has no access to what is the sales organization's own", async ({ service }) => {
    const world = await givenWorld(service);
    const own = closed.filter((name) => !isFor(name, "epc") && isFor(name, "sales_org"));
    for (const name of [
      "listAppointments",
      "getAppointment",
      "listNotes",
      "getNote",
      "listProposals",
      "getProposal",
      "listLenderApplications",
      "getLenderApplication",
    ] as const) {
      expect(own).toContain(name);
    }

    await walk(world, own, async (_, call) => {
      const response = await call({ key: world.installerKey });
      expectNothingOf(world, await response.clone().text());
      await expectProblem(response, "forbidden");
    });
  });
});

describe("a company in both roles", () => {
  test("is only the installer of another's deal", async ({ service }) => {
    const both = await givenOneCompany(service);
    const world = await givenWorld(service);
    const { operator } = service;
    await operator.partnerships.create({ sales_org_id: world.salesOrg.id, epc_id: both.epc.id });
    const { cus = "" } = world.ids;
    const deal = await givenDeal(world, {
      customer: await world.sales.customers.get({ id: cus }),
      epc_id: both.epc.id,
    });
    const proposal = await givenProposal(world, { survey: deal });
    const { id } = deal;
    const client = both.installer;

    expect(await client.customers.get({ id: cus })).not.toHaveProperty("lead_source");
    await expectNotFound(service, [
      () => client.proposals.list({ id }),
      () => client.proposals.get({ id: proposal.id }),
      () => client.proposals.finalize({ id: proposal.id }),
      () => client.proposals.create({ id, pricing, finance: { type: "cash" } }),
      () => client.lenderApplications.list({ id: proposal.id }),
      () => client.surveys.update({ id, title: "x" }),
      () => client.surveys.complete({ id }),
      () => client.notes.list({ id: cus }),
      () => client.appointments.list({ id: cus }),
      () => client.customers.update({ id: cus, first_name: "x" }),
      () => client.surveys.create({ id: cus }),
    ]);
  });

  test("approves and processes nothing that it only sold", async ({ service }) => {
    const seller = await givenOneCompany(service);
    const epc = await givenInstaller(service, { agreement_mode: "processed" });
    await service.operator.partnerships.create({
      sales_org_id: seller.salesOrg.id,
      epc_id: epc.id,
    });
    const survey = await givenDeal(seller, { epc_id: epc.id });
    const { id } = await givenSignedAgreement(seller, { survey });

    await expectNotFound(service, [
      () => seller.sales.agreements.approve({ id }),
      () => seller.sales.agreements.process({ id }),
    ]);
    const installer = service.clientOf(await givenKey(service, epc.id));
    await installer.agreements.approve({ id });
    await installer.agreements.process({ id });
  });
});

async function expectNotFound(
  { sql }: Service,
  calls: readonly (() => Promise<unknown>)[],
): Promise<void> {
  const before = await dump(sql);
  for (const call of calls) {
    await expect(call(), String(call)).rejects.toMatchObject({ code: "not_found" });
  }
  expect(await dump(sql)).toEqual(before);
}

/** A second deal of the world's customer, with another installer. */
async function givenSecondInstaller(service: Service, world: World) {
  const epc = await givenInstaller(service);
  await service.operator.partnerships.create({ sales_org_id: world.salesOrg.id, epc_id: epc.id });
  const secondDeal = await world.sales.surveys.create({
    id: world.ids["cus"] ?? "",
    epc_id: epc.id,
  });
  return { other: service.clientOf(await givenKey(service, epc.id)), secondDeal };
}
