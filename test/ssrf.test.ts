import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, inject, onTestFinished } from "vitest";
import type { Sql } from "../src/base/database.ts";
import type { Delivery } from "../src/delivery/delivery.ts";
import { createEgressGuard, parseEgressAllow } from "../src/delivery/egress.ts";
import { createResolve } from "../src/delivery/nameServers.ts";
import { createSender } from "../src/delivery/send.ts";
import { createClient, HeliographError, type Client } from "../src/sdk/index.ts";
import { test as databaseTest } from "./database.ts";
import { givenNode, givenReceiver } from "./deliveryNode.ts";
import { givenTraps, watchDials } from "./dials.ts";
import { givenDnsServer, type DnsAnswer, type Zone } from "./dnsServer.ts";
import { givenCustomers, givenEndpoint, givenEvents, givenOrganization } from "./feedFixture.ts";
import { letWaitsEnd } from "./waits.ts";
import { test as programTest } from "./mainProcess.ts";
import { testSeal } from "./nodeOptions.ts";
import { givenClient, givenSalesOrg, test as serviceTest } from "./service.ts";
import {
  answersThatLead,
  deadNames,
  hostForms,
  malformedUrls,
  openNames,
  refusedAddresses,
  refusedNames,
  refusedUrls,
} from "./ssrfCases.ts";

const open = "127.0.0.1";
const trapAddresses = ["127.0.0.2", "127.255.255.254", "::1"];

const inUrl = (address: string) => (address.includes(":") ? `[${address}]` : address);
const urlsOfRefused = [
  ...refusedAddresses.map((address) => `https://${inUrl(address)}/`),
  ...hostForms.map(([host]) => `https://${host}/`),
  ...refusedUrls,
];

describe("POST /v1/endpoints", () => {
  const test = serviceTest.extend({ egressAllow: open });

  test("refuses every URL that tells by itself where it leads, and keeps none", async ({
    service,
  }) => {
    const client = await givenClient(service, (await givenSalesOrg(service)).id);
    const refusals = Object.fromEntries([
      ...urlsOfRefused.map((url) => [url, { status: 409, rule: "url_reachable" }]),
      ...malformedUrls.map((url) => [url, { status: 422, rule: undefined }]),
    ]);
    const dials = otherDials(service.url);

    const answers: Record<string, unknown> = {};
    for (const url of Object.keys(refusals)) answers[url] = await refusalOf(client, url);

    expect(answers).toEqual(refusals);
    expect((await client.endpoints.list()).data).toEqual([]);
    expect(dials()).toEqual([]);
  });

  test("takes the same forms of an address that is allowed, and no change to another", async ({
    service,
  }) => {
    const client = await givenClient(service, (await givenSalesOrg(service)).id);

    for (const [refused, host] of hostForms) {
      const { id, url } = await client.endpoints.create({ url: `http://${host}:8080/` });
      const changed = client.endpoints.update({ id, url: `http://${refused}:8080/` });
      await expect(changed).rejects.toMatchObject({ problem: { rule: "url_reachable" } });
      expect(await client.endpoints.get({ id })).toMatchObject({ url });
    }
  });

  serviceTest.extend({ egressAllow: "" })(
    "refuses localhost, and plain http",
    async ({ service }) => {
      const client = await givenClient(service, (await givenSalesOrg(service)).id);
      const hosts = ["localhost", "LocalHost", "localhost.", "a.localhost", "a.b.localhost."];
      const loopback = [...hosts, ...hostForms.map(([, host]) => host)].map(
        (host) => `https://${host}/`,
      );

      for (const url of [...loopback, "http://hooks.test/", "http://localhost/"]) {
        expect(await refusalOf(client, url), url).toEqual({ status: 409, rule: "url_reachable" });
      }
    },
  );
});

describe("a delivery", () => {
  databaseTest(
    "dials none of the addresses that its URL names, however it came there",
    async ({ sql }) => {
      const urls = [...urlsOfRefused, ...malformedUrls];
      const { deliver, dials, traps } = await givenNetwork(sql, {});

      const attempts = await deliver(urls);

      expect(attempts).toEqual(Object.fromEntries(urls.map((url) => [url, ["egress_refused"]])));
      expect(dials()).toEqual([]);
      expect(traps.caught).toBe(0);
    },
  );

  databaseTest("dials the same forms of an address that is allowed", async ({ sql }) => {
    const { deliver, dials, receiver, port } = await givenNetwork(sql, {});
    const urls = hostForms.map(([, host], index) => `http://${host}:${port}/${index}`);

    const attempts = await deliver(urls);

    expect(attempts).toEqual(Object.fromEntries(urls.map((url) => [url, ["delivered"]])));
    expect(dials()).toHaveLength(urls.length);
    expect(dials().filter(({ address }) => !isOpen(address))).toEqual([]);
    expect(receiver.requests).toHaveLength(urls.length);
  });

  databaseTest("dials no name with an address that is refused, and all others", async ({ sql }) => {
    const byAddress = refusedAddresses.map((address, index): NamedAnswer => {
      const answer = address.includes(":") ? { aaaa: [address] } : { a: [address] };
      return [`refused-${index}`, answer];
    });
    const zone = zoneOf([...byAddress, ...refusedNames, ...deadNames, ...openNames]);
    const { deliver, dials, traps, receiver, port } = await givenNetwork(sql, zone);
    const expected = Object.fromEntries([
      ...[...byAddress, ...refusedNames].map(([name]) => [
        `https://${name}.test:${port}/`,
        ["egress_refused"],
      ]),
      ...deadNames.map(([name]) => [`https://${name}.test:${port}/`, ["dns"]]),
      ...openNames.map(([name]) => [`http://${name}.test:${port}/`, ["delivered"]]),
    ]);

    const attempts = await deliver(Object.keys(expected));

    expect(attempts).toEqual(expected);
    expect(receiver.requests).toHaveLength(openNames.length);
    expect(new Set(receiver.requests.map(({ headers }) => headers.host))).toEqual(
      new Set(openNames.map(([name]) => `${name}.test:${port}`)),
    );
    expect(dials()).toHaveLength(openNames.length);
    expect(dials().filter(({ address }) => !isOpen(address))).toEqual([]);
    expect(traps.caught).toBe(0);
  });

  databaseTest("refuses each name over plain http too, and public ones there", async ({ sql }) => {
    const names = [...refusedNames, ["public", { a: ["8.8.8.8"] }]] as const;
    const { deliver, dials, traps, port } = await givenNetwork(sql, zoneOf(names));
    const urls = names.map(([name]) => `http://${name}.test:${port}/`);

    expect(await deliver(urls)).toEqual(
      Object.fromEntries(urls.map((url) => [url, ["egress_refused"]])),
    );
    expect(dials()).toEqual([]);
    expect(traps.caught).toBe(0);
  });

  databaseTest(
    "goes where it was checked when a name has another address each time",
    async ({ sql }) => {
      const names = ["to-private", "to-metadata", "to-mix", "to-version-6", "to-nothing"];
      const zone = {
        "to-private.test": [{ a: [open] }, { a: ["127.0.0.2"] }],
        "to-metadata.test": [{ a: [open] }, { a: ["169.254.169.254"] }],
        "to-mix.test": [{ a: [open] }, { a: ["8.8.8.8", "127.0.0.2"] }],
        "to-version-6.test": [{ a: [open] }, { aaaa: ["::1"] }],
        "to-nothing.test": [{ a: [open] }, { code: "noSuchName" }],
      } as const;
      const { deliver, dials, traps, receiver, dns, port } = await givenNetwork(sql, zone);
      receiver.script(() => ({ status: 204, headers: { connection: "close" } }));

      const attempts = await deliver(
        names.map((name) => `http://${name}.test:${port}/`),
        { events: 2 },
      );

      for (const name of names) {
        const then = name === "to-nothing" ? "dns" : "egress_refused";
        expect(attempts[`http://${name}.test:${port}/`], name).toEqual(["delivered", then]);
        expect(dns.asked(`${name}.test`, "a")).toBeGreaterThanOrEqual(2);
      }
      expect(dials()).toEqual(names.map(() => ({ address: open, port })));
      expect(traps.caught).toBe(0);
    },
  );

  databaseTest("stays on a connection to where it was checked, asking once", async ({ sql }) => {
    const zone = { "kept.test": [{ a: [open] }, { a: ["127.0.0.2"] }] };
    const { deliver, dials, receiver, dns, port } = await givenNetwork(sql, zone);

    const attempts = await deliver([`http://kept.test:${port}/`], {
      events: 5,
      connections: 1,
    });

    expect(attempts).toEqual({ [`http://kept.test:${port}/`]: ["delivered"] });
    expect(receiver.accepted()).toHaveLength(5);
    expect(dials()).toEqual([{ address: open, port }]);
    expect([dns.asked("kept.test", "a"), dns.asked("kept.test", "aaaa")]).toEqual([1, 1]);
  });

  databaseTest("comes through once the name leads to where it may go", async ({ sql }) => {
    const zone = { "mended.test": [{ a: ["127.0.0.2"] }, { a: [open] }] };
    const { deliver, dials, traps, receiver, node, port } = await givenNetwork(sql, zone);
    const url = `http://mended.test:${port}/`;
    expect(await deliver([url])).toEqual({ [url]: ["egress_refused"] });

    await letWaitsEnd(sql);
    await (await node).tick();
    await receiver.untilAccepted(1);

    expect(dials()).toEqual([{ address: open, port }]);
    expect(traps.caught).toBe(0);
  });

  databaseTest("follows no answer that leads elsewhere", async ({ sql }) => {
    const zone = {
      ...zoneOf(answersThatLead.map(([name]) => [name, { a: [open] }])),
      ...zoneOf(refusedNames),
    };
    const { deliver, dials, traps, receiver, port } = await givenNetwork(sql, zone);
    const answers = new Map(
      answersThatLead.map(([name, answer]) => [`${name}.test:${port}`, answer]),
    );
    receiver.script(({ headers }) => {
      const answer = answers.get(String(headers.host));
      if (!answer) return 500;
      const led = Object.entries(answer.headers).map(([name, value]) => [
        name,
        value.replaceAll("{port}", String(port)),
      ]);
      return { status: answer.status, headers: Object.fromEntries(led) };
    });

    const attempts = await deliver([...answers.keys()].map((host) => `http://${host}/`));

    for (const [host, { status }] of answers) {
      const outcome = status < 300 ? "delivered" : "failed_event";
      expect(attempts[`http://${host}/`], host).toEqual([outcome]);
    }
    expect(receiver.requests).toHaveLength(answers.size);
    expect(dials()).toEqual([...answers].map(() => ({ address: open, port })));
    expect(traps.caught).toBe(0);
  });
});

describe("what the battery looks with", () => {
  databaseTest("sees a connection to a trap, and one that nobody takes", async ({ sql }) => {
    const { dials, traps, port } = await givenNetwork(sql, {});
    if (process.platform === "linux") expect(traps.addresses).toContain("127.0.0.2");

    for (const address of traps.addresses) await dial(address, port);
    await dial("127.0.0.1", 1);

    await expect.poll(() => traps.caught).toBe(traps.addresses.length);
    expect(dials()).toEqual([
      ...traps.addresses.map((address) => ({ address, port })),
      { address: "127.0.0.1", port: 1 },
    ]);
  });

  databaseTest("sees a delivery reach a trap that is allowed", async ({ sql }) => {
    const zone = { "inside.test": { a: ["127.0.0.2"] } };
    const { deliver, dials, traps, port } = await givenNetwork(sql, zone, "127.0.0.2");

    await deliver([`https://inside.test:${port}/`]);

    expect(dials()[0]).toEqual({ address: "127.0.0.2", port });
    if (traps.addresses.includes("127.0.0.2")) expect(traps.caught).toBeGreaterThan(0);
  });
});

describe("the program", () => {
  programTest(
    "asks the name servers of its settings, and refuses what they say",
    async ({ start, dataDir }) => {
      const dns = await givenDnsServer(
        zoneOf([...refusedNames.slice(0, 3), ...openNames.slice(0, 1)]),
      );
      const settings = { HELIOGRAPH_DNS_SERVERS: dns.address, HELIOGRAPH_EGRESS_ALLOW: open };
      const url = await start(settings).ready;
      const key = (await readFile(join(dataDir, "operator.key"), "utf8")).trim();
      const operator = createClient({ url, key });
      const { id } = await operator.organizations.create({ name: "Sample", roles: ["epc"] });
      const client = createClient({ url, key: (await operator.keys.create({ id })).key });
      const receiver = await givenReceiver();
      const { port } = new URL(receiver.url);
      const test = async (target: string) => {
        const endpoint = await client.endpoints.create({ url: target });
        const { outcome, error } = await client.endpoints.test({
          id: endpoint.id,
          type: "new_install",
        });
        return error ?? outcome;
      };

      for (const [name] of refusedNames.slice(0, 3)) {
        expect(await test(`https://${name}.test:${port}/`)).toBe("egress_refused");
        expect(dns.asked(`${name}.test`, "a")).toBe(1);
      }
      expect(await test(`http://${openNames[0]?.[0]}.test:${port}/`)).toBe("delivered");
      expect(receiver.accepted()).toHaveLength(1);
    },
  );
});

type NamedAnswer = readonly [name: string, answer: DnsAnswer];

const zoneOf = (names: readonly NamedAnswer[]): Zone =>
  Object.fromEntries(names.map(([name, answer]) => [`${name}.test`, answer]));

/** 127.0.0.1, or as a mapped address. */
const isOpen = (address: string) => [open, "::ffff:7f00:1", "::ffff:127.0.0.1"].includes(address);

/**
 * A node that may reach one address and asks a name server of ours; a receiver at 127.0.0.1; traps at the same port of
 * other addresses; and a watch on every dial.
 */
async function givenNetwork(sql: Sql, zone: Zone, allow = open) {
  const dns = await givenDnsServer(zone);
  const receiver = await givenReceiver();
  const port = Number(new URL(receiver.url).port);
  const traps = await givenTraps(port, trapAddresses);
  const guard = createEgressGuard(parseEgressAllow(allow), createResolve([dns.address]));
  const starting = Promise.withResolvers<Delivery>();

  /** @returns by URL, what came of its attempts, each kind once and in order. */
  async function deliver(urls: readonly string[], { events = 1, connections = 10 } = {}) {
    const organizationId = await givenOrganization(sql);
    const [customerId = ""] = await givenCustomers(sql, organizationId, 1);
    const urlOf = new Map<string, string>();
    for (const url of urls) {
      const { id } = await givenEndpoint(sql, testSeal, { organizationId, url });
      urlOf.set(id, url);
    }
    await givenEvents(
      sql,
      organizationId,
      Array.from({ length: events }, () => ({ customerId })),
    );
    const sender = createSender({ guard, connectionsPerOrigin: connections });
    starting.resolve(await givenNode(sql, { sender }));
    const attempts = await settled(sql, { endpoints: urls.length, events });
    const found = Map.groupBy(attempts, ({ endpoint_id }) => urlOf.get(endpoint_id) ?? "");
    return Object.fromEntries(
      [...found].map(([url, made]) => [
        url,
        [...new Set(made.map(({ error, outcome }) => error ?? outcome))],
      ]),
    );
  }
  return { deliver, dials: otherDials(), dns, node: starting.promise, port, receiver, traps };
}

/** All attempts, once each endpoint got all events, or failed. */
async function settled(sql: Sql, { endpoints, events }: { endpoints: number; events: number }) {
  const read = () =>
    sql<{ endpoint_id: string; outcome: string; error: string | null }[]>`
      select endpoint_id, outcome, error from attempts order by id
    `;
  await expect
    .poll(
      async () => {
        const made = Map.groupBy(await read(), ({ endpoint_id }) => endpoint_id).values();
        return [...made].filter(
          (own) => own.length >= events || own.some(({ outcome }) => outcome !== "delivered"),
        ).length;
      },
      { timeout: 30_000, interval: 100 },
    )
    .toBe(endpoints);
  return read();
}

/** Every dial from now on but those to the database and to the service under test. */
function otherDials(serviceUrl = "http://127.0.0.1:0") {
  const own = new Set([inject("postgres").port, Number(new URL(serviceUrl).port)]);
  const dials = watchDials();
  return () => dials().filter(({ port }) => !own.has(port));
}

async function dial(address: string, port: number): Promise<void> {
  const socket = connect(port, address);
  onTestFinished(() => void socket.destroy());
  await once(socket, "close").catch(() => undefined);
}

async function refusalOf(client: Client, url: string): Promise<unknown> {
  const error: unknown = await client.endpoints.create({ url }).catch((thrown: unknown) => thrown);
  if (!(error instanceof HeliographError)) return error;
  return { status: error.status, rule: error.problem.rule };
}
