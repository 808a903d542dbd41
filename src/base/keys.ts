import { createHash, randomBytes } from "node:crypto";

/** A new key to the API: 256 bits of chance, so a plain hash is enough to keep it. */
export const newApiKey = (): string => `hk_${randomBytes(32).toString("base64url")}`;

/** What is kept of a key. */
export const keyHash = (key: string): Buffer => createHash("sha256").update(key).digest();

/** Enough of a key to tell it from others. */
export const keyHint = (key: string): string => `${key.slice(0, 7)}…`;

/** A new secret after Standard Webhooks: 32 random bytes. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;
