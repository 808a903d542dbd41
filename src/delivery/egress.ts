import { lookup as lookupAddress } from "node:dns";
import type { LookupAddress, LookupAllOptions } from "node:dns";
import { BlockList, isIP } from "node:net";
import type { LookupFunction } from "node:net";

/** A range of addresses that deliveries may reach although it is not public. */
export interface CidrRange {
  readonly address: string;
  /** Leading bits that count: 0 to 32, or 0 to 128. */
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

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
  [
    "a cloud metadata service",
    "169.254.169.254 169.254.170.2 169.254.170.23 100.100.100.200 168.63.129.16 192.0.0.192 fd00:ec2::254 fd20:ce::254",
  ],
  ["unspecified", "0.0.0.0/8 ::"],
  ["loopback", "127.0.0.0/8 ::1"],
  ["private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10"],
  ["link-local", "169.254.0.0/16 fe80::/10"],
  ["carrier-grade NAT", "100.64.0.0/10"],
  ["for documentation", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20"],
  ["for benchmarking", "198.18.0.0/15"],
  ["broadcast", "255.255.255.255"],
  ["multicast", "224.0.0.0/4 ff00::/8"],
  ["reserved", "192.0.0.0/24 192.88.99.0/24 240.0.0.0/4 2001::/23"],
  // All that is not global unicast, so that a block nobody thought of is refused rather than reached.
  ["reserved", "::/3 4000::/2 8000::/1"],
];

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
  const allowed = addressSet(allow);
  const refused = refusedRanges.map(([what, ranges]) => ({
    what,
    addresses: addressSet(parseEgressAllow(ranges)),
  }));

  function isAllowed(address: string): boolean {
    return contains(allowed, address) || contains(allowed, reachedAddress(address));
  }

  /** What is wrong with an address, for the end of a sentence that starts with it; `null` when nothing is. */
  function refusal(address: string, allowedOnly: boolean): string | null {
    if (isAllowed(address)) return null;
    const reached = reachedAddress(address);
    const range = refused.find(({ addresses }) => contains(addresses, reached));
    const fault = range?.what ?? (allowedOnly ? "public, where https is needed" : null);
    return fault && `${fault}; to allow it, add it to HELIOGRAPH_EGRESS_ALLOW`;
  }

  function checkUrl(text: string): ReturnType<EgressGuard["checkUrl"]> {
    if (!URL.canParse(text)) return { ok: false, reason: "This is not a URL" };
    const url = new URL(text);
    const reason = faultOfUrl(url, allow.length > 0) ?? faultOfLiteral(url);
    return reason === null ? { ok: true } : { ok: false, reason };
  }

  function faultOfLiteral({ hostname, protocol }: URL): string | null {
    const address = hostname.replace(/^\[|\]$/g, "");
    if (isIP(address) === 0) return null;
    const fault = refusal(address, protocol === "http:");
    return fault && `The address ${address} is ${fault}`;
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

  return { checkUrl, lookup: lookup(false), lookupAllowedOnly: lookup(true) };
}

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

function parseRange(text: string): CidrRange | null {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  if (version === 0 || address.includes("%") || rest.length > 0) return null;
  if (!/^\d{1,3}$/.test(bits ?? "0") || prefix > longest) return null;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

/** One list per family, because in a common one `::/3` would hold every IPv4 address as a mapped one. */
type AddressSet = Readonly<Record<CidrRange["family"], BlockList>>;

function addressSet(ranges: readonly CidrRange[]): AddressSet {
  const set: AddressSet = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const { address, prefix, family } of ranges) set[family].addSubnet(address, prefix, family);
  return set;
}

function contains(set: AddressSet, address: string): boolean {
  const [plain = ""] = address.split("%"); // a zone (fe80::1%eth0) is no part of the address
  const family = isIP(plain) === 4 ? "ipv4" : "ipv6";
  return set[family].check(plain, family);
}

/** The IPv4 address that an IPv6 one leads to when it is mapped, NAT64 or 6to4; else the address itself. */
function reachedAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const groups = ipv6Groups(address);
  const start = groups.slice(0, 6).join(":");
  if (start === "0:0:0:0:0:65535") return ipv4(groups[6], groups[7]);
  if (start === "100:65435:0:0:0:0") return ipv4(groups[6], groups[7]);
  if (groups[0] === 0x2002) return ipv4(groups[1], groups[2]);
  return address;
}

function ipv4(high = 0, low = 0): string {
  return [high, low].flatMap((group) => [Math.floor(group / 256), group % 256]).join(".");
}

function ipv6Groups(address: string): number[] {
  const [plain = ""] = address.split("%");
  const hex = new URL(`http://[${plain}]/`).hostname.slice(1, -1); // dotted parts become hexadecimal
  const [head = [], tail = []] = hex
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
