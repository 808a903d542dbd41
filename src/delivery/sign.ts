import { createHmac, createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { secretBytes } from "../contract/signature.ts";
import type { SignedContent } from "../contract/signature.ts";

/** Signs one delivery with every secret; the same text that `sign()` of the contract gives, without waiting. */
export type Signer = (input: SignedContent & { readonly secrets: readonly string[] }) => string;

/**
 * Makes the signer of the sending side: synchronous, with each secret's key decoded once.
 * The signer throws a `TypeError` when there is no secret, or one is malformed.
 * @param maxKeys keys kept at most; the one unused for longest goes first.
 */
export function createSigner(maxKeys = 10_000): Signer {
  const keys = new Map<string, KeyObject>();

  function keyOf(secret: string): KeyObject {
    const key = keys.get(secret) ?? createSecretKey(secretBytes(secret));
    keys.delete(secret); // put back at the end: a Map keeps insertion order, so its head is the oldest
    keys.set(secret, key);
    if (keys.size > maxKeys) {
      const [oldest] = keys.keys();
      if (oldest !== undefined) keys.delete(oldest);
    }
    return key;
  }

  return ({ secrets, id, timestamp, body }) => {
    if (secrets.length === 0) throw new TypeError("There is no secret to sign with");
    const head = `${id}.${timestamp}.`;
    return secrets
      .map((secret) => {
        const digest = createHmac("sha256", keyOf(secret))
          .update(head)
          .update(body)
          .digest("base64");
        return `v1,${digest}`;
      })
      .join(" ");
  };
}
