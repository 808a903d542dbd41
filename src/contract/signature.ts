/**
 * Standard Webhooks signatures over WebCrypto: the same file runs in Node, in browsers and at the edge. `v1` is HMAC-SHA256
 * with a secret that both sides know (`whsec_…`). `v1a` is Ed25519: the sender keeps the private key, the receiver needs
 * the public one only (`whpk_…`), which may be known to all.
 */

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
const publicKeyPrefix = "whpk_";
const publicKeyLength = 32;
/** Signatures by private keys that are checked at most: each costs a computation, and a header may hold hundreds. */
const maxAsymmetric = 16;
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
 * Whether a `webhook-signature` header holds a signature made with one of the secrets, or with the private key of one of
 * the public keys. HMACs are compared in constant time, and the body is hashed once per secret however long the header
 * is; of `v1a` signatures the first 16 are looked at.
 * @param input.secrets `whsec_…` and `whpk_…`, in any order; entries of other versions in the header are passed over.
 * @throws {TypeError} when there is no secret, or one is malformed.
 */
export async function checkSignature(
  input: SignedContent & { readonly secrets: readonly string[]; readonly signature: string },
): Promise<boolean> {
  const publicKeys = input.secrets.filter(isPublicKey);
  const secrets = input.secrets.filter((secret) => !isPublicKey(secret));
  if (publicKeys.length === 0) return checkHmac({ ...input, secrets });
  const isByPrivateKey = await checkEd25519(input, publicKeys);
  return (secrets.length > 0 && (await checkHmac({ ...input, secrets }))) || isByPrivateKey;
}

/**
 * Whether a delivery can be checked with this: a secret or a public key.
 * @throws {TypeError} saying what is wrong with it, without showing it.
 */
export function requireVerifier(secret: string): void {
  if (isPublicKey(secret)) publicKeyBytes(secret);
  else secretBytes(secret);
}

/**
 * The key inside a secret of the form `whsec_<base64 of 24 to 64 bytes>`.
 * @throws {TypeError} saying what is wrong with the secret, without showing it.
 */
export function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith(secretPrefix)) {
    throw new TypeError(`The secret must start with ${secretPrefix}; copy it whole`);
  }
  const bytes = bytesOf(secret.slice(secretPrefix.length));
  if (!bytes) throw new TypeError(`The secret must be base64 after ${secretPrefix}; copy it whole`);
  if (bytes.length < minSecretBytes || bytes.length > maxSecretBytes) {
    throw new TypeError(
      `The secret must hold ${minSecretBytes} to ${maxSecretBytes} bytes, not ${bytes.length}`,
    );
  }
  return bytes;
}

const isPublicKey = (secret: string) => secret.startsWith(publicKeyPrefix);

function publicKeyBytes(key: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(key.slice(publicKeyPrefix.length));
  if (bytes?.length === publicKeyLength) return bytes;
  throw new TypeError(
    `The public key must be ${publicKeyLength} bytes in base64 after ${publicKeyPrefix}; copy it whole`,
  );
}

/** @returns undefined for what is not base64. */
function bytesOf(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  if (!base64.test(encoded)) return undefined;
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

async function checkHmac(
  input: SignedContent & { readonly secrets: readonly string[]; readonly signature: string },
): Promise<boolean> {
  const expected = (await sign(input)).split(" ");
  let matches = 0;
  for (const candidate of entriesOf(input.signature, "v1,")) {
    for (const signature of expected) matches += equalInConstantTime(candidate, signature) ? 1 : 0;
  }
  return matches > 0;
}

async function checkEd25519(
  input: SignedContent & { readonly signature: string },
  publicKeys: readonly string[],
): Promise<boolean> {
  const base = signatureBase(input.id, input.timestamp, input.body);
  const given = entriesOf(input.signature, "v1a,").slice(0, maxAsymmetric);
  const signatures = given.flatMap((entry) => bytesOf(entry.slice("v1a,".length)) ?? []);
  const checks = publicKeys.map(async (publicKey) => {
    const bytes = publicKeyBytes(publicKey);
    const key = await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
    return Promise.all(signatures.map((one) => crypto.subtle.verify("Ed25519", key, one, base)));
  });
  return (await Promise.all(checks)).flat().includes(true);
}

const entriesOf = (header: string, version: "v1," | "v1a,") =>
  header.split(" ").filter((entry) => entry.startsWith(version));

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
