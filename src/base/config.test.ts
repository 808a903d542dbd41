import { describe, expect, test } from "vitest";
import { metaOf } from "../contract/meta.ts";
import { settings } from "../contract/settings.ts";
import { parseEgressAllow } from "../delivery/egress.ts";
import { publicUrl, readConfig, unknownSettings } from "./config.ts";
import { StartError } from "./startError.ts";

describe("readConfig()", () => {
  test("has a default for everything, also where a setting is empty", () => {
    const defaults = {
      port: 4400,
      host: "127.0.0.1",
      databaseUrl: null,
      dataDir: ".heliograph",
      operatorKey: null,
      masterKey: null,
      egressAllow: [],
      dnsServers: [],
      trustedProxies: [],
      roles: ["api", "delivery"],
      requestsPerSecond: 0,
      historyMonths: 0,
      logLevel: "info",
      publicUrl: null,
      testClock: null,
    };
    const empty = Object.fromEntries(Object.keys(settings.shape).map((name) => [name, ""]));

    expect(readConfig({})).toEqual(defaults);
    expect(readConfig(empty)).toEqual(defaults);
    expect(readConfig({ PORT: "  ", PATH: "/bin" })).toEqual(defaults);
  });

  test("reads every setting", () => {
    const key = "k".repeat(32);
    const config = readConfig({
      PORT: "0",
      HOST: "::1",
      DATABASE_URL: "postgresql://me:secret@db.example.com:5433/solar?sslmode=require",
      HELIOGRAPH_DATA_DIR: "/var/lib/heliograph",
      HELIOGRAPH_OPERATOR_KEY: key,
      HELIOGRAPH_MASTER_KEY: key,
      HELIOGRAPH_EGRESS_ALLOW: "10.0.0.0/8, fd00::/8,127.0.0.1",
      HELIOGRAPH_DNS_SERVERS: "9.9.9.9, 9.9.9.10:5353 2620:fe::fe,[2620:fe::9]:53",
      HELIOGRAPH_TRUSTED_PROXIES: "127.0.0.1,10.1.0.0/16",
      HELIOGRAPH_ROLES: "delivery",
      HELIOGRAPH_REQUESTS_PER_SECOND: "50",
      HELIOGRAPH_HISTORY_MONTHS: "36",
      HELIOGRAPH_LOG: "silent",
      HELIOGRAPH_PUBLIC_URL: "https://hooks.example.com/",
    });

    expect(config).toEqual({
      port: 0,
      host: "::1",
      databaseUrl: "postgresql://me:secret@db.example.com:5433/solar?sslmode=require",
      dataDir: "/var/lib/heliograph",
      operatorKey: key,
      masterKey: key,
      egressAllow: ["10.0.0.0/8", "fd00::/8", "127.0.0.1"],
      dnsServers: ["9.9.9.9", "9.9.9.10:5353", "2620:fe::fe", "[2620:fe::9]:53"],
      trustedProxies: ["127.0.0.1", "10.1.0.0/16"],
      roles: ["delivery"],
      requestsPerSecond: 50,
      historyMonths: 36,
      logLevel: "silent",
      publicUrl: "https://hooks.example.com",
      testClock: null,
    });
    expect(readConfig({ HELIOGRAPH_TEST_CLOCK: "true" }).testClock).toEqual({ startsAt: null });
    const startsAt = "2026-01-05T08:00:00Z";
    expect(readConfig({ HELIOGRAPH_TEST_CLOCK: startsAt }).testClock).toEqual({ startsAt });
  });

  test.each([
    ["PORT", "abc"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "80.5"],
    ["HOST", "not a host"],
    ["DATABASE_URL", "mysql://db.example.com/solar"],
    ["DATABASE_URL", "localhost"],
    ["HELIOGRAPH_TEST_CLOCK", "tomorrow"],
    ["HELIOGRAPH_EGRESS_ALLOW", "10.0.0.0/33"],
    ["HELIOGRAPH_EGRESS_ALLOW", "10.0.0.0/8,example.com"],
    ["HELIOGRAPH_EGRESS_ALLOW", ","],
    ["HELIOGRAPH_DNS_SERVERS", "dns.example.com"],
    ["HELIOGRAPH_DNS_SERVERS", "9.9.9.9,9.9.9.300:53"],
    ["HELIOGRAPH_DNS_SERVERS", "9.9.9.9:65536"],
    ["HELIOGRAPH_DNS_SERVERS", "9.9.9.9:-1"],
    ["HELIOGRAPH_DNS_SERVERS", "9.9.9.9:5e1"],
    ["HELIOGRAPH_DNS_SERVERS", "[2620:fe::9]:"],
    ["HELIOGRAPH_TRUSTED_PROXIES", "proxy.example.com"],
    ["HELIOGRAPH_ROLES", "api,worker"],
    ["HELIOGRAPH_ROLES", ","],
    ["HELIOGRAPH_REQUESTS_PER_SECOND", "0.5"],
    ["HELIOGRAPH_REQUESTS_PER_SECOND", "10001"],
    ["HELIOGRAPH_LOG", "verbose"],
    ["HELIOGRAPH_PUBLIC_URL", "ftp://example.com"],
  ] as const)("refuses %s=%s and says what is expected", (name, value) => {
    const { takes } = metaOf(settings.shape[name]);

    expect(() => readConfig({ [name]: value })).toThrow(
      new StartError(`Wrong settings: ${name} is "${value}" and must be ${takes}`),
    );
  });

  test("names every wrong setting in one line, and shows no key and no password", () => {
    const wrong = {
      PORT: "http",
      DATABASE_URL: "mysql://me:hunter2@db.example.com/solar",
      HELIOGRAPH_OPERATOR_KEY: "too-short-operator",
      HELIOGRAPH_MASTER_KEY: "too-short-master",
    };

    const read = () => readConfig(wrong);

    expect(read).toThrow(
      new StartError(
        'Wrong settings: PORT is "http" and must be a whole number from 0 to 65535, where 0 takes a free port; ' +
          'DATABASE_URL is "mysql://…@db.example.com/solar" and must be a URL that starts with postgres:// or postgresql://; ' +
          "HELIOGRAPH_OPERATOR_KEY has 18 characters and must be text of 32 or more characters; " +
          "HELIOGRAPH_MASTER_KEY has 16 characters and must be text of 32 or more characters",
      ),
    );
  });

  test.each([
    ["me:hunter2@db.example.com:5432/solar", "…@db.example.com:5432/solar"],
    ["mysql://me:hunt@er2@db.example.com/solar", "mysql://…@db.example.com/solar"],
    ["host=db.example.com password=hunter2", "host=db.example.com password=…"],
  ])("shows no password of %s", (given, shown) => {
    expect(() => readConfig({ DATABASE_URL: given })).toThrow(
      `DATABASE_URL is "${shown}" and must`,
    );
  });

  test("takes no egress range that the guard cannot read", () => {
    const { egressAllow } = readConfig({
      HELIOGRAPH_EGRESS_ALLOW: "10.0.0.0/8 192.168.1.1 ::1 fd00::/8 ::ffff:10.0.0.1/104",
    });

    expect(parseEgressAllow(egressAllow.join(","))).toHaveLength(5);
  });
});

describe("unknownSettings()", () => {
  test("names what looks like a setting and is none, with what was probably meant", () => {
    expect(
      unknownSettings({
        HELIOGRAPH_HISTORY_MONTS: "36",
        HELIOGRAPH_EGRES_ALLOW: "127.0.0.0/8",
        HELIOGRAPH_SOMETHING_ELSE: "1",
        HELIOGRAPH_LOG: "info",
        HELIOGRAPH_API_KEY: "hk_example",
        HELIOGRAPH_PARENT_FD: "3",
        PORTS: "1",
      }),
    ).toEqual([
      "HELIOGRAPH_EGRES_ALLOW is no setting: did you mean HELIOGRAPH_EGRESS_ALLOW?",
      "HELIOGRAPH_HISTORY_MONTS is no setting: did you mean HELIOGRAPH_HISTORY_MONTHS?",
      "HELIOGRAPH_SOMETHING_ELSE is no setting",
    ]);
  });
});

describe("publicUrl()", () => {
  test.each([
    [{ host: "127.0.0.1", publicUrl: null }, "http://127.0.0.1:4400"],
    [{ host: "0.0.0.0", publicUrl: null }, "http://localhost:4400"],
    [{ host: "::", publicUrl: null }, "http://localhost:4400"],
    [{ host: "::1", publicUrl: null }, "http://[::1]:4400"],
    [{ host: "::1", publicUrl: "https://hooks.example.com" }, "https://hooks.example.com"],
  ])("of %j is %s", (config, url) => {
    expect(publicUrl(config, 4400)).toBe(url);
  });
});
