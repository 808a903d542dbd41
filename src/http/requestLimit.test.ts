import { describe, expect, test } from "vitest";
import { expectProblem } from "../../test/problems.ts";
import { givenPair, test as serviceTest } from "../../test/service.ts";
import { createApp } from "./app.ts";
import { createRequestLimit } from "./requestLimit.ts";

/** A limit with a clock that stands still until it is set forward. */
function givenLimit(perSecond: number) {
  const clock = { ms: 1000 };
  const limit = createRequestLimit({ perSecond, now: () => clock.ms });
  /** How many of so many requests pass. */
  const passed = (keyId: string, requests: number) =>
    Array.from({ length: requests }).filter(() => {
      try {
        limit.take(keyId);
        return true;
      } catch {
        return false;
      }
    }).length;
  return { clock, limit, passed };
}

describe("createRequestLimit()", () => {
  test("lets two seconds' worth pass at once, then so many a second", () => {
    const { clock, passed } = givenLimit(2);

    expect(passed("a", 10)).toBe(4);
    clock.ms += 499;
    expect(passed("a", 10)).toBe(0);
    clock.ms += 1;
    expect(passed("a", 10)).toBe(1);
    clock.ms += 1000;
    expect(passed("a", 10)).toBe(2);
    clock.ms += 3_600_000;
    expect(passed("a", 10)).toBe(4);
  });

  test("counts each key for itself", () => {
    const { passed } = givenLimit(2);

    expect([passed("a", 10), passed("b", 3), passed("b", 3)]).toEqual([4, 3, 1]);
  });

  test("says in whole seconds when to go on, and then it does", () => {
    const { clock, limit, passed } = givenLimit(2);
    passed("a", 4);

    expect(() => limit.take("a")).toThrow(
      expect.objectContaining({ code: "too_many_requests", retryAfterSeconds: 1 }),
    );
    clock.ms += 1000;
    expect(passed("a", 1)).toBe(1);
  });

  test("does not count what it refused", () => {
    const { clock, passed } = givenLimit(2);
    passed("a", 1000);
    clock.ms += 500;

    expect(passed("a", 1)).toBe(1);
  });

  test("forgets a key that was not used for two seconds", () => {
    const { clock, limit, passed } = givenLimit(2);
    for (let key = 0; key < 1000; key += 1) passed(`key ${key}`, 10);
    expect(limit.keys).toBe(1000);
    clock.ms += 1999;
    passed("key 7", 1);
    expect(limit.keys).toBe(1000);
    clock.ms += 1;
    passed("another", 1);

    expect(limit.keys).toBe(2);
  });

  test("of 0 is none, and remembers nothing", () => {
    const { limit, passed } = givenLimit(0);

    expect([passed("a", 1000), limit.keys]).toEqual([1000, 0]);
  });
});

describe("a key that asks too often", () => {
  serviceTest(
    "is told when to go on; others are served, and nothing was done",
    async ({ service }) => {
      const { salesOrg, epc } = await givenPair(service);
      const { clock, limit } = givenLimit(2);
      const app = createApp({ ...service.services, requestLimit: limit });
      const keyOf = async (id: string) => (await service.operator.keys.create({ id })).key;
      const [key, second, third] = [
        await keyOf(salesOrg.id),
        await keyOf(salesOrg.id),
        await keyOf(epc.id),
      ];
      const ask = (by: string, path = "/v1/customers", method = "GET") =>
        app.request(path, { method, headers: { authorization: `Bearer ${by}` } });

      for (let request = 0; request < 4; request += 1) expect((await ask(key)).status).toBe(200);
      const refused = await ask(key);

      expect(refused.headers.get("retry-after")).toBe("1");
      await expectProblem(refused, "too_many_requests");
      const made = await ask(key, `/v1/organizations/${salesOrg.id}/keys`, "POST");
      await expectProblem(made, "too_many_requests");
      expect((await service.operator.keys.list({ id: salesOrg.id })).data).toHaveLength(3);
      for (const other of [second, third, service.operatorKey]) {
        expect((await ask(other, "/v1/organizations")).status).toBe(200);
      }
      clock.ms += 1000;
      expect((await ask(key)).status).toBe(200);
    },
  );

  serviceTest(
    "is counted only once it is known: neither strangers nor open calls are",
    async ({ service }) => {
      const { limit } = givenLimit(1);
      const app = createApp({ ...service.services, requestLimit: limit });

      for (let request = 0; request < 10; request += 1) {
        const stranger = { headers: { authorization: `Bearer hk_${request}` } };
        await expectProblem(await app.request("/v1/customers", stranger), "unauthorized");
        expect((await app.request("/v1/schemas/new_install.json")).status).toBe(200);
      }
      expect(limit.keys).toBe(0);
    },
  );
});
