import { createHash } from "node:crypto";
import type { Seal } from "../base/seal.ts";
import { SendingSecrets } from "../contract/resources/sending.ts";
import type { ServedEndpoint } from "../store/endpoints.ts";
import { createCut, type Cut } from "./cut.ts";
import type { ClientIdentity } from "./pools.ts";

/** What every request of an endpoint carries or shows that nobody else may know. */
export interface Credentials {
  /** Its own headers, and `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly identity: ClientIdentity | null;
  /** Takes all of its secrets out of a text. */
  readonly cut: Cut;
}

/** The secrets of an endpoint, opened. */
export interface Secrets {
  /** `whsec_…`, or the private key `whsk_…`. */
  readonly current: string;
  /** Those before it, newest first, each with its end in milliseconds since the epoch. */
  readonly old: readonly { readonly secret: string; readonly endsAtMs: number }[];
  readonly credentials: Credentials;
}

/** A secret cannot be opened with this master key. */
export class UnreadableSecret extends Error {
  override readonly name = "UnreadableSecret";
}

/** @throws {UnreadableSecret} */
export function openSecrets(seal: Seal, endpoint: ServedEndpoint): Secrets {
  try {
    const current = seal.open(endpoint.secret);
    const old = endpoint.old_secrets.map((secret, index) => ({
      secret: seal.open(secret),
      endsAtMs: Date.parse(endpoint.old_secrets_end_at[index] ?? ""),
    }));
    const signing = [current, ...old.map(({ secret }) => secret)];
    return { current, old, credentials: openCredentials(seal, endpoint, signing) };
  } catch (cause) {
    throw new UnreadableSecret(`A secret of ${endpoint.id} cannot be opened`, { cause });
  }
}

/** The secrets that sign at a moment, newest first. */
export const liveSecrets = ({ current, old }: Secrets, nowMs: number): string[] => [
  current,
  ...old.filter(({ endsAtMs }) => endsAtMs > nowMs).map(({ secret }) => secret),
];

function openCredentials(
  seal: Seal,
  { sending_secrets: sealed }: ServedEndpoint,
  signing: readonly string[],
): Credentials {
  // A secret of ours is also cut without its prefix.
  const keys = signing.map((secret) => secret.slice(secret.indexOf("_") + 1));
  if (!sealed) return { headers: {}, identity: null, cut: createCut(keys) };
  const kept = SendingSecrets.parse(JSON.parse(seal.open(sealed)));
  const { headers, auth, client_certificate } = kept;
  const secrets = [...keys, ...Object.values(headers), ...secretsOf(auth)];
  const authorization = authorizationOf(auth);
  return {
    headers: authorization === null ? headers : { ...headers, authorization },
    identity: client_certificate && identityOf(client_certificate),
    cut: createCut(secrets),
  };
}

type Auth = SendingSecrets["auth"];

function authorizationOf(auth: Auth): string | null {
  if (auth === null) return null;
  return auth.type === "basic" ? `Basic ${pairOf(auth)}` : `Bearer ${auth.token}`;
}

function secretsOf(auth: Auth): string[] {
  if (auth === null) return [];
  return auth.type === "basic" ? [auth.password, pairOf(auth)] : [auth.token];
}

/** RFC 7617, in UTF-8. */
const pairOf = ({ username, password }: { username: string; password: string }) =>
  Buffer.from(`${username}:${password}`).toString("base64");

function identityOf({
  certificate,
  private_key: privateKey,
}: NonNullable<SendingSecrets["client_certificate"]>): ClientIdentity {
  const id = createHash("sha256").update(certificate).update(privateKey).digest("hex");
  return { id, certificate, privateKey };
}
