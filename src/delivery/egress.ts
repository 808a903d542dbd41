import { lookup as lookupAddress } from "node:dns";
import type { LookupAddress, LookupAllOptions } from "node:dns";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { addressSet, destinationsOf, parseRange, type CidrRange } from "./address.ts";

/** Decides which receivers may be reached. */
export interface EgressGuard {
  /**
   * Judges a receiver's URL before each send: https only (plain http within allowed ranges), no
   * credentials, no fragment. An address in the URL is judged here and now, because no look-up is made
   * for it; a name is judged when connecting.
   * @returns a reason to show to the endpoint's owner when the URL is refused.
   */
  checkUrl(url: string): { readonly ok: true } | { readonly ok: false; readonly reason: string };
  /**
   * `dns.lookup` for https: gives the addresses in allowed ranges if the name has any, else fails with `EgressRefused`
   * unless every address may be reached: a name that is public and private at once is not to be trusted.
   */
  readonly lookup: LookupFunction;
  /** `dns.lookup` for plain http: gives the addresses in allowed ranges, fails when the name has none. */
  readonly lookupAllowedOnly: LookupFunction;
  /**
   * Judges the far end of a connection that was just made, whatever was checked before it.
   * @returns why it must be closed before a byte is written; null when it may be used.
   */
  checkConnected(address: string, protocol: "https:" | "http:"): EgressRefused | null;
}

/** Finds every address of a host name, as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A connection that was not made because its address is not one deliveries may reach. */
export class EgressRefused extends Error {
  override readonly name = "EgressRefused";
  readonly address: string;

  constructor(address: string, message: string) {
    super(message);
    this.address = address;
  }
}

/** What is never reached unless allowed. The first match names the reason. */
const refusedRanges: readonly (readonly [what: string, ranges: string])[] = [
  ["unspecified", "0.0.0.0/8 ::"],
  ["loopback", "127.0.0.0/8 ::1"],
  ["private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"],
  ["site-local", "fec0::/10"],
  ["link-local", "169.254.0.0/16 fe80::/10"],
  ["carrier-grade NAT", "100.64.0.0/10"],
  ["for documentation", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20"],
  ["for benchmarking", "198.18.0.0/15 2001:2::/48"],
  ["broadcast", "255.255.255.255"],
  ["multicast", "224.0.0.0/4 ff00::/8"],
  ["discard-only", "100::/64"],
  ["for segment routing", "5f00::/16"],
  // Compatible, translated, local-use NAT64, Teredo: no public receiver is reached by one.
  ["an IPv4 address in IPv6", "::/96 ::ffff:0:0:0/96 64:ff9b:1::/48 2001::/32"],
  ["reserved", "192.0.0.0/24 192.88.99.0/24 240.0.0.0/4 2001::/23"],
  // All that is not global unicast, so that a block nobody thought of is refused rather than reached.
  ["reserved", "::/3 4000::/2 8000::/1"],
];

/**
 * Where clouds tell a machine its secrets. A range does not open these, because whoever allows `169.254.0.0/16` or
 * `fd00::/8` means his own network: only the very address does.
 */
const metadataAddresses =
  "169.254.169.254 169.254.170.2 169.254.170.23 169.254.0.23 169.254.42.42 100.100.100.200 168.63.129.16 192.0.0.192 " +
  "fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:c1::a9fe:a9fe fd00:42::42 fd00:a9fe:a9fe::1 fe80::a9fe:a9fe";

/**
 * Reads the setting HELIOGRAPH_EGRESS_ALLOW: ranges such as `10.0.0.0/8` or single addresses, separated by
 * commas or spaces.
 * @throws {Error} naming every part that is not a range.
 */
export function parseEgressAllow(text: string): readonly CidrRange[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "");
  const ranges = parts.map(parseRange);
  const bad = parts.filter((_, index) => ranges[index] === null);
  if (bad.length > 0) {
    throw new Error(`Not an address range such as 10.0.0.0/8 or fd00::/8: ${bad.join(", ")}`);
  }
  return ranges.filter((range) => range !== null);
}

/**
 * Makes the guard that every outgoing request passes. The addresses it checks are the ones it hands to the
 * connection, so a name that answers differently the second time gains nothing.
 * @param resolve how names become addresses; the system's resolver unless told.
 */
export function createEgressGuard(
  allow: readonly CidrRange[],
  resolve: Resolve = lookupAddress,
): EgressGuard {
  const { isAllowed, refusal } = addressJudge(allow);

  function checkUrl(text: string): ReturnType<EgressGuard["checkUrl"]> {
    if (!URL.canParse(text)) return { ok: false, reason: "This is not a URL" };
    const url = new URL(text);
    const reason = faultOfUrl(url, allow.length > 0) ?? faultOfLiteral(url);
    return reason === null ? { ok: true } : { ok: false, reason };
  }

  function faultOfLiteral({ hostname, protocol }: URL): string | null {
    const address = hostname.replace(/^\[|\]$/g, "");
    if (isIP(address) === 0) return faultOfLoopbackName(hostname);
    const fault = refusal(address, protocol === "http:");
    return fault && `The address ${address} is ${fault}`;
  }

  /** `localhost` and all below it are loopback by definition, whatever a name server says. */
  function faultOfLoopbackName(hostname: string): string | null {
    if (!/(?:^|\.)localhost\.?$/.test(hostname) || ["127.0.0.1", "::1"].some(isAllowed))
      return null;
    return `${hostname} is ${refusal("127.0.0.1", false)}`;
  }

  function checkConnected(address: string, protocol: string): EgressRefused | null {
    const fault = refusal(address, protocol === "http:");
    return fault === null ? null : new EgressRefused(address, `Connected to ${address}: ${fault}`);
  }

  function lookup(allowedOnly: boolean): LookupFunction {
    return (hostname, options, callback) => {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, "", 0);
        // `localhost` is 127.0.0.1 and ::1; allowing one of them is enough, and only that one is connected to.
        const open = addresses.filter(({ address }) => isAllowed(address));
        if (open.length > 0) return answer(open, options.all === true, callback);
        for (const { address } of addresses) {
          const fault = refusal(address, allowedOnly);
          if (fault === null) continue;
          const message = `${hostname} has the address ${address}, which is ${fault}`;
          return callback(new EgressRefused(address, message), "", 0);
        }
        answer(addresses, options.all === true, callback);
      });
    };
  }

  return { checkUrl, lookup: lookup(false), lookupAllowedOnly: lookup(true), checkConnected };
}

/** Judges addresses, however they came about. */
function addressJudge(allow: readonly CidrRange[]) {
  const allowed = addressSet(allow);
  const named = addressSet(allow.filter(isSingle));
  const metadata = addressSet(parseEgressAllow(metadataAddresses));
  const refused = refusedRanges.map(([what, ranges]) => ({
    what,
    addresses: addressSet(parseEgressAllow(ranges)),
  }));

  const isListed = (destination: string) =>
    metadata.has(destination) ? named.has(destination) : allowed.has(destination);
  const isAllowed = (address: string) => destinationsOf(address).every(isListed);

  /** What is wrong with an address, for the end of a sentence that starts with it; `null` when nothing is. */
  function refusal(address: string, allowedOnly: boolean): string | null {
    for (const destination of destinationsOf(address).filter((each) => !isListed(each))) {
      const range = refused.find(({ addresses }) => addresses.has(destination));
      const what = metadata.has(destination) ? "a cloud metadata service" : range?.what;
      const fault = what ?? (allowedOnly ? "public, where https is needed" : null);
      if (fault !== null) return `${fault}; to allow it, add it to HELIOGRAPH_EGRESS_ALLOW`;
    }
    return null;
  }

  return { isAllowed, refusal };
}

const isSingle = ({ prefix, family }: CidrRange) => prefix === (family === "ipv4" ? 32 : 128);

function faultOfUrl(url: URL, someAllowed: boolean): string | null {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return "The URL must start with https://";
  if (url.protocol === "http:" && !someAllowed) {
    return "The URL must start with https://; plain http is only for ranges in HELIOGRAPH_EGRESS_ALLOW";
  }
  if (url.hostname === "") return "The URL has no host";
  if (url.username !== "" || url.password !== "")
    return "The URL must not hold a user name or password";
  if (url.href.includes("#")) return "The URL must not have a fragment (#)";
  return null;
}

/** Answers in the form that was asked for: all addresses, or the first. */
function answer(
  addresses: LookupAddress[],
  all: boolean,
  callback: Parameters<LookupFunction>[2],
): void {
  const [first] = addresses;
  if (all) callback(null, addresses);
  else if (first) callback(null, first.address, first.family);
  else callback(Object.assign(new Error("No address found"), { code: "ENOTFOUND" }), "", 0);
}
