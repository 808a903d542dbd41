import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/**
 * X.509 certificates made at test time: Node can read but not make them, and not every machine has `openssl`. Just enough
 * DER for an authority and what it issues, on the curve P-256.
 */

/** A certificate with its private key, both in PEM. */
export interface TestIdentity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What signs certificates. */
export interface TestAuthority extends TestIdentity {
  issue(given: {
    /** The common name. */
    readonly name: string;
    /** DNS name it is good for as a server. */
    readonly host?: string;
    readonly endsAt?: Date;
  }): TestIdentity;
}

const tomorrow = () => new Date(Date.now() + 86_400_000);

export function givenAuthority(name = "Test Authority"): TestAuthority {
  const keys = newKeys();
  const extensions = [extension("551d13", sequence(Buffer.from("0101ff", "hex")))]; // a CA
  const certificate = make(
    { subject: name, endsAt: tomorrow(), publicKey: keys.publicKey, extensions },
    { name, key: keys.privateKey },
  );
  return {
    certificate,
    privateKey: pemOf(keys.privateKey),
    issue({ name: subject, host, endsAt = tomorrow() }) {
      const own = newKeys();
      const names =
        host === undefined ? [] : [extension("551d11", sequence(tlv(0x82, Buffer.from(host))))];
      const issued = { subject, endsAt, publicKey: own.publicKey, extensions: names };
      return {
        certificate: make(issued, { name, key: keys.privateKey }),
        privateKey: pemOf(own.privateKey),
      };
    },
  };
}

/** A private key in PEM that belongs to no certificate. */
export const givenPrivateKey = (): string => pemOf(newKeys().privateKey);

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

const pemOf = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();

interface Issued {
  readonly subject: string;
  readonly endsAt: Date;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** RFC 5280, section 4.1. */
function make(issued: Issued, issuer: { readonly name: string; readonly key: KeyObject }): string {
  const ecdsaWithSha256 = sequence(tlv(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const content = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])), // serial number, positive
    ecdsaWithSha256,
    commonName(issuer.name),
    sequence(timeOf(new Date(Date.UTC(2000))), timeOf(issued.endsAt)),
    commonName(issued.subject),
    issued.publicKey.export({ type: "spki", format: "der" }),
    ...(issued.extensions.length > 0 ? [tlv(0xa3, sequence(...issued.extensions))] : []),
  );
  const signature = sign("sha256", content, issuer.key);
  const certificate = sequence(content, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const commonName = (name: string) =>
  sequence(
    tlv(0x31, sequence(tlv(0x06, Buffer.from("550403", "hex")), tlv(0x0c, Buffer.from(name)))),
  );

const extension = (oid: string, value: Buffer) =>
  sequence(tlv(0x06, Buffer.from(oid, "hex")), tlv(0x04, value));

/** Two digits for the year until 2049, four after. */
function timeOf(at: Date): Buffer {
  const digits = at.toISOString().replace(/\.\d+/, "").replaceAll(/[-:T]/g, "");
  return at.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(digits.slice(2)))
    : tlv(0x18, Buffer.from(digits));
}

const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
