import { createServer, type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished } from "vitest";
import type { Endpoint } from "../src/contract/resources/delivery.ts";
import { verify } from "../src/receiver/index.ts";
import type { Client } from "../src/sdk/index.ts";
import { givenPrivateKey } from "./certificates.ts";
import { givenNode, givenReceiver } from "./deliveryNode.ts";
import type { Received } from "./receiver.ts";
import { givenCustomer, givenPair, test, type Service } from "./service.ts";
import { dump } from "./world.ts";

const url = "https://example.com/hooks";
const values = {
  headers: { "X-Api-Key": "an-api-key-of-a-test", "x-note": "two\twords" },
  auth: { type: "basic", username: "solar", password: "a pass:wörd of a test" },
} as const;
const basic = `Basic ${Buffer.from("solar:a pass:wörd of a test").toString("base64")}`;
const secretTexts = [
  "an-api-key-of-a-test",
  "two\twords",
  "two words",
  "a pass:wörd of a test",
  basic.slice(6),
];

/** What is refused, and where; each value that must not be told says so. What does not fit the types comes as an object. */
const unfit: readonly (readonly [place: string, body: object])[] = [
  ["/headers/host", { headers: { host: "secret-1" } }],
  ["/headers/x-a", { headers: { "x-a": "secret-1\r\nx: y" } }],
  ["/headers/x-a", { headers: { "x-a": 7_654_321 } }],
  ["/headers", { headers: "secret-1" }],
  ["/auth", { auth: "secret-1" }],
  ["/auth/type", { auth: { type: "digest", token: "secret-1" } }],
  ["/auth/token", { auth: { type: "bearer", token: 7_654_321 } }],
  ["/auth/password", { auth: { type: "basic", username: "a", password: "secret-1\n" } }],
  ["/client_certificate/private_key", { client_certificate: pemOf({ private_key: 7_654_321 }) }],
  ["/client_certificate/certificate", { client_certificate: pemOf({ certificate: "secret-1" }) }],
  ["/signing", { signing: "rsa" }],
];

describe("an endpoint's own headers and credentials", () => {
  test("go with deliveries and tests, and never take the place of ours", async ({ service }) => {
    const pair = await givenPair(service);
    await givenDelivery(service);
    const receiver = await givenReceiver();
    const endpoint = await pair.sales.endpoints.create({ url: receiver.url, ...values });
    await givenCustomer(pair);
    await pair.sales.endpoints.test({ id: endpoint.id, type: "new_customer" });
    await receiver.untilAccepted(2);

    for (const request of receiver.requests) {
      receiver.verify(request, endpoint.secret ?? "");
      expect(request.headers).toMatchObject({
        "x-api-key": "an-api-key-of-a-test",
        "x-note": "two\twords",
        authorization: basic,
        "content-type": "application/json",
      });
    }
  });

  test("change with the next delivery, which leaves the body as it was", async ({ service }) => {
    const pair = await givenPair(service);
    await givenDelivery(service);
    const receiver = await givenReceiver();
    const { id } = await pair.sales.endpoints.create({ url: receiver.url, ...values });
    await givenCustomer(pair);
    await receiver.untilAccepted(1);
    await pair.sales.endpoints.update({
      id,
      headers: { "x-NOTE": null, "x-more": "1" },
      auth: { type: "bearer", token: "a-token-of-a-test" },
    });
    const [{ sequence }] = receiver.requests as [Received];
    const range = { id, from: sequence, to: sequence };
    // What was delivered is written down a moment later; until then it would come again by the cursor.
    await expect.poll(() => pair.sales.endpoints.replay(range)).toMatchObject({ queued: 1 });
    await receiver.until(({ requests }) => requests.at(-1)?.headers["x-more"] === "1");

    const [first, last] = [receiver.requests[0], receiver.requests.at(-1)];
    expect(last?.headers).toMatchObject({
      "x-api-key": "an-api-key-of-a-test",
      authorization: "Bearer a-token-of-a-test",
    });
    expect(last?.headers).not.toHaveProperty("x-note");
    expect(last?.body).toBe(first?.body);
  });

  test("are shown as names only, lie nowhere in the open, and are cut from answers that echo them", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const echo = await givenEcho();
    const { id } = await sales.endpoints.create({ url: echo, ...values });
    await sales.endpoints.update({ id, description: "echoes" });
    const attempt = await sales.endpoints.test({ id, type: "new_customer" });

    const shown: Partial<Endpoint> = {
      header_names: ["x-api-key", "x-note"],
      auth: { type: "basic", username: "solar" },
      client_certificate: null,
    };
    expect(await sales.endpoints.get({ id })).toMatchObject(shown);
    expect((await sales.endpoints.list()).data[0]).toMatchObject(shown);
    expect(attempt.response_snippet).toContain('"x-api-key":"[cut]"');
    expect(attempt.response_snippet).toContain('"authorization":"Basic [cut]"');
    const kept = JSON.stringify([
      await dump(service.sql),
      attempt,
      await sales.attempts.list({ id }),
      await sales.endpoints.get({ id }),
    ]);
    for (const secret of secretTexts) {
      expect(kept).not.toContain(secret);
      expect(kept).not.toContain(Buffer.from(secret).toString("hex"));
    }
  });

  test("are written only when they differ, and are gone when they are removed", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const { id, version } = await sales.endpoints.create({ url, ...values });
    const same = await sales.endpoints.update({ id, ...values });
    const token = (text: string) => ({ id, auth: { type: "bearer", token: text } as const });
    const first = await sales.endpoints.update(token("one"));
    const second = await sales.endpoints.update(token("two"));
    const none = await sales.endpoints.update({
      id,
      headers: { "x-api-key": null, "x-note": null },
      auth: null,
    });

    expect([same, first, second].map((each) => each.version - version)).toEqual([0, 1, 2]);
    expect(second.auth).toEqual({ type: "bearer" });
    expect(none).toMatchObject({ header_names: [], auth: null });
    const [row] = await service.sql`select sending_secrets from endpoints where id = ${id}`;
    expect(row).toEqual({ sending_secrets: null });
  });
});

describe("an endpoint is refused", () => {
  test("with headers and credentials that cannot be carried, without showing them", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const { id } = await sales.endpoints.create({ url });
    const before = await dump(service.sql);
    for (const [place, bad] of unfit) {
      for (const call of [
        () => sales.endpoints.create({ url, ...bad }),
        () => sales.endpoints.update({ id, ...bad }),
      ]) {
        const error: unknown = await call().catch((thrown: unknown) => thrown);
        const errors = [expect.objectContaining({ at: place })];
        expect(error).toMatchObject({ code: "invalid", problem: { errors } });
        const told = JSON.stringify((error as { problem: unknown }).problem);
        expect(told).not.toMatch(/secret|7654321/);
      }
    }
    expect(await dump(service.sql)).toEqual(before);
  });

  test("when a change makes its headers too many", async ({ service }) => {
    const { sales } = await givenPair(service);
    const { id } = await sales.endpoints.create({ url, headers: many(20) });
    const change = (headers: Record<string, string | null>) =>
      sales.endpoints.update({ id, headers });

    await expect(change({ "x-new": "1" })).rejects.toMatchObject({
      problem: { errors: [{ at: "/headers", message: "At most 20 headers" }] },
    });
    expect(await change({ "x-new": "1", "x-0": null })).toMatchObject({ version: 2 });
  });
});

describe("ed25519", () => {
  test("signs with a key that is shown to nobody; the public one is always shown", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    await givenDelivery(service);
    const receiver = await givenReceiver();
    const made = await pair.sales.endpoints.create({ url: receiver.url, signing: "ed25519" });
    await givenCustomer(pair);
    await receiver.untilAccepted(1);

    expect(made).toMatchObject({ signing: "ed25519", secret: null });
    expect(made.public_key).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const { public_key } = await pair.sales.endpoints.get({ id: made.id });
    expect(public_key).toBe(made.public_key);
    const [request] = receiver.requests as [Received];
    expect(request.headers["webhook-signature"]).toMatch(/^v1a,[A-Za-z0-9+/]{86}==$/);
    expect(await verify({ secret: public_key ?? "", ...request })).toMatchObject({
      type: "new_customer",
    });
    expect(JSON.stringify(await dump(service.sql))).not.toContain("whsk_");
  });

  test("takes the place of a secret and gives way to one, with both in the overlap", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    await givenDelivery(service);
    const receiver = await givenReceiver();
    const made = await pair.sales.endpoints.create({ url: receiver.url });
    const { id } = made;
    const pairOfKeys = await pair.sales.endpointSecrets.rotate({ id, signing: "ed25519" });
    const again = await pair.sales.endpointSecrets.rotate({ id });
    const back = await pair.sales.endpointSecrets.rotate({ id, signing: "hmac_sha256" });
    const request = await afterCustomer(pair.sales, () => givenCustomer(pair), receiver.requests);

    expect(pairOfKeys).toMatchObject({ id, signing: "ed25519", secret: null });
    expect(again.signing).toBe("ed25519");
    expect(back).toMatchObject({ signing: "hmac_sha256", public_key: null });
    const keys = [made.secret, pairOfKeys.public_key, again.public_key, back.secret];
    expect(new Set(keys).size).toBe(4);
    for (const secret of keys) {
      expect(await verify({ secret: secret ?? "", ...request })).toBeTruthy();
    }
    receiver.verify(request, back.secret ?? "");

    const last = await pair.sales.endpointSecrets.rotate({ id, overlap_hours: 0 });
    const next = await afterCustomer(pair.sales, () => givenCustomer(pair), receiver.requests);
    expect(await verify({ secret: last.secret ?? "", ...next })).toBeTruthy();
    await expect(verify({ secret: back.secret ?? "", ...next })).rejects.toThrow("No signature");
  });
});

/** A node that delivers, woken after each commit as a service wakes its own. */
async function givenDelivery({ sql, signal }: Service): Promise<void> {
  const node = await givenNode(sql);
  signal.listen((growth) => node.grew(growth));
}

/** The next delivery that is made under what all nodes know by now: an endpoint that was paused is taken up anew. */
async function afterCustomer(
  client: Client,
  act: () => Promise<unknown>,
  requests: readonly Received[],
): Promise<Received> {
  const before = requests.length;
  const [{ id }] = (await client.endpoints.list()).data as [Endpoint];
  await client.endpoints.pause({ id });
  await expect.poll(async () => (await client.endpointStatus.get({ id })).in_flight).toBe(false);
  await client.endpoints.resume({ id });
  await act();
  await expect.poll(() => requests.length).toBeGreaterThan(before);
  return requests.at(-1) as Received;
}

/** A receiver that fails, and answers with the headers that it got. */
async function givenEcho(): Promise<string> {
  const said = (headers: IncomingHttpHeaders) => JSON.stringify({ error: "no", headers });
  const server = createServer((request, response) =>
    response.writeHead(422).end(said(request.headers)),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, "1"]));
}

function pemOf(given: object) {
  return { certificate: "secret", private_key: givenPrivateKey(), ...given };
}
