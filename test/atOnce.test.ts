import { describe, expect } from "vitest";
import type { Db } from "../src/base/database.ts";
import {
  inARow,
  customerOf,
  expectOwnOrder,
  givenChangeOrder,
  givenPairs,
  outcomes,
  person,
  times,
  toldTo,
} from "./crowd.ts";
import {
  coSigner,
  givenAgreement,
  givenInstall,
  installOf,
  primary,
  reportWelcomeCall,
} from "./deals.ts";
import {
  givenCustomer,
  givenInstaller,
  givenPair,
  givenSalesOrg,
  test,
  type Pair,
} from "./service.ts";
import { told } from "./told.ts";

type Step = (pair: Pair) => Promise<unknown>;

type Pairs = readonly [Pair, Pair];

/** The steps, at two nodes in turns. */
const inTurns = <T>([near, far]: Pairs, steps: readonly ((pair: Pair) => Promise<T>)[]) =>
  steps.map((step, index) => () => step(index % 2 === 0 ? near : far));

/** Runs steps at once, at two nodes in turns, and all must succeed. */
const atOnce = <T>(pairs: Pairs, steps: readonly ((pair: Pair) => Promise<T>)[]): Promise<T[]> =>
  Promise.all(inTurns(pairs, steps).map((step) => step()));

describe("two signers who sign at once", () => {
  test("make one contract and one install, each time", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const [near] = pairs;
    const agreements = await Promise.all(
      times(10, () => givenAgreement(near, { signers: [primary, coSigner] })),
    );
    const signatures = agreements.flatMap(({ id, signers }) =>
      signers.map(
        (signer) =>
          ({ sales }: Pair) =>
            sales.agreements.sign({ id, signer_id: signer.id }),
      ),
    );
    const feed = (tx: Db) =>
      tx`select 1 from feeds where organization_id = ${near.salesOrg.id} for update`;

    const { answer, salesOrg, epc } = await told(near, async () => [
      // None of the first ten ends before all have begun; of the others, all begin together.
      ...(await inARow(service.sql, feed, inTurns(pairs, signatures.slice(0, 10)))),
      ...(await atOnce(pairs, signatures.slice(10))),
    ]);

    for (const [id, both] of Map.groupBy(answer, (agreement) => agreement.id)) {
      const statuses = both.map(({ status }) => status);
      expect(statuses.toSorted(), id).toEqual(["partially_signed", "signed"]);
    }
    const deals = [...Map.groupBy(salesOrg, customerOf).values()];
    expect(deals.map((events) => events.map(({ type }) => type))).toEqual(
      agreements.map(() => ["update_agreement", "signed_agreement", "new_install"]),
    );
    expect(epc.map(({ type }) => type)).toEqual(agreements.map(() => "new_install"));
    expect(new Set(epc.map(customerOf)).size).toBe(agreements.length);
  });
});

describe("change orders that are signed at once", () => {
  test("are applied one upon the other", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const [near] = pairs;
    const install = await givenInstall(near);
    const prices = times(6, (index) => 3_500_000 + index);
    const orders = await Promise.all(prices.map((price) => givenChangeOrder(near, install, price)));
    const signatures = orders.map(
      ({ id, signers }) =>
        ({ sales }: Pair) =>
          sales.changeOrders.sign({ id, signer_id: signers[0]?.id ?? "" }),
    );

    const { epc } = await told(near, () => atOnce(pairs, signatures));

    const steps = epc.map(({ changes }) => changes?.["install.contract_price_cents"]);
    expect(new Set(steps.map((step) => step?.to))).toEqual(new Set(prices));
    expect(steps.map((step) => step?.from)).toEqual([
      install.contract_price_cents,
      ...steps.map((step) => step?.to).slice(0, -1),
    ]);
    const { contract_price_cents } = await installOf(near, install.survey_id);
    expect(contract_price_cents).toBe(steps.at(-1)?.to);
  });
});

describe("the same that is asked for many times at once", () => {
  test("is told once", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const [near] = pairs;
    const { id, customer_id, survey_id } = await givenInstall(near);
    const milestone = await near.installer.milestones.create({
      id,
      title: "Permit packet",
      task_group: "permit_application",
    });
    const changes: readonly Step[] = [
      ({ sales }) => sales.customers.update({ id: customer_id, email: "avery@example.com" }),
      ({ sales }) => sales.surveys.update({ id: survey_id, title: "Sample residence" }),
      ({ installer }) => installer.installs.update({ id, stage: "permitting" }),
      ({ installer }) => installer.milestones.update({ id: milestone.id, status: "completed" }),
    ];

    const steps = changes.flatMap((change) => times(8, () => change));

    const { lines } = await told(near, () => atOnce(pairs, steps));

    expect(lines.toSorted()).toEqual([
      "project_milestone_updated → sales_org, epc",
      "update_customer → sales_org",
      "update_install → sales_org, epc",
      "update_survey → sales_org, epc",
    ]);
  });

  test("is told each time where each time counts", async ({ service, database }) => {
    const pairs = await givenPairs(service, database, { installer: { next_steps_page: true } });
    const { id } = await givenInstall(pairs[0]);
    const submissions = times(
      8,
      () =>
        ({ installer }: Pair) =>
          installer.installs.submit({ id }),
    );

    const { epc } = await told(pairs[0], () => atOnce(pairs, submissions));

    const numbers = epc.map(({ data }) => "install" in data && data.install?.submission_number);
    expect(numbers).toEqual(times(8, (n) => n + 1));
  });

  test("is one welcome call, the first time new", async ({ service }) => {
    const pair = await givenPair(service);
    const { survey_id } = await givenInstall(pair);
    const { secret } = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });

    const { answer, lines } = await told(pair, () =>
      Promise.all(times(8, () => reportWelcomeCall(pair, { secret, survey_id }))),
    );

    const statuses = answer.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(7);
    expect(lines).toHaveLength(1);
  });

  test("is one partnership", async ({ service }) => {
    const [salesOrg, epc] = [await givenSalesOrg(service), await givenInstaller(service)];
    const both = { sales_org_id: salesOrg.id, epc_id: epc.id };

    const made = await inARow(
      service.sql,
      (tx) => tx`select 1 from organizations where id = ${salesOrg.id} for update`,
      times(6, () => () => service.operator.partnerships.create(both)),
    );

    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  });
});

describe("external ids that are named at once", () => {
  test("make one customer by upserts, who is as the last one said", async ({
    service,
    database,
  }) => {
    const pairs = await givenPairs(service, database);
    const upserts = times(
      20,
      (n) =>
        ({ sales }: Pair) =>
          sales.customers.upsert({
            system: "crm",
            external_id: "L-1",
            ...person,
            last_name: `Sample ${n}`,
          }),
    );

    const answers = await atOnce(pairs, upserts);

    const events = await toldTo([pairs[0].sales]);
    expectOwnOrder(events);
    expect(events.map(({ type }) => type)).toEqual([
      "new_customer",
      ...times(19, () => "update_customer"),
    ]);
    const { data } = await pairs[0].sales.customers.list({ external_id: "crm:L-1" });
    expect(data).toEqual([events.at(-1)?.data.customer]);
    expect(answers.toSorted((a, b) => a.version - b.version)).toEqual(
      events.map((event) => event.data.customer),
    );
  });

  test("make one customer by upserts that name two of them crosswise", async ({
    service,
    database,
  }) => {
    const pairs = await givenPairs(service, database);
    for (const round of times(5, (index) => `${index}`)) {
      const upsert =
        (system: string, other: string): Step =>
        ({ sales }) =>
          sales.customers.upsert({
            system,
            external_id: round,
            ...person,
            external_ids: { [other]: round },
          });
      const steps = times(6, (n) => (n % 3 === 0 ? upsert("crm", "erp") : upsert("erp", "crm")));

      expect(await outcomes(inTurns(pairs, steps))).toEqual(steps.map(() => "done"));

      const { data } = await pairs[0].sales.customers.list({ external_id: round });
      expect(data.map(({ external_ids }) => external_ids)).toEqual([{ crm: round, erp: round }]);
    }
  });

  test("make one customer by creations; the others are refused", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const steps = times(
      8,
      (): Step => (pair) => givenCustomer(pair, { external_ids: { crm: "L-1" } }),
    );

    const { answer, lines } = await told(pairs[0], () => outcomes(inTurns(pairs, steps)));

    expect(answer.toSorted()).toEqual([...times(7, () => "409 external_id_free"), "done"]);
    expect(lines).toEqual(["new_customer → sales_org"]);
  });

  test("go to one of the customers who exist", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const customers = await Promise.all(times(6, () => givenCustomer(pairs[0])));
    const steps = customers.map(
      ({ id }): Step =>
        ({ sales }) =>
          sales.customers.update({ id, external_ids: { crm: "L-1", erp: "7" } }),
    );

    const { answer, lines } = await told(pairs[0], () => outcomes(inTurns(pairs, steps)));

    expect(answer.toSorted()).toEqual([...times(5, () => "409 external_id_free"), "done"]);
    expect(lines).toEqual(["update_customer → sales_org"]);
  });
});
