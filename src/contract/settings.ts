import { z } from "zod";

declare module "zod" {
  interface GlobalMeta {
    /** What a setting takes, as the end of "must be …". */
    takes?: string;
    /** What holds when a setting is not given, where that is not a plain value. */
    otherwise?: string;
    /** A setting whose value is never shown. */
    secret?: boolean;
  }
}

/** What a setting says about itself. */
type Says = z.GlobalMeta & { description: string; takes: string };

const keyLength = 32;

const whole = (max: number, says: Says) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.int().max(max))
    .meta(says);

/** A list in one text, separated by commas or blanks. */
const list = <S extends z.ZodType<unknown, string>>(item: S, says: Says) =>
  z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
    .pipe(z.array(item).min(1))
    .meta(says);

const secret = (says: Says) =>
  z
    .string()
    .min(keyLength)
    .meta({ secret: true, ...says });

/** An address, or `address:port` with an IPv6 address in brackets. */
const nameServer = z.union([
  z.ipv4(),
  z.ipv6(),
  z
    .templateLiteral([z.union([z.ipv4(), z.templateLiteral(["[", z.ipv6(), "]"])]), ":", z.int()])
    .refine((text) => Number(/:(\d{1,5})$/.exec(text)?.[1]) <= 65_535),
]);

/** Levels of the log, quietest last. */
const logLevels = ["debug", "info", "warn", "error", "silent"] as const;

/** What a process can do. A small installation does both in one. */
const roles = ["api", "delivery"] as const;

/** The settings, by the name of their environment variable. Start-up checks and the reference page follow. */
export const settings = z.object({
  PORT: whole(65_535, {
    description: "Port of the API and the console.",
    takes: "a whole number from 0 to 65535, where 0 takes a free port",
    example: "4400",
  }).default(4400),
  HOST: z
    .union([z.ipv4(), z.ipv6(), z.hostname()])
    .meta({
      description: "Address to listen on; `0.0.0.0` listens on all of them.",
      takes: "a host name or an IP address",
      example: "0.0.0.0",
    })
    .default("127.0.0.1"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(?:ql)?$/ })
    .meta({
      description: "The PostgreSQL database to use.",
      takes: "a URL that starts with postgres:// or postgresql://",
      example: "postgres://heliograph:password@db.example.com/heliograph",
      otherwise: "a PostgreSQL of its own, started and kept in the data directory",
    })
    .optional(),
  HELIOGRAPH_DATA_DIR: z
    .string()
    .meta({
      description: "Directory for what is kept on disk: the own database, made keys, files.",
      takes: "the path of a directory",
      example: "/var/lib/heliograph",
    })
    .default(".heliograph"),
  HELIOGRAPH_OPERATOR_KEY: secret({
    description: "The key with which the operator makes organizations and partnerships.",
    takes: `text of ${keyLength} or more characters`,
    otherwise: "made at the first start and kept in the data directory, readable by its owner only",
  }).optional(),
  HELIOGRAPH_MASTER_KEY: secret({
    description:
      "Encrypts the secrets of endpoints in the database. With another one, secrets already kept cannot be read.",
    takes: `text of ${keyLength} or more characters`,
    otherwise: "made at the first start and kept in the data directory, readable by its owner only",
  }).optional(),
  HELIOGRAPH_EGRESS_ALLOW: list(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]), {
    description:
      "Address ranges that deliveries may reach although they are private or loopback; plain `http:` is for these only.",
    takes: "address ranges such as 10.0.0.0/8, separated by commas",
    example: "10.20.0.0/16,127.0.0.0/8",
    otherwise: "none; `--demo` allows loopback",
  }).optional(),
  HELIOGRAPH_DNS_SERVERS: list(nameServer, {
    description:
      "Name servers that find the addresses of receivers, so that names that only this network knows are not found.",
    takes: "IP addresses with or without a port, separated by commas",
    example: "9.9.9.9,[2620:fe::fe]:53",
    otherwise: "what the system asks",
  }).optional(),
  HELIOGRAPH_TRUSTED_PROXIES: list(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]), {
    description:
      "Proxies that stand before this service. From these, `X-Forwarded-For` says whence a request comes, as it is kept with a signature.",
    takes: "address ranges such as 10.0.0.0/8, separated by commas",
    example: "127.0.0.1",
    otherwise: "none: the address of the connection is the sender's",
  }).optional(),
  HELIOGRAPH_ROLES: list(z.enum(roles), {
    description:
      "What this process does: serve the API and the console, deliver events, or both. Processes share the work through the database.",
    takes: "api, delivery or both, separated by a comma",
    example: "api,delivery",
  }).default([...roles]),
  HELIOGRAPH_HISTORY_MONTHS: whole(1200, {
    description:
      "How many months of events, feeds, attempts and what inlets took are kept before the present one. An older month is dropped as soon as no endpoint has anything of it to get.",
    takes: "a whole number from 0 to 1200, where 0 keeps all",
    example: "36",
  }).default(0),
  HELIOGRAPH_REQUESTS_PER_SECOND: whole(10_000, {
    description:
      "How many requests each key may make in a second, and twice as many at once; beyond that they answer 429. Each process counts for itself.",
    takes: "a whole number from 0 to 10000, where 0 sets no limit",
    example: "50",
  }).default(0),
  HELIOGRAPH_LOG: z
    .enum(logLevels)
    .meta({
      description: "The least that is logged.",
      takes: `one of ${logLevels.join(", ")}`,
      example: "info",
    })
    .default("info"),
  HELIOGRAPH_TEST_CLOCK: z
    .union([z.literal("true"), z.iso.datetime({ offset: true })])
    .meta({
      description:
        "Makes this a test server, whose clock the operator can move forward. Takes a database that was a test server's from the start, and runs as one process.",
      takes: "true, or the instant at which the clock of a new database starts",
      example: "2026-01-05T08:00:00Z",
      otherwise: "a normal server, which goes by the real time",
    })
    .optional(),
  HELIOGRAPH_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ""))
    .meta({
      description: "Where others reach this installation; links to files start with it.",
      takes: "a URL that starts with https:// or http://",
      example: "https://heliograph.example.com",
      otherwise: "`http://<HOST>:<PORT>`",
    })
    .optional(),
});
export type Settings = z.infer<typeof settings>;
export type SettingName = keyof Settings;
