import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { createSecureContext } from "node:tls";
import { invalid } from "../contract/errors.ts";
import type { Endpoint } from "../contract/resources/delivery.ts";
import type { ClientCertificate } from "../contract/resources/sending.ts";

const certificateAt = "/client_certificate/certificate";
const privateKeyAt = "/client_certificate/private_key";
const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** The contract's instants end here; certificates without an end name the year 9999. */
const lastInstantMs = Date.UTC(2999, 11, 31);

/**
 * Reads a certificate with its private key, and checks that a TLS connection can be made with them now.
 * @returns what may be shown of it.
 * @throws {ApiError} `invalid` at the part that cannot be used; nothing of the key is told.
 */
export function readClientCertificate({
  certificate,
  private_key,
}: ClientCertificate): NonNullable<Endpoint["client_certificate"]> {
  const [own] = readChain(certificate);
  const key = readPrivateKey(private_key);
  if (!own) throw invalid(certificateAt, "Must hold a certificate in PEM");
  if (!own.checkPrivateKey(key)) {
    throw invalid(
      privateKeyAt,
      "Is not the key of the first certificate; check that they belong together",
    );
  }
  const endsAtMs = Date.parse(own.validTo);
  // By the real time, as the receiver's TLS has it.
  if (endsAtMs <= Date.now()) {
    throw invalid(
      certificateAt,
      `Has ended at ${new Date(endsAtMs).toISOString()}; have it renewed`,
    );
  }
  requireUsable(certificate, private_key);
  return {
    subject: oneLine(own.subject),
    fingerprint: own.fingerprint256,
    expires_at: new Date(Math.min(endsAtMs, lastInstantMs)).toISOString(),
  };
}

function readChain(pem: string): X509Certificate[] {
  try {
    return (pem.match(pemBlock) ?? []).map((block) => new X509Certificate(block));
  } catch {
    throw invalid(certificateAt, "Cannot be read; must be certificates in PEM");
  }
}

function readPrivateKey(pem: string): KeyObject {
  if (pem.includes("ENCRYPTED")) {
    throw invalid(
      privateKeyAt,
      "Is encrypted; give it without a passphrase, it is kept encrypted here",
    );
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw invalid(privateKeyAt, "Cannot be read; must be a private key in PEM");
  }
}

/** OpenSSL has an opinion of its own, for instance on short keys. */
function requireUsable(cert: string, key: string): void {
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(":").at(-1) : "";
    throw invalid(certificateAt, `Cannot be used for TLS: ${reason}`);
  }
}

/** A subject comes with an attribute a line. */
const oneLine = (subject: string | undefined) =>
  (subject ?? "")
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ", ")
    .slice(0, 1_000)
    .trim() || "(none)";
