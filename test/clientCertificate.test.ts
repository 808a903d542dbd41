import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from "node:tls";
import { describe, expect, onTestFinished } from "vitest";
import type { Client } from "../src/sdk/index.ts";
import {
  givenAuthority,
  givenPrivateKey,
  type TestAuthority,
  type TestIdentity,
} from "./certificates.ts";
import { givenPair, test } from "./service.ts";
import { dump } from "./world.ts";

const url = "https://example.com/hooks";

describe("a client certificate", () => {
  test("is shown to a receiver that asks for one, at once when it changes, and by its endpoint only", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const authority = givenAuthority("Authority of the receiver");
    const receiver = await givenReceiver(authority);
    const pem = (name: string) => asGiven(authority.issue({ name }));
    const create = (given: object) => sales.endpoints.create({ url: receiver.url, ...given });
    const first = await create({ client_certificate: pem("first") });
    const second = await create({ client_certificate: pem("second") });
    const none = await create({});
    const stranger = await create({
      client_certificate: asGiven(givenAuthority().issue({ name: "x" })),
    });

    // The same receiver by turns: neither a connection nor a TLS session of one serves another.
    for (let round = 0; round < 2; round += 1) {
      expect(await tried(sales, first)).toMatchObject({ status_code: 204, error: null });
      expect(await tried(sales, none)).toMatchObject(refused);
      expect(await tried(sales, second)).toMatchObject({ status_code: 204, error: null });
      expect(await tried(sales, stranger)).toMatchObject(refused);
    }
    expect(receiver.names).toEqual(["first", "second", "first", "second"]);

    await sales.endpoints.update({ id: first.id, client_certificate: pem("renewed") });
    expect(await tried(sales, first)).toMatchObject({ status_code: 204 });
    expect(receiver.names.at(-1)).toBe("renewed");
    const removed = await sales.endpoints.update({ id: first.id, client_certificate: null });
    expect(removed.client_certificate).toBeNull();
    expect(await tried(sales, first)).toMatchObject(refused);
  });

  test("is shown with subject, fingerprint and end; its key lies nowhere in the open", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const endsAt = new Date(Math.ceil(Date.now() / 86_400_000 + 365) * 86_400_000);
    const authority = givenAuthority();
    const identity = authority.issue({ name: "heliograph", endsAt });
    const chain = { ...identity, certificate: identity.certificate + authority.certificate };
    const { id } = await sales.endpoints.create({ url, client_certificate: asGiven(chain) });

    const { client_certificate } = await sales.endpoints.get({ id });
    expect(client_certificate).toEqual({
      subject: "CN=heliograph",
      fingerprint: new X509Certificate(identity.certificate).fingerprint256,
      expires_at: endsAt.toISOString(),
    });
    const rows = JSON.stringify(await dump(service.sql));
    const [, line = ""] = identity.privateKey.split("\n");
    expect(line.length).toBeGreaterThan(40);
    expect(rows).not.toContain(line);
    expect(rows).not.toContain(Buffer.from(line).toString("hex"));
  });

  test("without an end is good to the end of what is counted here", async ({ service }) => {
    const { sales } = await givenPair(service);
    const endsAt = new Date("9999-12-31T23:59:59Z");
    const identity = givenAuthority().issue({ name: "heliograph", endsAt });
    const made = await sales.endpoints.create({ url, client_certificate: asGiven(identity) });

    expect(made.client_certificate?.expires_at).toBe("2999-12-31T00:00:00.000Z");
  });

  test("that cannot be used is refused, and says why", async ({ service }) => {
    const { sales } = await givenPair(service);
    const authority = givenAuthority();
    const good = asGiven(authority.issue({ name: "good" }));
    const old = asGiven(authority.issue({ name: "old", endsAt: new Date("2001-01-02T00:00:00Z") }));
    const { id } = await sales.endpoints.create({ url, client_certificate: good });
    const encrypted = createPrivateKey(good.private_key)
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" })
      .toString();
    const torn = good.certificate.replace(/\n.{8}/, "\nAAAAAAAA");
    const before = await dump(service.sql);
    const [certificateAt, keyAt] = ["certificate", "private_key"].map(
      (part) => `/client_certificate/${part}`,
    );

    for (const [bad, at, message] of [
      [{ certificate: "none" }, certificateAt, "Must hold a certificate in PEM"],
      [{ certificate: torn }, certificateAt, "Cannot be read; must be certificates in PEM"],
      [
        { certificate: good.certificate + torn },
        certificateAt,
        "Cannot be read; must be certificates in PEM",
      ],
      [old, certificateAt, "Has ended at 2001-01-02T00:00:00.000Z; have it renewed"],
      [{ private_key: "none" }, keyAt, "Cannot be read; must be a private key in PEM"],
      [
        { private_key: givenPrivateKey() },
        keyAt,
        "Is not the key of the first certificate; check that they belong together",
      ],
      [
        { private_key: encrypted },
        keyAt,
        "Is encrypted; give it without a passphrase, it is kept encrypted here",
      ],
      [
        { certificate: authority.certificate + good.certificate },
        keyAt,
        "Is not the key of the first certificate; check that they belong together",
      ],
    ] as const) {
      const client_certificate = { ...good, ...bad };
      for (const call of [
        sales.endpoints.create({ url, client_certificate }).catch((error: unknown) => error),
        sales.endpoints.update({ id, client_certificate }).catch((error: unknown) => error),
      ]) {
        expect(await call).toMatchObject({
          code: "invalid",
          problem: { errors: [{ at, message }] },
        });
      }
    }
    expect(await dump(service.sql)).toEqual(before);
  });
});

const asGiven = ({ certificate, privateKey }: TestIdentity) => ({
  certificate,
  private_key: privateKey,
});

/** The receiver's word comes after the handshake: it may hang up before it is read. */
const refused = {
  outcome: "failed_endpoint",
  status_code: null,
  error: expect.stringMatching(/^(tls|connection_reset)$/) as string,
};

const tried = (client: Client, { id }: { id: string }) =>
  client.endpoints.test({ id, type: "new_customer" });

/** A receiver that takes requests only from those whom the authority knows, trusted for the length of the test. */
async function givenReceiver(authority: TestAuthority) {
  const names: unknown[] = [];
  const { certificate: cert, privateKey: key } = authority.issue({
    name: "localhost",
    host: "localhost",
  });
  const trusted = getCACertificates("default");
  setDefaultCACertificates([...trusted, authority.certificate]);
  const options = { cert, key, ca: authority.certificate, requestCert: true };
  const server = createServer(options, (request, response) => {
    names.push((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    response.writeHead(204).end();
  });
  onTestFinished(() => {
    setDefaultCACertificates(trusted);
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: `https://localhost:${(server.address() as AddressInfo).port}/`, names };
}
