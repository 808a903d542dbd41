import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { newSigningKey } from "../base/keys.ts";
import { sign } from "../contract/signature.ts";
import { createSigner } from "../delivery/sign.ts";
import { VerificationError, verify } from "./index.ts";
import type { VerifyInput } from "./index.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const otherSecret = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
const timestamp = 1_795_448_849;
const now = new Date(timestamp * 1_000);
const event = { id: "evt_01k", type: "new_install", data: { customer: { name: "Jürgen" } } };

describe("verify()", () => {
  test("gives the event that was signed", async () => {
    expect(await verify(await givenDelivery())).toEqual(event);
  });

  test("takes headers in any form and case", async () => {
    const { headers, ...rest } = await givenDelivery();
    const entries = Object.entries(headers);
    const shouted = Object.fromEntries(entries.map(([name, value]) => [name.toUpperCase(), value]));
    const listed = Object.fromEntries(entries.map(([name, value]) => [name, [value]]));

    for (const form of [shouted, listed, new Headers(entries)]) {
      expect(await verify({ ...rest, headers: form })).toEqual(event);
    }
  });

  test("takes the body as text, bytes or Buffer", async () => {
    const delivery = await givenDelivery();
    const bytes = new TextEncoder().encode(String(delivery.body));

    expect(await verify({ ...delivery, body: bytes })).toEqual(event);
    expect(await verify({ ...delivery, body: Buffer.from(bytes) })).toEqual(event);
  });

  test("takes either secret during a rotation, on both sides", async () => {
    const delivery = await givenDelivery({ secrets: [otherSecret, secret] });

    expect(await verify({ ...delivery, secret })).toEqual(event);
    expect(await verify({ ...delivery, secret: otherSecret })).toEqual(event);
    expect(await verify({ ...(await givenDelivery()), secret: [otherSecret, secret] })).toEqual(
      event,
    );
  });

  test("takes a public key in place of a secret, or beside secrets", async () => {
    const pair = newSigningKey("ed25519");
    const { headers, ...rest } = await givenDelivery();
    const content = { id: "evt_01k", timestamp, body: String(rest.body) };
    const signature = createSigner()({ ...content, secrets: [pair.secret, otherSecret] });
    const delivery = { ...rest, headers: { ...headers, "webhook-signature": signature } };
    const publicKey = pair.publicKey ?? "";

    expect(await verify({ ...delivery, secret: publicKey })).toEqual(event);
    expect(await verify({ ...delivery, secret: [secret, publicKey] })).toEqual(event);
    expect(await verify({ ...delivery, secret: [publicKey, otherSecret] })).toEqual(event);
    const stranger = newSigningKey("ed25519").publicKey ?? "";
    expect(await reasonOf({ ...delivery, secret: [stranger, secret] })).toBe(
      "no_matching_signature",
    );
    expect(await reasonOf({ ...delivery, secret: "whpk_nope" })).toBe("bad_secret");
  });

  test("accepts what the standardwebhooks package signed", async () => {
    const body = JSON.stringify(event);
    const signature = new Webhook(secret).sign("evt_01k", now, body);
    const headers = {
      "webhook-id": "evt_01k",
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
    };

    expect(await verify({ secret, headers, body, now })).toEqual(event);
  });

  test("works in a Node server, on a request that really travelled", async () => {
    const { headers, body } = await givenDelivery();
    const answerEvent = async (request: IncomingMessage, response: ServerResponse) => {
      const chunks = await request.toArray();
      const seen = await verify({
        secret,
        headers: request.headers,
        body: Buffer.concat(chunks),
        now,
      });
      response.end(seen.id);
    };
    const server = createServer((request, response) => void answerEvent(request, response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const init = { method: "POST", headers, body: String(body) };
    const answer = await fetch(`http://127.0.0.1:${port}/`, init);

    expect(await answer.text()).toBe("evt_01k");
    server.closeAllConnections();
    server.close();
  });
});

describe("verify() refuses", () => {
  test.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("no %s", async (name) => {
    const { headers, ...rest } = await givenDelivery();

    expect(await reasonOf({ ...rest, headers: { ...headers, [name]: undefined } })).toBe(
      "missing_header",
    );
    expect(await reasonOf({ ...rest, headers: { ...headers, [name]: "" } })).toBe("missing_header");
  });

  test.each(["soon", "-1", "1.5", "1e9", "0x10", " 17", "9".repeat(13)])(
    "the timestamp %j",
    async (value) => {
      const { headers, ...rest } = await givenDelivery();
      const changed = { ...headers, "webhook-timestamp": value };

      expect(await reasonOf({ ...rest, headers: changed })).toBe("bad_timestamp");
    },
  );

  test("what is older or newer than the tolerance, to the second", async () => {
    const delivery = await givenDelivery();
    const at = (seconds: number) => new Date((timestamp + seconds) * 1_000);

    expect(await reasonOf({ ...delivery, now: at(300) })).toBeNull();
    expect(await reasonOf({ ...delivery, now: at(301) })).toBe("timestamp_too_old");
    expect(await reasonOf({ ...delivery, now: at(-300) })).toBeNull();
    expect(await reasonOf({ ...delivery, now: at(-301) })).toBe("timestamp_too_new");
    expect(await reasonOf({ ...delivery, now: at(11), toleranceSeconds: 10 })).toBe(
      "timestamp_too_old",
    );
    expect(await reasonOf({ ...delivery, toleranceSeconds: Number.NaN })).toBe("timestamp_too_old");
  });

  test("another secret, and any change to what was signed", async () => {
    const delivery = await givenDelivery();
    const withHeader = (name: string, value: string): VerifyInput => ({
      ...delivery,
      headers: { ...delivery.headers, [name]: value },
    });

    expect(await reasonOf({ ...delivery, secret: otherSecret })).toBe("no_matching_signature");
    expect(await reasonOf({ ...delivery, body: `${String(delivery.body)} ` })).toBe(
      "no_matching_signature",
    );
    expect(await reasonOf(withHeader("webhook-id", "evt_02"))).toBe("no_matching_signature");
    expect(await reasonOf(withHeader("webhook-timestamp", String(timestamp + 1)))).toBe(
      "no_matching_signature",
    );
    expect(await reasonOf(withHeader("webhook-signature", "v1,AAAA"))).toBe(
      "no_matching_signature",
    );
  });

  test("any single flipped bit of the body", async () => {
    const delivery = await givenDelivery();
    const bytes = Buffer.from(String(delivery.body));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (index, bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(index) ^ (2 ** bit), index);
        expect(await reasonOf({ ...delivery, body: changed })).toBe("no_matching_signature");
      }),
    );
  });

  test.each([["nope"], ["whsec_"], [""], [[]], [[secret, "nope"]], [undefined]])(
    "the secret %j, without showing it",
    async (bad) => {
      const delivery = { ...(await givenDelivery()), secret: bad as string };
      const error: unknown = await verify(delivery).catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ reason: "bad_secret" });
      expect(String(error)).not.toContain("nope");
    },
  );

  test.each(["not json", "[]", "null", "17", '{"id":1,"type":"x"}', '{"id":"evt_1"}', ""])(
    "the signed body %j",
    async (body) => {
      expect(await reasonOf(await givenDelivery({ body }))).toBe("bad_body");
    },
  );

  test("bytes that are not UTF-8, and a body that was parsed already", async () => {
    const body = Buffer.from([0x22, 0xff, 0x22]);
    const parsed = { ...(await givenDelivery()), body: event as unknown as string };

    expect(await reasonOf(await givenDelivery({ body }))).toBe("bad_body");
    expect(await reasonOf(parsed)).toBe("bad_body");
  });
});

async function givenDelivery(
  given: { body?: string | Uint8Array; secrets?: readonly string[] } = {},
): Promise<Omit<VerifyInput, "headers"> & { headers: Record<string, string> }> {
  const { body = JSON.stringify(event), secrets = [secret] } = given;
  const headers = {
    "webhook-id": "evt_01k",
    "webhook-timestamp": String(timestamp),
    "webhook-signature": await sign({ id: "evt_01k", timestamp, body, secrets }),
  };
  return { secret, headers, body, now };
}

async function reasonOf(input: VerifyInput): Promise<string | null> {
  try {
    await verify(input);
    return null;
  } catch (error) {
    if (error instanceof VerificationError) return error.reason;
    throw error;
  }
}
