import { describe, expect } from "vitest";
import { operation, operationNames, type OperationName } from "../src/contract/operations.ts";
import { givenChangeOrder } from "./crowd.ts";
import { expectProblem } from "./problems.ts";
import { givenInstall } from "./deals.ts";
import { givenCustomer, givenPair, test } from "./service.ts";
import { quiet, refusal } from "./told.ts";
import { dump, givenKey, givenWorld, send, type Sent, type World } from "./world.ts";

/** Sends operations as one who may, to a deal that has one record of every kind. */
async function givenCalls(world: World) {
  const { service, ids, salesOrg, epc, guestKey } = world;
  const keys = {
    operator: service.operatorKey,
    sales_org: await givenKey(service, salesOrg.id),
    epc: await givenKey(service, epc.id),
    guest: guestKey,
  };
  return (name: OperationName, sent: Sent = {}) => {
    const role = operation(name).callers.find((caller) => caller !== "operator") ?? "operator";
    return send(service, name, { ids, key: keys[role], ...sent });
  };
}

/** Names If-Match, and does not compare it. */
const uncompared = new Set(["revokeKey"]);

describe("ETag", () => {
  test("is the version of every record that is read, and of nothing else", async ({ service }) => {
    const call = await givenCalls(await givenWorld(service));
    const reads = operationNames.filter((name) => {
      const { method, answerKind, tag } = operation(name);
      // Only a test server has a clock, and a clock has no version.
      return method === "GET" && answerKind === "json" && tag !== "test clock";
    });
    let records = 0;
    for (const name of reads) {
      const response = await call(name);
      const { version } = (await response.json()) as { version?: number };

      expect(response.status, name).toBe(200);
      expect(response.headers.get("etag"), name).toBe(version ? `"${version}"` : null);
      expect(version !== undefined, name).toBe(isRecord(name));
      records += Number(version !== undefined);
    }
    expect(records).toBeGreaterThan(12);
  });

  test("of a write's answer is that of the next read", async ({ service }) => {
    const world = await givenWorld(service);
    const call = await givenCalls(world);
    let written = 0;
    for (const [write, read] of [
      ["updateOrganization", "getOrganization"],
      ["updateCustomer", "getCustomer"],
      ["updateNote", "getNote"],
      ["updateAppointment", "getAppointment"],
      ["completeSiteSurvey", "getSiteSurvey"],
      ["updateDesignRequest", "getDesignRequest"],
      ["updateLenderApplication", "getLenderApplication"],
      ["updateMilestone", "getMilestone"],
      ["voidChangeOrder", "getChangeOrder"],
      ["updateInstall", "getInstall"],
      ["updateEndpoint", "getEndpoint"],
    ] as const) {
      const before = (await call(read)).headers.get("etag") ?? "";
      const answer = await call(write, {
        headers: { "if-match": before },
        ...(operation(write).method === "PATCH" && { body: '{"custom":{"checked":true}}' }),
      });
      const after = (await call(read)).headers.get("etag");

      expect(answer.status, write).toBe(200);
      expect(answer.headers.get("etag"), write).toBe(after);
      written += Number(after !== before);
    }
    expect(written).toBeGreaterThan(8);
  });
});

const isRecord = (name: OperationName) => {
  const { answer } = operation(name) as { answer: { shape?: object } };
  return answer.shape !== undefined && "version" in answer.shape;
};

describe("If-Match of another version", () => {
  test("is refused by every operation that takes it, and nothing is done", async ({ service }) => {
    const world = await givenWorld(service);
    const call = await givenCalls(world);
    const versioned = operationNames.filter(
      (name) => operation(name).versioned && !uncompared.has(name),
    );
    expect(versioned.length).toBeGreaterThan(25);
    const before = await dump(service.sql);

    for (const name of versioned) {
      for (const tag of ['"999"', '"0"']) {
        const response = await call(name, { headers: { "if-match": tag } });
        const { detail } = await expectProblem(response, "version_mismatch");
        expect(detail, name).toContain(tag.slice(1, -1));
      }
    }
    expect(await dump(service.sql)).toEqual(before);
  });

  test("is refused also when the change would change nothing", async ({ service }) => {
    const pair = await givenPair(service);
    const { id, first_name } = await givenCustomer(pair);
    const update = (ifMatch: number) => () =>
      pair.sales.customers.update({ id, first_name }, { ifMatch });

    expect(await refusal(pair, update(2))).toBe("412 version_mismatch");
    expect(await quiet(pair, update(1))).toMatchObject({ version: 1 });
  });

  test("does not tell whether a record of others exists", async ({ service }) => {
    const world = await givenWorld(service);
    const key = await givenKey(service, (await givenPair(service)).salesOrg.id);

    for (const tag of ['"1"', '"999"', "*"]) {
      const response = await send(service, "updateCustomer", {
        ids: world.ids,
        key,
        headers: { "if-match": tag },
      });
      await expectProblem(response, "not_found");
    }
  });

  test("is seen also when the other change came by another record", async ({ service }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    const { id, version } = install;
    const order = await givenChangeOrder(pair, install, 3_500_000);
    await pair.sales.changeOrders.sign({ id: order.id, signer_id: order.signers[0]?.id ?? "" });

    const update = () =>
      pair.installer.installs.update({ id, stage: "permitting" }, { ifMatch: version });

    expect(await refusal(pair, update)).toBe("412 version_mismatch");
  });
});

describe("If-Match", () => {
  test("may be weak, or a star for any version; what we never gave matches none", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const key = await givenKey(service, pair.salesOrg.id);
    const { id } = await givenCustomer(pair);
    const rename = (first_name: string, tag: string) =>
      send(service, "updateCustomer", {
        ids: { cus: id },
        key,
        headers: { "if-match": tag },
        body: JSON.stringify({ first_name }),
      });

    for (const [index, right] of ['"1"', 'W/"2"', ' "3" ', "*"].entries()) {
      const response = await rename(`Robin ${index}`, right);
      expect(response.status, right).toBe(200);
      expect(response.headers.get("etag"), right).toBe(`"${index + 2}"`);
    }
    await quiet(pair, async () => {
      for (const wrong of [
        '"4"',
        'W/"4"',
        '"6"',
        '"1", "2"',
        '"4",W/"6"',
        "5",
        "'5'",
        '"5',
        '"5.0"',
        '"-5"',
        '"5e0"',
        '"W/5"',
        'w/"5"',
        '""',
        '"*"',
        '*"5"',
        '"99999999999999999999"',
        '"NaN"',
        "nonsense",
      ]) {
        await expectProblem(await rename("Riley", wrong), "version_mismatch");
      }
    });
  });

  test("may be a list, of which one must match", async ({ service }) => {
    const pair = await givenPair(service);
    const key = await givenKey(service, pair.salesOrg.id);
    const { id } = await givenCustomer(pair);
    const rename = (first_name: string, tags: string) =>
      send(service, "updateCustomer", {
        ids: { cus: id },
        key,
        headers: { "if-match": tags },
        body: JSON.stringify({ first_name }),
      });

    for (const [index, right] of ['"7", "1"', '"other,\u00e9",W/"2" , "9"', ', "3",,'].entries()) {
      expect((await rename(`Robin ${index}`, right)).status, right).toBe(200);
    }
    await quiet(pair, async () => {
      for (const wrong of ['"3", "5"', '"4" "4"', '"3", 4', '"4", *', '"other", "4', ","]) {
        await expectProblem(await rename("Riley", wrong), "version_mismatch");
      }
    });
  });

  test("makes an upsert change what is there, and make nothing", async ({ service }) => {
    const pair = await givenPair(service);
    const key = await givenKey(service, pair.salesOrg.id);
    const { first_name, last_name, address } = await givenCustomer(pair, {
      external_ids: { crm: "1" },
    });
    const upsert = async (externalId: string, tag: string, changed = first_name) => {
      return send(service, "upsertCustomer", {
        ids: {},
        path: `/v1/customers/by-external-id/crm/${externalId}`,
        key,
        headers: { "if-match": tag },
        body: JSON.stringify({ first_name: changed, last_name, address }),
      });
    };

    await quiet(pair, async () => {
      for (const [externalId, tag] of [
        ["1", '"2"'],
        ["2", '"1"'],
        ["2", "*"],
      ] as const) {
        await expectProblem(await upsert(externalId, tag, "Riley"), "version_mismatch");
      }
    });
    expect((await upsert("1", '"1"', "Riley")).headers.get("etag")).toBe('"2"');
    expect((await upsert("1", "*", "Robin")).headers.get("etag")).toBe('"3"');
  });

  test("leads from one change to the next", async ({ service }) => {
    const world = await givenWorld(service);
    const call = await givenCalls(world);
    const tags = [(await call("getEndpoint")).headers.get("etag") ?? ""];
    for (const name of ["pauseEndpoint", "updateEndpoint"] as const) {
      const headers = { "if-match": tags.at(-1) ?? "" };
      const changed = await call(name, { headers });

      expect(changed.status).toBe(200);
      tags.push(changed.headers.get("etag") ?? "");
      await expectProblem(await call(name, { headers }), "version_mismatch");
    }
    expect(new Set(tags).size).toBe(3);
    const rotated = await call("rotateEndpointSecret", {
      headers: { "if-match": tags.at(-1) ?? "" },
    });
    expect(rotated.status).toBe(200);
    const removal = await call("deleteEndpoint", { headers: { "if-match": tags.at(-1) ?? "" } });
    await expectProblem(removal, "version_mismatch");
  });
});
