import { randomUUID } from "node:crypto";
import { describe, expect } from "vitest";
import type { Db } from "../src/base/database.ts";
import { operation, operationNames } from "../src/contract/operations.ts";
import { givenPairs, inARow, outcome, outcomes, person, times } from "./crowd.ts";
import { expectProblem } from "./problems.ts";
import { givenDeal } from "./deals.ts";
import { givenClient, givenCustomer, givenPair, test, type Pair, type Service } from "./service.ts";
import { quiet, refusal, told } from "./told.ts";
import { dump, givenKey, givenWorld, send } from "./world.ts";

const newKey = () => ({ idempotencyKey: randomUUID() });

/** Does not keep its answer, though it takes a key: an example is sent each time. */
const unkept = new Set(["testEndpoint"]);

describe("a request that is sent again with its Idempotency-Key", () => {
  test("has the same answer and no second effect, whatever it asks for", async ({ service }) => {
    const world = await givenWorld(service);
    const { ids, salesOrg, epc, guestKey } = world;
    const keys = {
      operator: service.operatorKey,
      sales_org: await givenKey(service, salesOrg.id),
      epc: await givenKey(service, epc.id),
      guest: guestKey,
    };
    const writes = operationNames.filter((name) => {
      const { method, callers } = operation(name);
      return method !== "GET" && callers.length > 0 && !unkept.has(name);
    });
    const isRemoval = (name: string) => Number(name.startsWith("delete"));
    let done = 0;
    for (const name of writes.toSorted((a, b) => isRemoval(a) - isRemoval(b))) {
      const key = keys[operation(name).callers.find((role) => role !== "operator") ?? "operator"];
      const headers = { "idempotency-key": `again-${name}` };
      const call = () => send(service, name, { ids, key, headers });
      const before = await dump(service.sql);
      const first = await call();
      const after = await dump(service.sql);
      const second = await call();

      expect(second.status, name).toBe(first.status);
      expect(await dump(service.sql), name).toEqual(first.ok ? after : before);
      if (!first.ok) continue;
      expect(await second.text(), name).toBe(await first.text());
      expect(second.headers.get("etag"), name).toBe(first.headers.get("etag"));
      done += 1;
    }
    expect(done).toBeGreaterThan(writes.length / 2);
  });

  test("shows again the secret that is shown once, which lies nowhere in the open", async ({
    service,
  }) => {
    const { salesOrg, sales } = await givenPair(service);
    const { id } = salesOrg;
    const endpoint = await sales.endpoints.create({ url: "https://example.com/" });
    const secrets = [
      (key: object) => sales.keys.create({ id }, key).then((made) => made.key),
      (key: object) => sales.callpilotSecrets.create({ id }, key).then(({ secret }) => secret),
      (key: object) =>
        sales.endpoints.create({ url: "https://example.com/2" }, key).then(({ secret }) => secret),
      (key: object) =>
        sales.endpointSecrets.rotate({ id: endpoint.id }, key).then(({ secret }) => secret),
    ];
    for (const make of secrets) {
      const key = newKey();
      const secret = (await make(key)) ?? "";

      expect(await make(key)).toBe(secret);
      expect(await make(newKey())).not.toBe(secret);
      const rows = Object.values(await dump(service.sql)).flat();
      const inHex = Buffer.from(secret).toString("hex");
      expect(rows.filter((row) => row.includes(secret) || row.includes(inHex))).toEqual([]);
    }
  });

  test("has the answer of the first time, also when the record has changed since", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const { customers } = pair.sales;
    const key = { ...newKey(), ifMatch: 1 };
    const first = await customers.update({ id, first_name: "Robin" }, key);
    await customers.update({ id, first_name: "Riley" });

    const again = await quiet(pair, () => customers.update({ id, first_name: "Robin" }, key));

    expect(again).toEqual(first);
    expect(await customers.get({ id })).toMatchObject({ first_name: "Riley", version: 3 });
  });

  test("is one upload, though its form has another boundary", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    const bill = { content: "12 kWh", name: "bill.txt", type: "text/plain" };
    const key = newKey();
    const upload = ({ content, name, type }: typeof bill, category = "utility_bill" as const) =>
      pair.sales.files.create({ id, category, file: new File([content], name, { type }) }, key);

    const { answer, lines } = await told(pair, () => Promise.all(times(4, () => upload(bill))));

    expect(lines).toEqual(["new_survey_file → sales_org, epc"]);
    expect(answer).toEqual(times(4, () => answer[0]));
    for (const other of [
      { ...bill, content: "13 kWh" },
      { ...bill, name: "bill.csv" },
      { ...bill, type: "text/csv" },
    ]) {
      expect(await refusal(pair, () => upload(other))).toBe("409 idempotency_key_reused");
    }
  });
});

describe("requests with one Idempotency-Key at once", () => {
  test("are one change, at two nodes as well", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const key = newKey();

    const { answer, lines } = await told(pairs[0], () =>
      Promise.all(times(20, (n) => (pairs[n % 2] as Pair).sales.customers.create(person, key))),
    );

    expect(answer).toEqual(times(20, () => answer[0]));
    expect(lines).toEqual(["new_customer → sales_org"]);
  });

  test("that differ are one change; the others are refused", async ({ service, database }) => {
    const pairs = await givenPairs(service, database);
    const key = newKey();

    const { answer, lines, salesOrg } = await told(pairs[0], () =>
      outcomes(
        times(
          10,
          (n) => () =>
            (pairs[n % 2] as Pair).sales.customers.create({ ...person, last_name: `S${n}` }, key),
        ),
      ),
    );

    expect(answer.toSorted()).toEqual([...times(9, () => "409 idempotency_key_reused"), "done"]);
    expect(lines).toEqual(["new_customer → sales_org"]);
    expect(salesOrg[0]?.data.customer.last_name).toBe(`S${answer.indexOf("done")}`);
  });

  test("wait for the first one and take its answer", async ({ service }) => {
    const { pair, update, run } = await givenTwoInARow(service);

    const { answer, lines } = await run();

    expect(answer).toEqual(["done", "done"]);
    expect(lines).toEqual(["update_customer → sales_org"]);
    expect(await quiet(pair, update)).toBe("done");
  });

  test("wait for the first one and do it themselves when it is cut off", async ({ service }) => {
    const { pair, update, run } = await givenTwoInARow(service);

    const { answer, lines } = await run(
      ([first = 0]) => service.sql`select pg_terminate_backend(${first})`,
    );

    expect(answer).toEqual(["503 unavailable", "done"]);
    expect(lines).toEqual(["update_customer → sales_org"]);
    expect(await quiet(pair, update)).toBe("done");
  });
});

/** A change of a customer, and how to send it twice so that the second waits for the first, which waits for us. */
async function givenTwoInARow(service: Service) {
  const pair = await givenPair(service);
  const { id } = await givenCustomer(pair);
  const { customers } = pair.sales;
  const key = newKey();
  const update = () => outcome(() => customers.update({ id, first_name: "Robin" }, key));
  const lock = (tx: Db) => tx`select 1 from customers where id = ${id} for update`;
  const run = (act?: (processes: readonly number[]) => Promise<unknown>) =>
    told(pair, () => inARow(service.sql, lock, [update, update], act));
  return { pair, update, run };
}

describe("an Idempotency-Key that was used", () => {
  test("is refused for another body, another path and another method", async ({ service }) => {
    const pair = await givenPair(service);
    const [one, two] = [await givenCustomer(pair), await givenCustomer(pair)];
    const { customers } = pair.sales;
    const key = newKey();
    await customers.update({ id: one.id, first_name: "Robin" }, key);

    for (const other of [
      () => customers.update({ id: one.id, first_name: "Riley" }, key),
      () => customers.update({ id: two.id, first_name: "Robin" }, key),
      () => customers.create(person, key),
    ]) {
      expect(await refusal(pair, other)).toBe("409 idempotency_key_reused");
    }
    const endpoint = await pair.sales.endpoints.create({ url: "https://example.com/" });
    const sent = {
      ids: { end: endpoint.id },
      key: await givenKey(service, pair.salesOrg.id),
      headers: { "idempotency-key": "one-for-both" },
      body: "{}",
    };
    expect((await send(service, "updateEndpoint", sent)).status).toBe(200);
    await expectProblem(await send(service, "deleteEndpoint", sent), "idempotency_key_reused");
    expect((await pair.sales.endpoints.list()).data.map(({ id }) => id)).toEqual([endpoint.id]);
  });

  test("in a request that was refused is as good as new", async ({ service }) => {
    const pair = await givenPair(service);
    const { id, external_ids } = await givenCustomer(pair, { external_ids: { crm: "L-1" } });
    const { customers } = pair.sales;
    const nobody = "cus_00000000000000000000000000";
    const key = newKey();
    const small = await givenClient(service, pair.salesOrg.id, { scopes: ["flow:read"] });

    for (const [refused, why] of [
      [() => customers.create({ ...person, external_ids }, key), "409 external_id_free"],
      [() => customers.create({ ...person, first_name: "" }, key), "422 invalid /first_name"],
      [() => customers.update({ id, email: null }, { ...key, ifMatch: 7 }), "412 version_mismatch"],
      [() => customers.update({ id: nobody, email: null }, key), "404 not_found"],
      [() => small.customers.create(person, key), "403 forbidden"],
    ] as const) {
      expect(await refusal(pair, refused)).toBe(why);
    }
    const { lines } = await told(pair, () => customers.create(person, key));

    expect(lines).toEqual(["new_customer → sales_org"]);
  });
});
