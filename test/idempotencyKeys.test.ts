import { describe, expect } from "vitest";
import { sweepIdempotencyKeys } from "../src/store/idempotency.ts";
import { person, times } from "./crowd.ts";
import { expectProblem } from "./problems.ts";
import { givenClient, givenCustomer, givenPair, test, type Pair } from "./service.ts";
import { quiet, refusal, told } from "./told.ts";
import { givenKey, send } from "./world.ts";

const key = { idempotencyKey: "lead-20931" };

/** As if every key had been used so much earlier. */
const age = ({ service: { sql } }: Pair, interval: string) =>
  sql`update idempotency_keys set created_at = created_at - ${interval}::interval`;

describe("an Idempotency-Key", () => {
  test("is an organization's own: another one's use of it is not noticed", async ({ service }) => {
    const [ours, theirs] = [await givenPair(service), await givenPair(service)];
    const first = await ours.sales.customers.create(person, key);

    const same = await theirs.sales.customers.create(person, key);
    const again = await ours.sales.customers.create(person, key);

    expect(same.id).not.toBe(first.id);
    expect(again).toEqual(first);
    const stranger = { ...person, first_name: "Robin" };
    const third = await givenPair(service);
    expect(await third.sales.customers.create(stranger, key)).toMatchObject(stranger);
    expect((await theirs.sales.customers.list()).data).toEqual([same]);
  });

  test("is not shared by an organization and the operator, nor by the parties of a deal", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = pair.salesOrg;
    const named = { id, name: "CRM" };

    const made = [
      await service.operator.keys.create(named, key),
      await pair.sales.keys.create(named, key),
      await service.operator.keys.create(named, key),
    ];

    expect(made[2]).toEqual(made[0]);
    expect(made[1]?.id).not.toBe(made[0]?.id);
    const own = await pair.installer.endpoints.create({ url: "https://example.com/" }, key);
    expect(own.organization_id).toBe(pair.epc.id);
  });

  test("is the API key's own: another one gets no answer that it may not have", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const named = { id: pair.salesOrg.id, name: "CRM" };
    const narrow = await givenClient(service, pair.salesOrg.id, { scopes: ["organization:write"] });
    const first = await pair.sales.keys.create(named, key);

    const other = await narrow.keys.create({ ...named, scopes: ["organization:write"] }, key);

    expect(other.key).not.toBe(first.key);
    expect(other.scopes).toEqual(["organization:write"]);
    expect(await quiet(pair, () => pair.sales.keys.create(named, key))).toEqual(first);
  });

  test("opens nothing to a key that is revoked or lacks the scope", async ({ service }) => {
    const pair = await givenPair(service);
    await pair.sales.customers.create(person, key);
    const reader = await givenClient(service, pair.salesOrg.id, { scopes: ["flow:read"] });
    const revoked = await service.operator.keys.create({ id: pair.salesOrg.id });
    await service.operator.keys.revoke({ id: revoked.id });

    for (const [client, why] of [
      [reader, "403 forbidden"],
      [service.clientOf(revoked.key), "401 unauthorized"],
    ] as const) {
      expect(await refusal(pair, () => client.customers.create(person, key))).toBe(why);
    }
  });

  test("is remembered for a day", async ({ service }) => {
    const pair = await givenPair(service);
    const { customers } = pair.sales;
    const first = await customers.create(person, key);
    await age(pair, "23 hours 59 minutes");

    expect(await quiet(pair, () => customers.create(person, key))).toEqual(first);
    await age(pair, "1 minute");
    const second = await told(pair, () => customers.create(person, key));

    expect(second.lines).toEqual(["new_customer → sales_org"]);
    expect(second.answer.id).not.toBe(first.id);
    expect(await quiet(pair, () => customers.create(person, key))).toEqual(second.answer);
    await age(pair, "1 day");
    const other = { ...person, first_name: "Robin" };
    expect(await customers.create(other, key)).toMatchObject(other);
  });

  test("that was forgotten makes one change when it comes many times at once", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const first = await pair.sales.customers.create(person, key);
    await age(pair, "1 day");

    const { answer, lines } = await told(pair, () =>
      Promise.all(times(8, () => pair.sales.customers.create(person, key))),
    );

    expect(lines).toEqual(["new_customer → sales_org"]);
    expect(new Set(answer.map(({ id }) => id)).size).toBe(1);
    expect(answer[0]?.id).not.toBe(first.id);
  });

  test("is swept away after a day, and not before", async ({ service }) => {
    const pair = await givenPair(service);
    await pair.sales.customers.create(person, { idempotencyKey: "yesterday" });
    await age(pair, "1 minute");
    await pair.sales.customers.create(person, { idempotencyKey: "just-now" });
    await age(pair, "23 hours 59 minutes");

    await sweepIdempotencyKeys(service.sql);

    expect(await service.sql`select key from idempotency_keys`).toMatchObject([
      { key: "just-now" },
    ]);
  });

  test("has 1 to 255 printable characters; anything else is refused", async ({ service }) => {
    const pair = await givenPair(service);
    const sales = await givenKey(service, pair.salesOrg.id);
    const create = (headers: Record<string, string>) =>
      send(service, "createCustomer", {
        ids: {},
        key: sales,
        headers,
        body: JSON.stringify(person),
      });

    await quiet(pair, async () => {
      for (const wrong of ["", " ", "k".repeat(256), "two words", "na\u00EFve", "tab\there"]) {
        const response = await create({ "idempotency-key": wrong });
        const { detail } = await expectProblem(response, "malformed");
        expect(detail).toContain("Idempotency-Key");
      }
      const twice = await create({ "idempotency-key": "one", "Idempotency-Key": "two" });
      await expectProblem(twice, "malformed");
    });
    for (const good of ["k", "~".repeat(255), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}"]) {
      const [first, second] = [
        await create({ "idempotency-key": good }),
        await create({ "idempotency-key": good }),
      ];
      expect([first.status, second.status]).toEqual([201, 201]);
      expect(await second.json()).toEqual(await first.json());
    }
  });

  test("means nothing to a read", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    await pair.sales.customers.get({ id }, key);
    await pair.sales.customers.update({ id, first_name: "Robin" });

    const now = await quiet(pair, () => pair.sales.customers.get({ id }, key));

    expect(now.first_name).toBe("Robin");
    expect(await pair.sales.customers.create(person, key)).toMatchObject(person);
  });
});
