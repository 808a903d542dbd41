import { describe, expect } from "vitest";
import type { UserSummary } from "../contract/resources/organization.ts";
import { eventsOf, givenCustomer, givenPair, test } from "../../test/service.ts";
import { quiet, refusal, told } from "../../test/told.ts";
import { dump, givenKey, send } from "../../test/world.ts";

const settings = {
  integrated_lenders: ["Example Lender", "Other Lender"],
  appointment_types: ["consultation"],
  deal_types: [{ name: "residential", required_steps: ["welcome_call" as const] }],
};

describe("a change of an organization", () => {
  test("that changes nothing is no new version, in whatever order it is given", async ({
    service,
  }) => {
    const { operator } = service;
    const made = await operator.organizations.create({
      name: "Sample Solar Sales",
      roles: ["sales_org"],
      external_ids: { erp: "S-1", crm: "7" },
      custom: { region: "south", crews: 4 },
      settings,
    });
    const { id, name, email } = made;
    const before = await dump(service.sql);

    for (const same of [
      {},
      { name, email },
      { external_ids: { crm: "7", erp: "S-1" }, custom: { crews: 4, region: "south" } },
      { external_ids: { nowhere: null }, custom: { nothing: null } },
      { settings: Object.fromEntries(Object.entries(settings).toReversed()) },
      { settings: {} },
    ]) {
      expect(await operator.organizations.update({ id, ...same })).toEqual(made);
    }
    expect(await dump(service.sql)).toEqual(before);
  });

  test("keeps what it leaves out, and removes what it sets to null", async ({ service }) => {
    const { operator } = service;
    const made = await operator.organizations.create({
      name: "Sample Solar Sales",
      roles: ["sales_org"],
      external_ids: { erp: "S-1", crm: "7" },
      custom: { region: "south" },
      settings,
    });

    const changed = await operator.organizations.update({
      id: made.id,
      external_ids: { erp: null, dms: "9" },
      settings: { integrated_lenders: ["Other Lender", "Example Lender"] },
    });

    expect(changed).toEqual({
      ...made,
      version: 2,
      updated_at: changed.updated_at,
      external_ids: { crm: "7", dms: "9" },
      settings: { ...made.settings, integrated_lenders: ["Other Lender", "Example Lender"] },
    });
    expect(changed.updated_at > made.updated_at).toBe(true);
  });
});

describe("a user", () => {
  test("is changed, and events show him as he is when they happen", async ({ service }) => {
    const pair = await givenPair(service);
    const { sales, rep } = pair;
    const customer = await givenCustomer(pair, { rep_id: rep.id });

    const changed = await sales.users.update({ id: rep.id, phone: null, email: "new@example.com" });

    const { updated_at } = changed;
    expect(changed).toEqual({
      ...rep,
      updated_at,
      version: 2,
      phone: null,
      email: "new@example.com",
    });
    expect(await sales.users.get({ id: rep.id })).toEqual(changed);
    expect(await quiet(pair, () => sales.users.update({ id: rep.id, phone: null }))).toEqual(
      changed,
    );
    const note = await told(pair, () => sales.notes.create({ id: customer.id, body: "Called" }));
    const before = (await eventsOf(sales)).find(({ type }) => type === "new_customer");
    const bodies = [before, note.salesOrg[0]].map(
      (event) => event?.data as Partial<{ rep: UserSummary }>,
    );
    expect(bodies.map(({ rep: shown }) => shown?.email)).toEqual([rep.email, "new@example.com"]);
  });

  test("is nobody's to change but his organization's and the operator's", async ({ service }) => {
    const pair = await givenPair(service);
    const { sales, installer, rep } = pair;
    const { id } = rep;

    expect(await refusal(pair, () => installer.users.update({ id, name: "X" }))).toBe(
      "404 not_found",
    );
    expect(await refusal(pair, () => installer.users.get({ id }))).toBe("404 not_found");
    expect(await refusal(pair, () => sales.users.update({ id, email: "no" }))).toBe(
      "422 invalid /email",
    );
    expect(await refusal(pair, () => sales.users.update({ id, name: "X" }, { ifMatch: 7 }))).toBe(
      "412 version_mismatch",
    );
    expect(await service.operator.users.update({ id, name: "Robin Rep" })).toMatchObject({
      name: "Robin Rep",
    });
  });

  test("who is changed twice at once by what both have read is changed once", async ({
    service,
  }) => {
    const { sales, rep } = await givenPair(service);
    const { id, version } = rep;

    const both = await Promise.allSettled(
      ["Robin", "Riley"].map((name) => sales.users.update({ id, name }, { ifMatch: version })),
    );

    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await sales.users.get({ id })).toMatchObject({ version: version + 1 });
  });
});

describe("a key", () => {
  test("has no version: it is revoked whatever If-Match says", async ({ service }) => {
    const { operator } = service;
    const { id } = await operator.organizations.create({ name: "Sample", roles: ["sales_org"] });
    const made = await operator.keys.create({ id });
    const client = service.clientOf(await givenKey(service, id));

    const revoked = await send(service, "revokeKey", {
      ids: { key: made.id },
      key: service.operatorKey,
      headers: { "if-match": '"999"' },
    });

    expect(revoked.status).toBe(204);
    const { data } = await client.keys.list({ id });
    expect(data.find((key) => key.id === made.id)?.revoked_at).toEqual(expect.any(String));
  });
});
