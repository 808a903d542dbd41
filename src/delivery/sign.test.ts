import { createPublicKey, verify } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { newSigningKey } from "../base/keys.ts";
import { checkSignature, sign } from "../contract/signature.ts";
import { createSigner } from "./sign.ts";

const secretOf = (key: Uint8Array) => `whsec_${Buffer.from(key).toString("base64")}`;
const drawnSecret = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(secretOf);
const drawnDelivery = fc.record({
  id: fc.stringMatching(/^evt_[0-9a-z]{1,26}$/),
  timestamp: fc.integer({ min: 0, max: 4_000_000_000 }),
  body: fc.string({ unit: "grapheme" }),
});

describe("createSigner()", () => {
  test("signs as the contract and the standardwebhooks package do", async () => {
    const signNow = createSigner();
    const secrets = fc.array(drawnSecret, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(drawnDelivery, secrets, async (delivery, drawn) => {
        const signature = signNow({ ...delivery, secrets: drawn });
        const date = new Date(delivery.timestamp * 1_000);
        const standard = drawn.map((secret) =>
          new Webhook(secret).sign(delivery.id, date, delivery.body),
        );

        expect(signature).toBe(await sign({ ...delivery, secrets: drawn }));
        expect(signature).toBe(standard.join(" "));
        expect(signNow({ ...delivery, body: Buffer.from(delivery.body), secrets: drawn })).toBe(
          signature,
        );
      }),
    );
  });

  test("signs with private keys so that their public keys check it, beside secrets", async () => {
    const signNow = createSigner();
    const [pair, other] = [newSigningKey("ed25519"), newSigningKey("ed25519")];
    const { secret } = newSigningKey("hmac_sha256");
    await fc.assert(
      fc.asyncProperty(drawnDelivery, async (delivery) => {
        const secrets = [pair.secret, secret, other.secret];
        const signature = signNow({ ...delivery, secrets });
        const [first = "", second, third = ""] = signature.split(" ");
        const text = Buffer.from(`${delivery.id}.${delivery.timestamp}.${delivery.body}`);

        expect(verify(null, text, publicKeyOf(pair), bytesOf(first))).toBe(true);
        expect(verify(null, text, publicKeyOf(other), bytesOf(third))).toBe(true);
        expect(second).toBe(await sign({ ...delivery, secrets: [secret] }));
        for (const known of [pair.publicKey ?? "", other.publicKey ?? "", secret]) {
          expect(await checkSignature({ ...delivery, signature, secrets: [known] })).toBe(true);
        }
        const bytes = { ...delivery, body: Buffer.from(delivery.body) };
        expect(signNow({ ...bytes, secrets })).toBe(signature);
      }),
    );
  });

  test("signs the same whatever its cache has forgotten", () => {
    const [roomy, tiny] = [createSigner(), createSigner(2)];
    const delivery = { id: "evt_1", timestamp: 1_700_000_000, body: "{}" };
    const secrets = Array.from({ length: 5 }, (_, index) => secretOf(Buffer.alloc(24, index)));

    for (const secret of [...secrets, ...secrets.toReversed()]) {
      expect(tiny({ ...delivery, secrets: [secret] })).toBe(
        roomy({ ...delivery, secrets: [secret] }),
      );
    }
  });

  test("refuses a bad secret and no secret", () => {
    const signNow = createSigner();
    const delivery = { id: "evt_1", timestamp: 1_700_000_000, body: "{}" };

    expect(() => signNow({ ...delivery, secrets: ["nope"] })).toThrow("must start with whsec_");
    expect(() => signNow({ ...delivery, secrets: ["whsk_AAAA"] })).toThrow(
      "must hold 64 bytes, not 3",
    );
    expect(() => signNow({ ...delivery, secrets: [] })).toThrow("There is no secret to sign with");
  });
});

const bytesOf = (entry: string) => Buffer.from(entry.replace(/^v1a,/, ""), "base64");

/** Read by Node, by way of a form that nothing of ours writes. */
function publicKeyOf({ publicKey }: { publicKey: string | null }) {
  const x = Buffer.from(publicKey?.replace(/^whpk_/, "") ?? "", "base64").toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}
