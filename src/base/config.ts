import { metaOf } from "../contract/meta.ts";
import { nearest } from "../contract/nearest.ts";
import { settings, type SettingName, type Settings } from "../contract/settings.ts";
import { otherVariables, programVariables } from "../contract/variables.ts";
import { StartError } from "./startError.ts";
import type { TestClockSetting } from "./clockInDatabase.ts";

/** The settings of this process, read once at the start. */
export interface Config {
  /** 0 asks for a free port. */
  readonly port: number;
  readonly host: string;
  /** Null for the embedded database. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Null when it is to be made, or read from the data directory. */
  readonly operatorKey: string | null;
  /** Null when it is to be made, or read from the data directory. */
  readonly masterKey: string | null;
  /** Address ranges (CIDR) or single addresses. */
  readonly egressAllow: readonly string[];
  /** Who finds the addresses of receivers, with or without a port; none when the system does. */
  readonly dnsServers: readonly string[];
  /** Address ranges (CIDR) or single addresses of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly roles: Settings["HELIOGRAPH_ROLES"];
  /** Of each key; 0 for no limit. */
  readonly requestsPerSecond: number;
  /** Kept before the present one; 0 keeps all. */
  readonly historyMonths: number;
  readonly logLevel: Settings["HELIOGRAPH_LOG"];
  /** Without a slash at its end; null when it follows from host and port, see `publicUrl`. */
  readonly publicUrl: string | null;
  /** Null for a normal server. */
  readonly testClock: TestClockSetting | null;
}

/**
 * Reads the settings. A setting that is empty counts as not set.
 * @param env the environment, as in `process.env`.
 * @throws {StartError} naming every wrong setting with its value, but never the value of a key; and for a test server that
 * is to be several processes, as each would have a clock of its own.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const result = settings.safeParse(given);
  if (!result.success) {
    const wrong = new Set(result.error.issues.map(({ path }) => path[0] as SettingName));
    throw new StartError(
      `Wrong settings: ${[...wrong].map((name) => fault(name, given)).join("; ")}`,
    );
  }
  const { data } = result;
  const { HELIOGRAPH_TEST_CLOCK: startsAt, HELIOGRAPH_ROLES: roles } = data;
  if (startsAt !== undefined && !(roles.includes("api") && roles.includes("delivery"))) {
    throw new StartError(
      "A test server runs as one process with both roles: unset HELIOGRAPH_ROLES or HELIOGRAPH_TEST_CLOCK",
    );
  }
  return {
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL ?? null,
    dataDir: data.HELIOGRAPH_DATA_DIR,
    operatorKey: data.HELIOGRAPH_OPERATOR_KEY ?? null,
    masterKey: data.HELIOGRAPH_MASTER_KEY ?? null,
    egressAllow: data.HELIOGRAPH_EGRESS_ALLOW ?? [],
    dnsServers: data.HELIOGRAPH_DNS_SERVERS ?? [],
    trustedProxies: data.HELIOGRAPH_TRUSTED_PROXIES ?? [],
    roles,
    requestsPerSecond: data.HELIOGRAPH_REQUESTS_PER_SECOND,
    historyMonths: data.HELIOGRAPH_HISTORY_MONTHS,
    logLevel: data.HELIOGRAPH_LOG,
    publicUrl: data.HELIOGRAPH_PUBLIC_URL ?? null,
    testClock: startsAt === undefined ? null : { startsAt: startsAt === "true" ? null : startsAt },
  };
}

const prefix = "HELIOGRAPH_";

/** One line for each variable that looks like a setting and is none: most likely a typing mistake, which nothing else would tell. */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  const settable = [...Object.keys(settings.shape), ...Object.keys(programVariables)]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  const known = new Set([...settable.map((name) => `${prefix}${name}`), ...otherVariables]);
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.has(name))
    .toSorted()
    .map((name) => {
      const near = nearest(name.slice(prefix.length), settable);
      return `${name} is no setting${near === undefined ? "" : `: did you mean ${prefix}${near}?`}`;
    });
}

/**
 * Where others reach this installation, without a slash at its end.
 * @param port the port that is listened on, which the setting leaves open when it is 0.
 */
export function publicUrl(config: Pick<Config, "host" | "publicUrl">, port: number): string {
  if (config.publicUrl !== null) return config.publicUrl;
  const listensOnAll = config.host === "0.0.0.0" || config.host === "::";
  const host = listensOnAll ? "localhost" : config.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function fault(name: SettingName, given: Readonly<Record<string, string | undefined>>): string {
  const { takes, secret } = metaOf(settings.shape[name]);
  const value = given[name] ?? "";
  const shown = secret ? `has ${value.length} characters` : `is "${withoutPassword(value)}"`;
  return `${name} ${shown} and must be ${takes}`;
}

/** User name and password of a URL, whole or not, or of a list of parameters are nobody's business in a log. */
const withoutPassword = (value: string) =>
  value.replace(/^(\w+:\/\/)?.*@/s, "$1…@").replaceAll(/(password\s*=\s*)[^\s&]+/gi, "$1…");
