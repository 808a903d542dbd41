import { describe, expect } from "vitest";
import type { Db } from "../src/base/database.ts";
import { givenPairs, inARow, outcome, outcomes, times } from "./crowd.ts";
import { givenInstall } from "./deals.ts";
import { givenCustomer, givenPair, test, type Pair } from "./service.ts";
import { told } from "./told.ts";

const mismatches = (count: number) => times(count, () => "412 version_mismatch");

describe("of changes with the same If-Match at once, exactly one is done:", () => {
  test("of a customer, version after version", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const { id } = await givenCustomer(pairs[0]);
    for (const ifMatch of [1, 2, 3]) {
      const names = times(8, (n) => `Robin ${ifMatch} ${n}`);
      const steps = names.map((first_name, n) => () => {
        const { sales } = pairs[n % 2] as Pair;
        return sales.customers.update({ id, first_name }, { ifMatch });
      });

      const { answer, lines, salesOrg } = await told(pairs[0], () => outcomes(steps));

      expect(answer.toSorted()).toEqual([...mismatches(7), "done"]);
      expect(lines).toEqual(["update_customer → sales_org"]);
      expect(salesOrg[0]?.data.customer).toMatchObject({
        first_name: names[answer.indexOf("done")],
        version: ifMatch + 1,
      });
    }
  });

  test("of an install, the seller's or the installer's", async ({ service, database }) => {
    const [{ sales }, far] = await givenPairs(service, database);
    const { id, version: ifMatch } = await givenInstall(far);
    const steps = [
      () => sales.installs.update({ id, commission_cents: 1 }, { ifMatch }),
      () => far.installer.installs.update({ id, install_cost_cents: 2 }, { ifMatch }),
      () => sales.installs.void({ id, reason: "Regret" }, { ifMatch }),
      () => far.installer.installs.complete({ id }, { ifMatch }),
    ];

    const { answer, lines } = await told(far, () => outcomes(steps));

    expect(answer.toSorted()).toEqual([...mismatches(3), "done"]);
    expect(lines).toEqual(["update_install → sales_org, epc"]);
  });

  test("of an organization", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const { id } = pairs[0].salesOrg;
    const steps = times(8, (n) => () => {
      const { sales } = pairs[n % 2] as Pair;
      return sales.organizations.update({ id, name: `Sample ${n}` }, { ifMatch: 1 });
    });

    const came = await outcomes(steps);

    expect(came.toSorted()).toEqual([...mismatches(7), "done"]);
    expect(await pairs[0].sales.organizations.get({ id })).toMatchObject({
      name: `Sample ${came.indexOf("done")}`,
      version: 2,
    });
  });

  test("of an endpoint", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const { id } = await pairs[0].sales.endpoints.create({ url: "https://example.com/" });
    const steps = times(8, (n) => () => {
      const { endpoints } = (pairs[n % 2] as Pair).sales;
      if (n === 0) return endpoints.delete({ id }, { ifMatch: 1 });
      return endpoints.update({ id, description: `${n}` }, { ifMatch: 1 });
    });

    const came = await outcomes(steps);

    const left = came[0] === "done" ? "404 not_found" : "412 version_mismatch";
    expect(came.toSorted()).toEqual([...times(7, () => left), "done"]);
  });
});

/** A record at version 1, a change with If-Match 1, and the table it is in. */
interface Given {
  readonly table: string;
  readonly id: string;
  readonly change: () => Promise<unknown>;
}

const ifMatch = 1;
const givens: readonly ((pair: Pair) => Promise<Given>)[] = [
  async (pair) => {
    const { id } = await givenCustomer(pair);
    const change = () => pair.sales.customers.update({ id, first_name: "Robin" }, { ifMatch });
    return { table: "customers", id, change };
  },
  async ({ sales, salesOrg: { id } }) => {
    const change = () => sales.organizations.update({ id, name: "Example" }, { ifMatch });
    return { table: "organizations", id, change };
  },
  async ({ sales }) => {
    const { id } = await sales.endpoints.create({ url: "https://example.com/" });
    const change = () => sales.endpoints.update({ id, description: "CRM" }, { ifMatch });
    return { table: "endpoints", id, change };
  },
];

describe("If-Match", () => {
  test("is compared once the record is locked, not when the request comes", async ({ service }) => {
    const pair = await givenPair(service);
    for (const given of givens) {
      const { table, id, change } = await given(pair);
      const write = (tx: Db) => tx`update ${tx(table)} set version = 2 where id = ${id}`;

      const came = await inARow(service.sql, write, [() => outcome(change)]);

      expect(came, table).toEqual(mismatches(1));
    }
  });
});
