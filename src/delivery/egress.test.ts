import type { LookupAddress } from "node:dns";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEgressGuard, EgressRefused, parseEgressAllow } from "./egress.ts";
import type { EgressGuard, Resolve } from "./egress.ts";

const strict = createEgressGuard([]);
const homely = createEgressGuard(parseEgressAllow("10.0.0.0/8, 127.0.0.1 fd00::/8"));

const refusedAddresses = [
  ["0.0.0.0", "unspecified"],
  ["10.1.2.3", "private"],
  ["100.64.0.1", "carrier-grade NAT"],
  ["100.100.100.200", "cloud metadata"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["168.63.129.16", "cloud metadata"],
  ["169.254.1.1", "link-local"],
  ["169.254.169.254", "cloud metadata"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["192.0.0.1", "reserved"],
  ["192.0.2.1", "documentation"],
  ["192.168.1.1", "private"],
  ["198.18.0.1", "benchmarking"],
  ["198.19.255.255", "benchmarking"],
  ["198.51.100.1", "documentation"],
  ["203.0.113.1", "documentation"],
  ["224.0.0.1", "multicast"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "broadcast"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["::127.0.0.1", "an IPv4 address in IPv6"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:a9fe:a9fe", "cloud metadata"],
  ["::ffff:0:10.0.0.1", "an IPv4 address in IPv6"],
  ["64:ff9b::10.0.0.1", "private"],
  ["64:ff9b:1::8.8.8.8", "an IPv4 address in IPv6"],
  ["2001::1", "an IPv4 address in IPv6"],
  ["2001:db8::1", "documentation"],
  ["2002:7f00:1::", "loopback"],
  ["2002:c0a8:101::1", "private"],
  ["3fff::1", "documentation"],
  ["5f00::1", "segment routing"],
  ["fc00::1", "private"],
  ["fd00:ec2::254", "cloud metadata"],
  ["fe80::1", "link-local"],
  ["fec0::1", "site-local"],
  ["ff02::1", "multicast"],
  ["100::1", "discard-only"],
  ["2001:2::1", "benchmarking"],
  ["2001:0:4136:e378:8000:63bf:80ff:fffe", "an IPv4 address in IPv6"], // Teredo, of the client 127.0.0.1
  ["2001:0:7f00:1::1", "an IPv4 address in IPv6"], // Teredo, with the server 127.0.0.1
  ["fe80::5efe:8.8.8.8", "link-local"],
  ["2606:4700::5efe:10.0.0.1", "private"],
  ["2606:4700::200:5efe:169.254.169.254", "cloud metadata"],
  ["2002:808:808::5efe:127.0.0.1", "loopback"],
  ["fd00:c1::a9fe:a9fe", "cloud metadata"],
] as const;

const publicAddresses = [
  "1.1.1.1",
  "8.8.8.8",
  "100.63.255.255",
  "100.128.0.1",
  "172.15.255.255",
  "172.32.0.1",
  "192.0.1.1",
  "198.17.255.255",
  "223.255.255.255",
  "2606:4700::1111",
  "2a00:1450:4001::200e",
  "64:ff9b::8.8.8.8",
  "2002:808:808::1",
  "::ffff:8.8.8.8",
  "2606:4700::5efe:8.8.8.8",
] as const;

describe("parseEgressAllow()", () => {
  test("reads ranges and single addresses, by commas or spaces", () => {
    expect(parseEgressAllow(" 10.0.0.0/8,192.168.1.5\n fd00::/8 , ::1 ")).toEqual([
      { address: "10.0.0.0", prefix: 8, family: "ipv4" },
      { address: "192.168.1.5", prefix: 32, family: "ipv4" },
      { address: "fd00::", prefix: 8, family: "ipv6" },
      { address: "::1", prefix: 128, family: "ipv6" },
    ]);
    expect(parseEgressAllow("")).toEqual([]);
  });

  test("names every part that is wrong, not only the first", () => {
    const text =
      "10.0.0.0/8 10.0.0.0/33 localhost ::1/129 1.2.3.4/ 1.2.3.4/8/8 010.0.0.1 fe80::1%eth0 1.2.3.4/-1";

    expect(() => parseEgressAllow(text)).toThrow(
      "10.0.0.0/33, localhost, ::1/129, 1.2.3.4/, 1.2.3.4/8/8, 010.0.0.1, fe80::1%eth0, 1.2.3.4/-1",
    );
  });
});

describe("checkUrl()", () => {
  test.each(refusedAddresses)("refuses %s, which is %s", (address, what) => {
    expect(reasonOf(strict, `https://${inUrl(address)}/`)).toContain(what);
    expect(reasonOf(strict, `https://${inUrl(address)}/`)).toContain("HELIOGRAPH_EGRESS_ALLOW");
  });

  test.each(publicAddresses)("accepts the public %s over https, never over http", (address) => {
    expect(reasonOf(strict, `https://${inUrl(address)}:8443/hook?a=1`)).toBeNull();
    expect(reasonOf(strict, `http://${inUrl(address)}/`)).toContain("must start with https://");
    expect(reasonOf(homely, `http://${inUrl(address)}/`)).toContain("https is needed");
  });

  test.each([
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://0x7f.1/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://①②⑦.0.0.1/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:ffff:127.0.0.1]/",
    "\thttps:\\\\127.0.0.1\\",
  ])("sees loopback in %j", (url) => {
    expect(reasonOf(strict, url)).toContain("loopback");
  });

  test.each([
    ["", "not a URL"],
    ["hooks.test/path", "not a URL"],
    ["https://", "not a URL"],
    ["ftp://hooks.test/", "must start with https://"],
    ["javascript:alert(1)", "must start with https://"],
    ["http://hooks.test/", "must start with https://"],
    ["https://user@hooks.test/", "user name or password"],
    ["https://:secret@hooks.test/", "user name or password"],
    ["https://hooks.test/#part", "fragment"],
    ["https://hooks.test/#", "fragment"],
  ])("refuses %j: %s", (url, reason) => {
    expect(reasonOf(strict, url)).toContain(reason);
  });

  test("accepts names, any port, and what was allowed", () => {
    expect(reasonOf(strict, "https://hooks.test:8443/solar?key=1")).toBeNull();
    expect(reasonOf(homely, "http://hooks.internal/")).toBeNull();
    expect(reasonOf(homely, "http://10.9.8.7:3000/")).toBeNull();
    expect(reasonOf(homely, "https://[fd12::1]/")).toBeNull();
    expect(reasonOf(homely, "https://[::ffff:10.0.0.1]/")).toBeNull();
    expect(reasonOf(homely, "http://192.168.1.1/")).toContain("private");
    expect(reasonOf(homely, "https://127.0.0.2/")).toContain("loopback");
  });

  test("keeps the families of allowed ranges apart", () => {
    const allV6 = createEgressGuard(parseEgressAllow("::/0"));
    const allV4 = createEgressGuard(parseEgressAllow("0.0.0.0/0"));

    expect(reasonOf(allV6, "https://[::1]/")).toBeNull();
    expect(reasonOf(allV6, "https://10.0.0.1/")).toContain("private");
    expect(reasonOf(allV4, "https://10.0.0.1/")).toBeNull();
    expect(reasonOf(allV4, "https://[fd00::1]/")).toContain("private");
  });

  test("judges an IPv4 address the same in every guise", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const verdict = reasonOf(strict, `https://${address}/`) === null;

        for (const host of guisesOf(address)) {
          expect(reasonOf(strict, `https://${host}/`) === null, host).toBe(verdict);
        }
      }),
    );
  });

  test("refuses every address of a refused range in every form, and no address beside one", () => {
    const anyRange = fc.constantFrom(...refusedIpv4);
    fc.assert(
      fc.property(anyRange, fc.nat(0xff_ff_ff_ff), ([first, bits], random) => {
        const address = dotted(numberOf(first) + (random % 2 ** (32 - bits)));

        for (const host of [...guisesOf(address), ...deadForms(address)]) {
          expect(reasonOf(strict, `https://${host}/`), host).not.toBeNull();
        }
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        fc.pre(!refusedIpv4.some((range) => isWithin(address, range)));

        expect(reasonOf(strict, `https://${address}/`)).toBeNull();
        for (const host of deadForms(address)) {
          expect(reasonOf(strict, `https://${host}/`), host).not.toBeNull();
        }
      }),
      { numRuns: 500 },
    );
  });

  test("opens an allowed range in every guise, also to plain http", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 24 - 1), (host) => {
        const address = dotted(numberOf("10.0.0.0") + host);

        for (const guise of guisesOf(address)) {
          expect(reasonOf(homely, `https://${guise}/`), guise).toBeNull();
        }
        expect(reasonOf(homely, `http://${address}/`)).toBeNull();
        expect(reasonOf(homely, `http://[64:ff9b::${address}]/`)).toBeNull();
      }),
    );
    // Its own prefix leads elsewhere.
    expect(reasonOf(homely, "http://[2606:4700::5efe:10.0.0.1]/")).toContain("https is needed");
  });

  test("opens a metadata address only by its name, not by its range", () => {
    const wide = createEgressGuard(parseEgressAllow("169.254.0.0/16 fd00::/8 100.64.0.0/10 ::/0"));
    const exact = createEgressGuard(parseEgressAllow("169.254.169.254"));

    for (const host of ["169.254.169.254", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]"]) {
      expect(reasonOf(wide, `https://${host}/`)).toContain("cloud metadata");
      expect(reasonOf(exact, `https://${host}/`)).toBeNull();
    }
    expect(reasonOf(wide, "https://[fd00:ec2::254]/")).toContain("cloud metadata");
    expect(reasonOf(wide, "https://100.100.100.200/")).toContain("cloud metadata");
    expect(reasonOf(wide, "https://169.254.1.1/")).toBeNull();
    expect(reasonOf(wide, "https://100.100.100.201/")).toBeNull();
  });

  test.each(["localhost", "LOCALHOST", "localhost.", "a.localhost", "a.b.localhost."])(
    "sees loopback in the name %s, unless that is allowed",
    (name) => {
      for (const loopback of ["127.0.0.0/8", "127.0.0.1", "::1"]) {
        const guard = createEgressGuard(parseEgressAllow(loopback));
        expect(reasonOf(guard, `http://${name}/`)).toBeNull();
      }
      expect(reasonOf(strict, `https://${name}/`)).toContain("is loopback");
      expect(reasonOf(strict, `https://not${name.replace("a.", "")}.example/`)).toBeNull();
    },
  );
});

describe("lookup", () => {
  test("hands on exactly the addresses that it checked, asking once", async () => {
    const { guard, asked } = guardKnowing(["8.8.8.8", "2606:4700::1111"]);

    expect(await addressesOf(guard.lookup)).toEqual([
      { address: "8.8.8.8", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ]);
    expect(asked()).toBe(1);
  });

  test("answers with one address to a caller that wants one", async () => {
    const { guard } = guardKnowing(["8.8.8.8", "1.1.1.1"]);
    const { promise, resolve } = Promise.withResolvers<unknown[]>();
    guard.lookup("hooks.test", { all: false }, (...answer) => resolve(answer));

    expect(await promise).toEqual([null, "8.8.8.8", 4]);
  });

  test.each(refusedAddresses)(
    "refuses a name for %s, even beside a public address",
    async (address) => {
      const { guard } = guardKnowing(["8.8.8.8", address]);
      const error: unknown = await addressesOf(guard.lookup).catch((thrown: unknown) => thrown);

      expect(error).toBeInstanceOf(EgressRefused);
      expect(error).toMatchObject({ address });
      expect(String(error)).toMatch(/hooks\.test has the address .* HELIOGRAPH_EGRESS_ALLOW/);
    },
  );

  test("refuses a link-local address with a zone", async () => {
    await expect(addressesOf(guardKnowing(["fe80::1%eth0"]).guard.lookup)).rejects.toThrow(
      "link-local",
    );
  });

  test("refuses a name that turns private after it was public", async () => {
    const answers = [["8.8.8.8"], ["127.0.0.1"]];
    const guard = createEgressGuard([], (_, __, callback) => {
      callback(null, (answers.shift() ?? []).map(located));
    });

    expect(await addressesOf(guard.lookup)).toEqual([{ address: "8.8.8.8", family: 4 }]);
    await expect(addressesOf(guard.lookup)).rejects.toThrow(EgressRefused);
  });

  test("asks the real resolver unless told", async () => {
    const loopback = createEgressGuard(parseEgressAllow("127.0.0.0/8 ::1"));
    const resolve = (guard: EgressGuard) => promisify(guard.lookup)("localhost", {});

    await expect(resolve(strict)).rejects.toThrow(EgressRefused);
    expect(await resolve(loopback)).toMatch(/^(127\.|::1)/);
  });

  test("passes on that a name does not exist", async () => {
    const name = `${"a".repeat(64)}.test`; // labels hold 63 at most, so no resolver is asked

    await expect(promisify(strict.lookup)(name, {})).rejects.toMatchObject({
      syscall: "getaddrinfo",
    });
    await expect(promisify(guardKnowing([]).guard.lookup)("x.test", {})).rejects.toMatchObject({
      code: "ENOTFOUND",
    });
  });
});

describe("lookupAllowedOnly", () => {
  test("gives only the allowed addresses of a name, so that allowing 127.0.0.1 opens localhost", async () => {
    const allow = "10.0.0.0/8";

    for (const known of [["10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["192.168.0.1", "10.0.0.1"]]) {
      const { guard } = guardKnowing(known, allow);
      expect(await addressesOf(guard.lookupAllowedOnly)).toEqual([located("10.0.0.1")]);
    }
    for (const known of [["8.8.8.8"], ["192.168.0.1"], ["8.8.8.8", "192.168.0.1"]]) {
      const { guard } = guardKnowing(known, allow);
      await expect(addressesOf(guard.lookupAllowedOnly)).rejects.toThrow(EgressRefused);
    }
  });
});

function reasonOf(guard: EgressGuard, url: string): string | null {
  const check = guard.checkUrl(url);
  return check.ok ? null : check.reason;
}

function inUrl(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** Ranges of IPv4 that no delivery reaches: IANA's special ones, multicast, and one address of a cloud. */
const refusedIpv4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

const numberOf = (address: string): number =>
  address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

const dotted = (number: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");

const isWithin = (address: string, [first, bits]: readonly [string, number]): boolean => {
  const size = 2 ** (32 - bits);
  return Math.floor(numberOf(address) / size) === numberOf(first) / size;
};

/** How else a URL can name an IPv4 address, so that it is judged as that address. */
function guisesOf(address: string): string[] {
  const number = numberOf(address);
  const parts = address.split(".").map(Number);
  const [high, low] = [Math.floor(number / 65_536).toString(16), (number % 65_536).toString(16)];
  return [
    address,
    `${address}.`,
    String(number),
    `0${number.toString(8)}`,
    `0x${number.toString(16)}`,
    parts.map((part) => `0x${part.toString(16)}`).join("."),
    parts.map((part) => `0${part.toString(8)}`).join("."),
    `${parts[0]}.${number % 2 ** 24}`,
    `${parts[0]}.${parts[1]}.${number % 2 ** 16}`,
    address.replaceAll(".", "。"),
    address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff_10 + Number(digit))),
    address.replaceAll(/\d/g, (digit) => `%3${digit}`),
    `[::ffff:${address}]`,
    `[64:ff9b::${address}]`,
    `[2002:${high}:${low}::1]`,
    `[2606:4700::5efe:${address}]`,
    `[2606:4700::200:5efe:${address}]`,
  ];
}

/** Forms that are refused whatever address they hold. */
function deadForms(address: string): string[] {
  const number = numberOf(address);
  const obfuscated = dotted(2 ** 32 - 1 - number);
  const [high, low] = [Math.floor(number / 65_536).toString(16), (number % 65_536).toString(16)];
  return [
    `[::${address}]`,
    `[::ffff:0:${address}]`,
    `[64:ff9b:1::${address}]`,
    `[2001:0:808:808::f7f7:${obfuscated}]`,
    `[2001:0:${high}:${low}::]`,
    `[fe80::5efe:${address}]`,
    `[fe80::200:5efe:${address}]`,
  ];
}

function located(address: string): LookupAddress {
  return { address, family: address.includes(":") ? 6 : 4 };
}

function guardKnowing(addresses: readonly string[], allow = "") {
  let count = 0;
  const resolve: Resolve = (_, __, callback) => {
    count += 1;
    callback(null, addresses.map(located));
  };
  return { guard: createEgressGuard(parseEgressAllow(allow), resolve), asked: () => count };
}

function addressesOf(lookup: EgressGuard["lookup"]): Promise<string | LookupAddress[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string | LookupAddress[]>();
  lookup("hooks.test", { all: true }, (error, found) => (error ? reject(error) : resolve(found)));
  return promise;
}
