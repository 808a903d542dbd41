/** Standard Webhooks signatures over WebCrypto: the same file runs in Node, in browsers and at the edge. */

/** What is signed: one delivery, as it travels. */
export interface SignedContent {
  /** The event's id, sent as `webhook-id`. */
  readonly id: string;
  /** Whole seconds since the epoch, sent as `webhook-timestamp`. */
  readonly timestamp: number;
  /** The raw body. Bytes are signed as they are, text as UTF-8. */
  readonly body: string | Uint8Array;
}

const secretPrefix = "whsec_";
const minSecretBytes = 24;
const maxSecretBytes = 64;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes that a signature covers: `<id>.<timestamp in whole seconds>.<body>`. */
export function signatureBase(
  id: string,
  timestampSeconds: number,
  body: string | Uint8Array,
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const head = encoder.encode(`${id}.${timestampSeconds}.`);
  const tail = typeof body === "string" ? encoder.encode(body) : body;
  const base = new Uint8Array(head.length + tail.length);
  base.set(head);
  base.set(tail, head.length);
  return base;
}

/**
 * Signs one delivery with every secret, newest first, for the `webhook-signature` header.
 * @returns `v1,<base64 of HMAC-SHA256>` per secret, joined by spaces.
 * @throws {TypeError} when there is no secret, or one is malformed; the message never shows it.
 */
export async function sign(
  input: SignedContent & { readonly secrets: readonly string[] },
): Promise<string> {
  if (input.secrets.length === 0) throw new TypeError("There is no secret to sign with");
  const base = signatureBase(input.id, input.timestamp, input.body);
  const signatures = await Promise.all(input.secrets.map((secret) => signBase(secret, base)));
  return signatures.join(" ");
}

/**
 * Whether a `webhook-signature` header holds a `v1` signature made with one of the secrets.
 * Compares in constant time, and hashes the body once per secret however long the header is.
 * @param input.signature the header's value; entries of other versions are passed over.
 * @throws {TypeError} when there is no secret, or one is malformed.
 */
export async function checkSignature(
  input: SignedContent & { readonly secrets: readonly string[]; readonly signature: string },
): Promise<boolean> {
  const expected = (await sign(input)).split(" ");
  const given = input.signature.split(" ").filter((entry) => entry.startsWith("v1,"));
  let matches = 0;
  for (const candidate of given) {
    for (const signature of expected) matches += equalInConstantTime(candidate, signature) ? 1 : 0;
  }
  return matches > 0;
}

/**
 * The key inside a secret of the form `whsec_<base64 of 24 to 64 bytes>`.
 * @throws {TypeError} saying what is wrong with the secret, without showing it.
 */
export function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith(secretPrefix)) {
    throw new TypeError(`The secret must start with ${secretPrefix}; copy it whole`);
  }
  const encoded = secret.slice(secretPrefix.length);
  if (!base64.test(encoded)) {
    throw new TypeError(`The secret must be base64 after ${secretPrefix}; copy it whole`);
  }
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  if (bytes.length < minSecretBytes || bytes.length > maxSecretBytes) {
    throw new TypeError(
      `The secret must hold ${minSecretBytes} to ${maxSecretBytes} bytes, not ${bytes.length}`,
    );
  }
  return bytes;
}

async function signBase(secret: string, base: Uint8Array<ArrayBuffer>): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secretBytes(secret), algorithm, false, ["sign"]);
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, base));
  return `v1,${btoa(String.fromCharCode(...digest))}`;
}

function equalInConstantTime(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) {
    // No branch here: the time taken must not depend on where the two differ.
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  }
  return difference === 0;
}
