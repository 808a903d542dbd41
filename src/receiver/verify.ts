import type { EventEnvelope } from "../contract/catalogue.ts";
import type { InboundEnvelope } from "../contract/inbound.ts";
import { checkSignature, requireVerifier } from "../contract/signature.ts";

/** A delivery whose signature holds. `inbound` ones come to endpoints that ask for them; narrow by `type`. */
export type VerifiedEvent = EventEnvelope | InboundEnvelope;

/** Every way a delivery can fail to verify. Add, never rename. */
export type VerificationReason =
  | "missing_header"
  | "bad_timestamp"
  | "timestamp_too_old"
  | "timestamp_too_new"
  | "no_matching_signature"
  | "bad_secret"
  | "bad_body";

/** A delivery that must not be trusted. Answer it with 400, and look at `reason` when it surprises you. */
export class VerificationError extends Error {
  override readonly name = "VerificationError";
  readonly reason: VerificationReason;

  constructor(reason: VerificationReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A plain object in any case, as Node, Express, Fastify or Lambda give it, or `Headers`. */
export type VerifyHeaders =
  | Pick<Headers, "get">
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyInput {
  /** `whsec_…`, or the public key `whpk_…` of an endpoint that signs with ed25519; a list of them during a rotation. */
  readonly secret: string | readonly string[];
  readonly headers: VerifyHeaders;
  /** The body exactly as it came, before any JSON parser. */
  readonly body: string | Uint8Array;
  /** How far the sender's clock may be from ours, either way, in seconds. 300 unless told. */
  readonly toleranceSeconds?: number;
  /** The current time, for tests. */
  readonly now?: Date;
}

/**
 * Checks that a delivery came from Heliograph, unchanged and recently, and parses it.
 * It does not remember ids: the same event may come more than once, so keep the ids you have handled.
 * @returns the event that the body holds.
 * @throws {VerificationError} with a `reason`; nothing of the body is to be used then.
 */
export async function verify(input: VerifyInput): Promise<VerifiedEvent> {
  const secrets = checkedSecrets(input.secret);
  const body = checkedBody(input.body);
  const id = requiredHeader(input.headers, "webhook-id");
  const signature = requiredHeader(input.headers, "webhook-signature");
  const timestamp = checkedTimestamp(requiredHeader(input.headers, "webhook-timestamp"), input);
  if (!(await checkSignature({ secrets, id, timestamp, body, signature }))) {
    throw new VerificationError(
      "no_matching_signature",
      "No signature matches; check the secret or public key, and that the body is passed byte for byte as it came",
    );
  }
  return parseEvent(body);
}

/** Callers without types often pass a setting that is not there; that is told apart from a wrong one. */
function checkedSecrets(secret: string | readonly string[] | undefined): readonly string[] {
  const secrets = typeof secret === "string" ? [secret] : (secret ?? []);
  if (secrets.length === 0) {
    throw new VerificationError(
      "bad_secret",
      "Pass the endpoint's secret or public key, or a list",
    );
  }
  try {
    for (const one of secrets) requireVerifier(one);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "The secret cannot be read";
    throw new VerificationError("bad_secret", message, { cause });
  }
  return secrets;
}

/** Callers without types often pass what a JSON parser made of the body; no signature can match that. */
function checkedBody(body: unknown): string | Uint8Array {
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  throw new VerificationError("bad_body", "Pass the raw body as text or bytes, not the parsed one");
}

function requiredHeader(headers: VerifyHeaders, name: string): string {
  const value = headerValue(headers, name);
  if (value === "") throw new VerificationError("missing_header", `There is no ${name} header`);
  return value;
}

/** A header that came several times is joined, so that only `webhook-signature` can still be valid. */
export function headerValue(headers: VerifyHeaders, name: string): string {
  if (isHeaders(headers)) return headers.get(name) ?? "";
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  if (value === undefined) return "";
  return typeof value === "string" ? value : value.join(" ");
}

/** Not `instanceof`: frameworks and polyfills bring a `Headers` class of their own. */
function isHeaders(headers: VerifyHeaders): headers is Pick<Headers, "get"> {
  return typeof headers["get"] === "function";
}

function checkedTimestamp(header: string, { toleranceSeconds = 300, now }: VerifyInput): number {
  if (!/^\d{1,12}$/.test(header)) {
    throw new VerificationError(
      "bad_timestamp",
      "The webhook-timestamp header is not whole seconds",
    );
  }
  const timestamp = Number(header);
  const age = Math.floor((now?.getTime() ?? Date.now()) / 1_000) - timestamp;
  // Written as "not within" so that a tolerance or clock that is not a number refuses all, not none.
  if (!(age <= toleranceSeconds)) {
    throw new VerificationError("timestamp_too_old", `The delivery was signed ${age} s ago`);
  }
  if (!(-age <= toleranceSeconds)) {
    throw new VerificationError(
      "timestamp_too_new",
      `The delivery is from ${-age} s ahead of this clock`,
    );
  }
  return timestamp;
}

function parseEvent(body: string | Uint8Array): VerifiedEvent {
  let event: unknown;
  try {
    const text =
      typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body);
    event = JSON.parse(text);
  } catch (cause) {
    throw new VerificationError("bad_body", "The body is signed but is not JSON", { cause });
  }
  if (isEvent(event)) return event;
  throw new VerificationError("bad_body", "The body is signed but has no id and type");
}

function isEvent(value: unknown): value is VerifiedEvent {
  if (typeof value !== "object" || value === null || !("id" in value && "type" in value))
    return false;
  return typeof value.id === "string" && typeof value.type === "string";
}
