import { createHmac, createPrivateKey, createSecretKey, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { secretBytes } from "../contract/signature.ts";
import type { SignedContent } from "../contract/signature.ts";

/**
 * Signs one delivery with every secret, newest first: `v1` with `whsec_…`, the same text that `sign()` of the contract
 * gives, and `v1a` with the private keys `whsk_…`. Without waiting.
 */
export type Signer = (input: SignedContent & { readonly secrets: readonly string[] }) => string;

/**
 * Makes the signer of the sending side: synchronous, with each secret's key decoded once.
 * The signer throws a `TypeError` when there is no secret, or one is malformed.
 * @param maxKeys keys kept at most; the one unused for longest goes first.
 */
export function createSigner(maxKeys = 10_000): Signer {
  const keys = new Map<string, KeyObject>();

  function keyOf(secret: string): KeyObject {
    const key = keys.get(secret) ?? keyFrom(secret);
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
        const key = keyOf(secret);
        return key.type === "private" ? signEd25519(key, head, body) : signHmac(key, head, body);
      })
      .join(" ");
  };
}

const privatePrefix = "whsk_";
const seedBytes = 32;
/** What stands before the seed in PKCS #8, RFC 8410. */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");

function keyFrom(secret: string): KeyObject {
  if (!secret.startsWith(privatePrefix)) return createSecretKey(secretBytes(secret));
  const bytes = Buffer.from(secret.slice(privatePrefix.length), "base64");
  if (bytes.length !== 2 * seedBytes) {
    throw new TypeError(`The private key must hold ${2 * seedBytes} bytes, not ${bytes.length}`);
  }
  const key = Buffer.concat([pkcs8Head, bytes.subarray(0, seedBytes)]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

type Body = SignedContent["body"];

function signHmac(key: KeyObject, head: string, body: Body): string {
  return `v1,${createHmac("sha256", key).update(head).update(body).digest("base64")}`;
}

/** Ed25519 hashes the text twice, so it cannot be given in parts. */
function signEd25519(key: KeyObject, head: string, body: Body): string {
  const text = Buffer.concat([Buffer.from(head), Buffer.from(body)]);
  return `v1a,${sign(null, text, key).toString("base64")}`;
}
