import { describe, expect } from "vitest";
import { consoleHeader } from "../contract/headerNames.ts";
import { expectProblem } from "../../test/problems.ts";
import { givenCustomer, givenPair, test, type Service } from "../../test/service.ts";
import { givenKey } from "../../test/world.ts";

/** What a browser has of a session: its cookie, and that scripts cannot read it. */
async function signIn({ url }: Service, key: string) {
  const response = await fetch(`${url}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key }),
  });
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  return { response, cookie, flags: response.headers.get("set-cookie") ?? "" };
}

const customer = {
  first_name: "Avery",
  last_name: "Sample",
  address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
};

describe("a session of the console", () => {
  test("stands for the key it was opened with, without showing it", async ({ service }) => {
    const pair = await givenPair(service);
    const key = await givenKey(service, pair.salesOrg.id);
    const made = await givenCustomer(pair);
    const { response, cookie, flags } = await signIn(service, key);

    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ organization: { id: pair.salesOrg.id } });
    expect(flags).toContain("HttpOnly; SameSite=Strict");
    expect(cookie).not.toContain(key);
    const kept =
      await service.sql`select encode(hash, 'escape') || encode(key_hash, 'escape') as t from sessions`;
    expect(JSON.stringify(kept)).not.toContain(key);
    const read = await fetch(`${service.url}/v1/customers/${made.id}`, { headers: { cookie } });
    expect(read.status).toBe(200);
  });

  test("writes only from our own pages", async ({ service }) => {
    const pair = await givenPair(service);
    const { cookie } = await signIn(service, await givenKey(service, pair.salesOrg.id));
    const post = (headers: Record<string, string>) =>
      fetch(`${service.url}/v1/customers`, {
        method: "POST",
        headers: { cookie, "content-type": "application/json", ...headers },
        body: JSON.stringify(customer),
      });

    await expectProblem(await post({}), "forbidden");
    expect((await pair.sales.customers.list()).data).toEqual([]);
    expect((await post({ [consoleHeader]: "1" })).status).toBe(201);
  });

  test("ends when its key is revoked, when its time is over, and when it is closed", async ({
    service,
  }) => {
    const { salesOrg } = await givenPair(service);
    const revoked = await service.operator.keys.create({ id: salesOrg.id });
    const [one, other, third] = [
      await signIn(service, revoked.key),
      await signIn(service, await givenKey(service, salesOrg.id)),
      await signIn(service, service.operatorKey),
    ];
    const asked = (cookie: string) => fetch(`${service.url}/v1/session`, { headers: { cookie } });

    await service.operator.keys.revoke({ id: revoked.id });
    await expectProblem(await asked(one.cookie), "unauthorized");

    expect((await asked(other.cookie)).status).toBe(200);
    await service.sql`update sessions set expires_at = now() - interval '1 second' where key_hash <> ''`;
    await expectProblem(await asked(other.cookie), "unauthorized");

    await service.sql`update sessions set expires_at = now() + interval '1 hour'`;
    expect(await (await asked(third.cookie)).json()).toMatchObject({ organization: null });
    const closed = await fetch(`${service.url}/v1/session`, {
      method: "DELETE",
      headers: { cookie: third.cookie },
    });
    expect(closed.headers.get("set-cookie")).toContain("Max-Age=0");
    await expectProblem(await asked(third.cookie), "unauthorized");
  });

  test("is not opened with a wrong key, and nothing is kept", async ({ service }) => {
    const { response } = await signIn(service, "hk_nonsense");
    await expectProblem(response, "unauthorized");
    expect(await service.sql`select 1 from sessions`).toHaveLength(0);
  });

  test("gives way to a key that comes with the request", async ({ service }) => {
    const { salesOrg, epc } = await givenPair(service);
    const { cookie } = await signIn(service, await givenKey(service, salesOrg.id));
    const authorization = `Bearer ${await givenKey(service, epc.id)}`;
    const response = await fetch(`${service.url}/v1/organizations/${epc.id}`, {
      headers: { cookie, authorization },
    });
    expect(response.status).toBe(200);
  });
});
