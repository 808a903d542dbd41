import { describe, expect } from "vitest";
import { givenDeal } from "../deals.ts";
import { eventsOf, givenClient, givenCustomer, givenPair, givenUser, test } from "../service.ts";
import { only, quiet, refusal, told } from "../told.ts";

const address = { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" };
const avery = { first_name: "Avery", last_name: "Sample", address };

describe("new_customer", () => {
  test("tells the sales organization of a created customer, with representative and ids", async ({
    service,
  }) => {
    const pair = await givenPair(service);

    const { answer, lines, salesOrg } = await told(pair, () =>
      givenCustomer(pair, { external_ids: { crm: "L-1" } }),
    );

    expect(lines).toEqual(["new_customer → sales_org"]);
    const { data, changes } = only(salesOrg, "new_customer");
    expect(changes).toBeUndefined();
    expect(data.customer).toEqual(answer);
    expect(data.customer).toMatchObject({
      version: 1,
      phone: "+15555550101",
      lead_source: "Website",
      external_ids: { crm: "L-1" },
    });
    expect(data.rep).toMatchObject({ id: pair.rep.id, email: "rowan.rep@example.com" });
    expect(data.sales_org).toMatchObject({ id: pair.salesOrg.id, external_ids: { erp: "S-1" } });
  });

  test("says who made the customer, and by which request", async ({ service }) => {
    const pair = await givenPair(service);
    const bot = await givenClient(service, pair.salesOrg.id, { name: "Lead form" });

    const byUser = await told(pair, () => givenCustomer(pair));
    const byKey = await told(pair, () => bot.customers.create(avery));

    expect(only(byUser.salesOrg, "new_customer").actor).toEqual({
      kind: "user",
      id: pair.rep.id,
      name: "Rowan Rep",
    });
    expect(only(byKey.salesOrg, "new_customer")).toMatchObject({
      actor: { kind: "api_key", name: "Lead form" },
      cause: { command: "create_customer", request_id: expect.stringMatching(/^req_/) },
    });
  });

  test("is not fired for a customer with the id of another one", async ({ service }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair, { external_ids: { crm: "L-1" } });

    const again = () => givenCustomer(pair, { external_ids: { erp: "7", crm: "L-1" } });

    expect(await refusal(pair, again)).toBe("409 external_id_free");
    const { lines } = await told(pair, () => givenCustomer(pair, { external_ids: { erp: "L-1" } }));
    expect(lines).toEqual(["new_customer → sales_org"]);
  });

  test("is not fired for a representative of another company", async ({ service }) => {
    const pair = await givenPair(service);
    const stranger = await givenUser(service, pair.epc.id);

    const wrong = () => givenCustomer(pair, { rep_id: stranger.id });

    expect(await refusal(pair, wrong)).toBe("422 invalid /rep_id");
  });

  test("is refused to an installer", async ({ service }) => {
    const pair = await givenPair(service);

    expect(await refusal(pair, () => pair.installer.customers.create(avery))).toBe("403 forbidden");
  });
});

describe("update_customer", () => {
  test("tells old and new value of each changed field and of no other", async ({ service }) => {
    const pair = await givenPair(service);
    const { id, address: before } = await givenCustomer(pair, { phone: null });

    const { answer, lines, salesOrg } = await told(pair, () =>
      pair.sales.customers.update({
        id,
        first_name: "Avery",
        phone: "(555) 555-0101",
        address: { street: "200 Example Way" },
      }),
    );

    expect(lines).toEqual(["update_customer → sales_org"]);
    const { data, changes } = only(salesOrg, "update_customer");
    expect(changes).toEqual({
      "customer.phone": { from: null, to: "+15555550101" },
      "customer.address": { from: before, to: { ...before, street: "200 Example Way" } },
    });
    expect(data.customer).toEqual(answer);
    expect(answer.version).toBe(2);
  });

  test("carries the new representative", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const other = await givenUser(service, pair.salesOrg.id);

    const { salesOrg } = await told(pair, () =>
      pair.sales.customers.update({ id, rep_id: other.id }),
    );

    expect(only(salesOrg, "update_customer").data.rep).toMatchObject({ id: other.id });
  });

  test("is not fired for a write of the same values, which keeps the version", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const customer = await givenCustomer(pair, { custom: { gate_code: "4417" } });
    const { id, first_name, phone, address: same } = customer;

    const after = await quiet(pair, () =>
      pair.sales.customers.update({
        id,
        first_name,
        phone: "555.555.0101",
        address: same,
        custom: { gate_code: "4417", other: null },
      }),
    );

    expect(phone).toBe("+15555550101");
    expect(after).toEqual(customer);
  });

  test("is fired by external ids, which null removes and which are free again then", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const first = await givenCustomer(pair, { external_ids: { crm: "L-1", erp: "7" } });
    const second = await givenCustomer(pair);
    const take = () => pair.sales.customers.update({ id: second.id, external_ids: { crm: "L-1" } });
    expect(await refusal(pair, take)).toBe("409 external_id_free");

    const removed = await told(pair, () =>
      pair.sales.customers.update({ id: first.id, external_ids: { crm: null } }),
    );
    const taken = await told(pair, take);

    expect(only(removed.salesOrg, "update_customer").changes).toEqual({
      "customer.external_ids": { from: { crm: "L-1", erp: "7" }, to: { erp: "7" } },
    });
    expect(taken.lines).toEqual(["update_customer → sales_org"]);
  });

  test("does not exist for others", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const other = await givenPair(service);

    const theirs = () => other.sales.customers.update({ id, first_name: "Mallory" });

    expect(await refusal(pair, theirs)).toBe("404 not_found");
  });

  test("is not fired when the customer has changed since he was read", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const rename = (first_name: string, ifMatch: number) => () =>
      pair.sales.customers.update({ id, first_name }, { ifMatch });
    await rename("Robin", 1)();

    expect(await refusal(pair, rename("Riley", 1))).toBe("412 version_mismatch");
    expect((await told(pair, rename("Riley", 2))).lines).toEqual(["update_customer → sales_org"]);
  });

  test("stays with the sales organization, also when an installer is chosen", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { customer_id: id } = await givenDeal(pair);

    const { lines } = await told(pair, () =>
      pair.sales.customers.update({ id, email: "avery@example.com" }),
    );

    expect(lines).toEqual(["update_customer → sales_org"]);
  });
});

describe("an upsert by external id", () => {
  test("makes a customer, changes him, and is silent when nothing differs", async ({ service }) => {
    const pair = await givenPair(service);
    const upsert = (last_name: string) => () =>
      pair.sales.customers.upsert({ system: "crm", external_id: "L 1/2", ...avery, last_name });

    const made = await told(pair, upsert("Sample"));
    const changed = await told(pair, upsert("Sampler"));
    const unchanged = await quiet(pair, upsert("Sampler"));

    expect(made.lines).toEqual(["new_customer → sales_org"]);
    expect(made.answer.external_ids).toEqual({ crm: "L 1/2" });
    expect(changed.lines).toEqual(["update_customer → sales_org"]);
    expect(changed.answer).toMatchObject({ id: made.answer.id, version: 2 });
    expect(only(changed.salesOrg, "update_customer").changes).toEqual({
      "customer.last_name": { from: "Sample", to: "Sampler" },
    });
    expect(unchanged).toEqual(changed.answer);
  });

  test("leaves alone what it does not name, other external ids among it", async ({ service }) => {
    const pair = await givenPair(service);
    const before = await givenCustomer(pair, { external_ids: { crm: "L-1", erp: "7" } });

    const after = await pair.sales.customers.upsert({
      system: "crm",
      external_id: "L-1",
      ...avery,
      external_ids: { bi: "x" },
    });

    expect(after).toMatchObject({ id: before.id, phone: before.phone, lead_source: "Website" });
    expect(after.external_ids).toEqual({ crm: "L-1", erp: "7", bi: "x" });
  });

  test("keeps of the site what it does not name, and is silent then", async ({ service }) => {
    const pair = await givenPair(service);
    const site = { county: "Sample County", latitude: 32.9, longitude: -96.8 };
    const upsert = (given: object) => () =>
      pair.sales.customers.upsert({
        system: "crm",
        external_id: "L-1",
        ...avery,
        address: { ...address, ...given },
      });

    const bare = await upsert({})();
    const located = await told(pair, upsert(site));
    const again = await quiet(pair, upsert({}));
    const moved = await upsert({ street: "200 Example Way", latitude: null })();

    expect(bare.address).toEqual({ ...address, county: null, latitude: null, longitude: null });
    expect(located.answer.address).toEqual({ ...address, ...site });
    expect(again).toEqual(located.answer);
    expect(moved.address).toEqual({
      ...address,
      ...site,
      street: "200 Example Way",
      latitude: null,
    });
  });

  test("makes one customer when it is asked for twice at once", async ({ service }) => {
    const pair = await givenPair(service);
    const upsert = () =>
      pair.sales.customers.upsert({ system: "crm", external_id: "L-1", ...avery });

    const { answer, lines } = await told(pair, () => Promise.all([upsert(), upsert(), upsert()]));

    expect(new Set(answer.map(({ id }) => id)).size).toBe(1);
    expect(lines).toEqual(["new_customer → sales_org"]);
  });

  test("of two companies with the same id makes one each", async ({ service }) => {
    const [one, two] = [await givenPair(service), await givenPair(service)];
    const upsert = ({ sales }: typeof one) =>
      sales.customers.upsert({ system: "crm", external_id: "L-1", ...avery });

    const made = await Promise.all([upsert(one), upsert(two)]);

    expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  });

  test("does not take an id that another customer has", async ({ service }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair, { external_ids: { erp: "7" } });

    const upsert = () =>
      pair.sales.customers.upsert({
        system: "crm",
        external_id: "L-1",
        ...avery,
        external_ids: { erp: "7" },
      });

    expect(await refusal(pair, upsert)).toBe("409 external_id_free");
  });
});

describe("what a customer holds", () => {
  const entries = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, `${index}`]));

  test("is bounded after a change as at the creation", async ({ service }) => {
    const pair = await givenPair(service);
    const { sales } = pair;
    const given = { external_ids: entries(32), custom: entries(64) };
    const { id } = await givenCustomer(pair, given);
    const update = (change: object) => () => sales.customers.update({ id, ...change });

    const one = { more: "1" };
    expect(await refusal(pair, update({ external_ids: one }))).toBe("422 invalid /external_ids");
    expect(await refusal(pair, update({ custom: one }))).toBe("422 invalid /custom");
    const replaced = await update({
      external_ids: { ...one, s0: null },
      custom: { ...one, s0: null },
    })();
    expect(Object.keys(replaced.external_ids)).toHaveLength(32);
    expect(Object.keys(replaced.custom)).toHaveLength(64);
  });

  test("counts the id that an upsert goes by", async ({ service }) => {
    const pair = await givenPair(service);
    const upsert = (system: string, count: number) => () =>
      pair.sales.customers.upsert({
        system,
        external_id: "0",
        ...avery,
        external_ids: entries(count),
      });

    expect(await refusal(pair, upsert("crm", 32))).toBe("422 invalid /external_ids");
    const made = await upsert("crm", 31)();
    expect(await refusal(pair, upsert("crm", 32))).toBe("422 invalid /external_ids");
    expect(await quiet(pair, upsert("s0", 31))).toEqual(made);
  });

  test("is a telephone number that can be called", async ({ service }) => {
    const pair = await givenPair(service);
    const call = (phone: string) => () => givenCustomer(pair, { phone });

    expect(await refusal(pair, call("+1 2 3 4 5"))).toBe("422 invalid /phone");
    expect((await call("+49 30 1234567")()).phone).toBe("+49301234567");
  });
});

describe("new_note and update_note", () => {
  test("tell the sales organization alone, with author and what changed", async ({ service }) => {
    const pair = await givenPair(service);
    const { customer_id: id } = await givenDeal(pair);

    const made = await told(pair, () => pair.sales.notes.create({ id, body: "Calls." }));
    const changed = await told(pair, () =>
      pair.sales.notes.update({ id: made.answer.id, body: "Calls after 5 pm." }),
    );

    expect(made.lines).toEqual(["new_note → sales_org"]);
    expect(only(made.salesOrg, "new_note")).toMatchObject({
      data: { note: { customer_id: id, author: "Rowan Rep", body: "Calls.", version: 1 } },
    });
    expect(changed.lines).toEqual(["update_note → sales_org"]);
    expect(only(changed.salesOrg, "update_note").changes).toEqual({
      "note.body": { from: "Calls.", to: "Calls after 5 pm." },
    });
  });

  test("are silent when nothing differs, and hidden from the installer", async ({ service }) => {
    const pair = await givenPair(service);
    const { customer_id } = await givenDeal(pair);
    const { id } = await pair.sales.notes.create({ id: customer_id, body: "Calls." });

    await quiet(pair, () => pair.sales.notes.update({ id, body: " Calls. " }));
    const theirs = () => pair.installer.notes.update({ id, body: "Mine" });

    expect(await refusal(pair, theirs)).toBe("403 forbidden");
    expect(await eventsOf(pair.installer)).toEqual([]);
  });

  test("of others do not exist", async ({ service }) => {
    const pair = await givenPair(service);
    const other = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const note = await pair.sales.notes.create({ id, body: "Calls." });

    const write = () => other.sales.notes.create({ id, body: "Mine" });
    const change = () => other.sales.notes.update({ id: note.id, body: "Mine" });

    expect(await refusal(pair, write)).toBe("404 not_found");
    expect(await refusal(pair, change)).toBe("404 not_found");
  });
});
