import { generateKeyPairSync, randomBytes, sign as signWith } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { checkSignature, requireVerifier, secretBytes, sign, signatureBase } from "./signature.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const otherSecret = `whsec_${randomBytes(32).toString("base64")}`;
const delivery = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
};

describe("signatureBase()", () => {
  test("joins id, seconds and body by full stops, text and bytes alike", () => {
    const text = signatureBase("evt_1", 1_700_000_000, "größe");
    const bytes = signatureBase("evt_1", 1_700_000_000, new TextEncoder().encode("größe"));

    expect(new TextDecoder().decode(text)).toBe("evt_1.1700000000.größe");
    expect(bytes).toEqual(text);
  });
});

describe("sign()", () => {
  test("agrees with the published example of Standard Webhooks", async () => {
    expect(await sign({ ...delivery, secrets: [secret] })).toBe(
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
  });

  test("agrees with the standardwebhooks package", async () => {
    const input = fc.record({
      id: fc.stringMatching(/^evt_[0-9a-z]{1,26}$/),
      timestamp: fc.integer({ min: 0, max: 4_000_000_000 }),
      body: fc.string({ unit: "grapheme" }),
      key: fc.uint8Array({ minLength: 24, maxLength: 64 }),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ key, ...content }) => {
        const drawn = `whsec_${Buffer.from(key).toString("base64")}`;
        const date = new Date(content.timestamp * 1_000);
        expect(await sign({ ...content, secrets: [drawn] })).toBe(
          new Webhook(drawn).sign(content.id, date, content.body),
        );
      }),
    );
  });

  test("gives one signature per secret, in order", async () => {
    const both = await sign({ ...delivery, secrets: [otherSecret, secret] });
    const one = await sign({ ...delivery, secrets: [otherSecret] });
    const two = await sign({ ...delivery, secrets: [secret] });

    expect(both).toBe(`${one} ${two}`);
  });

  test("refuses to sign with nothing", async () => {
    await expect(sign({ ...delivery, secrets: [] })).rejects.toThrow(
      "There is no secret to sign with",
    );
  });
});

describe("checkSignature()", () => {
  test("accepts any of the secrets among any of the signatures", async () => {
    const signature = await sign({ ...delivery, secrets: [otherSecret, secret] });

    expect(await checkSignature({ ...delivery, signature, secrets: [secret] })).toBe(true);
    expect(await checkSignature({ ...delivery, signature, secrets: [otherSecret] })).toBe(true);
  });

  test("passes over other versions and rubbish", async () => {
    const good = await sign({ ...delivery, secrets: [secret] });
    const check = (signature: string) =>
      checkSignature({ ...delivery, signature, secrets: [secret] });

    expect(await check(`v1a,abc v2,def ,  ${good}`)).toBe(true);
    expect(await check(good.replace("v1,", "v2,"))).toBe(false);
    expect(await check(good.slice(0, -1))).toBe(false);
    expect(await check("v1,")).toBe(false);
    expect(await check("")).toBe(false);
  });

  test("notices any change to id, time, body or secret", async () => {
    const signature = await sign({ ...delivery, secrets: [secret] });
    const check = (change: object) =>
      checkSignature({ ...delivery, secrets: [secret], ...change, signature });

    expect(await check({})).toBe(true);
    expect(await check({ id: `${delivery.id}x` })).toBe(false);
    expect(await check({ timestamp: delivery.timestamp + 1 })).toBe(false);
    expect(await check({ body: `${delivery.body} ` })).toBe(false);
    expect(await check({ secrets: [otherSecret] })).toBe(false);
  });
});

describe("checkSignature() with a public key", () => {
  test("accepts what its private key signed, and notices any change", async () => {
    const { publicKey, signed } = givenPair();
    const signature = `v1a,AAAA v1a,!! ${signed}`;
    const check = (change: object) =>
      checkSignature({ ...delivery, secrets: [publicKey], signature, ...change });

    expect(await check({})).toBe(true);
    expect(await check({ body: new TextEncoder().encode(delivery.body) })).toBe(true);
    expect(await check({ id: `${delivery.id}x` })).toBe(false);
    expect(await check({ timestamp: delivery.timestamp + 1 })).toBe(false);
    expect(await check({ body: `${delivery.body} ` })).toBe(false);
    expect(await check({ secrets: [givenPair().publicKey] })).toBe(false);
    expect(await check({ signature: signed.replace("v1a,", "v1,") })).toBe(false);
    expect(await check({ signature: "" })).toBe(false);
  });

  test("accepts either of a secret and a public key, and never one for the other", async () => {
    const { publicKey, signed } = givenPair();
    const hmac = await sign({ ...delivery, secrets: [secret] });
    const check = (signature: string, secrets: string[]) =>
      checkSignature({ ...delivery, signature, secrets });

    expect(await check(hmac, [publicKey, secret])).toBe(true);
    expect(await check(signed, [secret, publicKey])).toBe(true);
    expect(await check(`${signed} ${hmac}`, [otherSecret])).toBe(false);
    expect(await check(hmac, [publicKey])).toBe(false);
    expect(await check(signed, [secret])).toBe(false);
    // A public key is known to all: what anybody can compute with it must not count.
    const known = publicKey.replace("whpk_", "whsec_");
    const forged = await sign({ ...delivery, secrets: [known] });
    expect(await check(forged, [publicKey])).toBe(false);
  });

  test("looks at so many signatures and no more", async () => {
    const { publicKey, signed } = givenPair();
    const wrong = `v1a,${randomBytes(64).toString("base64")} `;
    const check = (signature: string) =>
      checkSignature({ ...delivery, signature, secrets: [publicKey] });

    expect(await check(wrong.repeat(15) + signed)).toBe(true);
    expect(await check(wrong.repeat(16) + signed)).toBe(false);
  });
});

describe("requireVerifier()", () => {
  const notAKey = "The public key must be 32 bytes in base64 after whpk_; copy it whole";
  test.each([
    ["whpk_", notAKey],
    ["whpk_not base64!", notAKey],
    [`whpk_${Buffer.alloc(33).toString("base64")}`, notAKey],
    ["whsk_AAAA", "The secret must start with whsec_; copy it whole"],
  ])("says what is wrong with %j", (bad, message) => {
    expect(() => requireVerifier(bad)).toThrow(new TypeError(message));
  });

  test("takes secrets and public keys", () => {
    expect(() => requireVerifier(secret)).not.toThrow();
    expect(() => requireVerifier(givenPair().publicKey)).not.toThrow();
  });
});

describe("secretBytes()", () => {
  test("gives the key back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (key) => {
        const bytes = secretBytes(`whsec_${Buffer.from(key).toString("base64")}`);
        expect(Buffer.from(bytes).equals(key)).toBe(true);
      }),
    );
  });

  test.each([
    ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "The secret must start with whsec_; copy it whole"],
    ["whsec_not base64!", "The secret must be base64 after whsec_; copy it whole"],
    [
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
      "The secret must be base64 after whsec_; copy it whole",
    ],
    ["whsec_", "The secret must hold 24 to 64 bytes, not 0"],
    ["whsec_c2hvcnQ=", "The secret must hold 24 to 64 bytes, not 5"],
    [`whsec_${"A".repeat(88)}`, "The secret must hold 24 to 64 bytes, not 66"],
  ])("says what is wrong with %j", (bad, message) => {
    expect(() => secretBytes(bad)).toThrow(new TypeError(message));
  });
});

/** A public key, and the delivery signed by Node with the private one. */
function givenPair(): { publicKey: string; signed: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  const text = Buffer.from(`${delivery.id}.${delivery.timestamp}.${delivery.body}`);
  return {
    publicKey: `whpk_${Buffer.from(x, "base64url").toString("base64")}`,
    signed: `v1a,${signWith(null, text, privateKey).toString("base64")}`,
  };
}
