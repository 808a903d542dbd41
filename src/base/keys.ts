import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import type { Signing } from "../contract/resources/sending.ts";

/** A new key to the API: 256 bits of chance, so a plain hash is enough to keep it. */
export const newApiKey = (): string => `hk_${randomBytes(32).toString("base64url")}`;

/** The secret of a new link for a customer or a signer: as hard to guess as a key. */
export const newLinkToken = (): string => `hl_${randomBytes(32).toString("base64url")}`;

/** The token of a new inlet: as hard to guess as a key. */
export const newInletToken = (): string => `hi_${randomBytes(32).toString("base64url")}`;

/** What is kept of a key. */
export const keyHash = (key: string): Buffer => createHash("sha256").update(key).digest();

/** Enough of a key to tell it from others. */
export const keyHint = (key: string): string => `${key.slice(0, 7)}…`;

/** A new secret after Standard Webhooks: 32 random bytes. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** What signs deliveries, and how receivers check it. */
export interface SigningKey {
  /** `whsec_…`, which both sides know, or `whsk_…`, which nobody else gets. */
  readonly secret: string;
  /** `whpk_…`; null where the secret itself is what receivers check with. */
  readonly publicKey: string | null;
}

/** A new key after Standard Webhooks: an HMAC secret, or a pair for Ed25519. */
export function newSigningKey(signing: Signing): SigningKey {
  if (signing === "hmac_sha256") return { secret: newWebhookSecret(), publicKey: null };
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const [seed, publicBytes] = [Buffer.from(d, "base64url"), Buffer.from(x, "base64url")];
  return {
    // Seed and public key in one, as libsodium and other senders of Standard Webhooks keep it.
    secret: `whsk_${Buffer.concat([seed, publicBytes]).toString("base64")}`,
    publicKey: `whpk_${publicBytes.toString("base64")}`,
  };
}
