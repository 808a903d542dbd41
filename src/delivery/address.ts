import { BlockList, isIP } from "node:net";

/** A range of addresses. */
export interface CidrRange {
  readonly address: string;
  /** Leading bits that count: 0 to 32, or 0 to 128. */
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

/** Reads a range such as `10.0.0.0/8`, or a single address. @returns null when the text is neither. */
export function parseRange(text: string): CidrRange | null {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  if (version === 0 || address.includes("%") || rest.length > 0) return null;
  if (!/^\d{1,3}$/.test(bits ?? "0") || prefix > longest) return null;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

/** Addresses in ranges. */
export interface AddressSet {
  /** @param address without a zone. */
  has(address: string): boolean;
}

/** Makes the set of all addresses in these ranges. An IPv6 range holds no IPv4 address, and the other way round. */
export function addressSet(ranges: readonly CidrRange[]): AddressSet {
  // One list per family: in a common one `::/3` would hold every IPv4 address as a mapped one.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const { address, prefix, family } of ranges) {
    lists[family].addSubnet(address, prefix, family);
  }
  return {
    has(address) {
      const family = isIP(address) === 4 ? "ipv4" : "ipv6";
      return lists[family].check(address, family);
    },
  };
}

/** One way in which an IPv6 address leads to an IPv4 one. */
interface Carrier {
  /** The first groups of the address; null where any will do. */
  readonly groups: readonly (number | null)[];
  /** The group with which the IPv4 address starts. */
  readonly at: number;
  /** Whether the packet also travels to the IPv6 address by its own prefix. */
  readonly isPlaceToo?: true;
}

/**
 * Forms that reach public addresses too, and so are judged by the address inside. Other forms (Teredo, compatible,
 * translated, local-use NAT64) are refused whole, as ranges.
 */
const carriers: readonly Carrier[] = [
  { groups: [0, 0, 0, 0, 0, 0xff_ff], at: 6 }, // mapped: the system sends IPv4
  { groups: [0x64, 0xff_9b, 0, 0, 0, 0], at: 6 }, // NAT64
  { groups: [0x20_02], at: 1 }, // 6to4
  { groups: [null, null, null, null, 0, 0x5e_fe], at: 6, isPlaceToo: true }, // ISATAP, of private addresses
  { groups: [null, null, null, null, 0x2_00, 0x5e_fe], at: 6, isPlaceToo: true }, // ISATAP, of public ones
];

/**
 * Every address that a connection to this one may end at: itself, and the IPv4 address that it carries. Mapped, NAT64
 * and 6to4 addresses stand for the IPv4 address alone.
 * @param address with or without a zone (`fe80::1%eth0`), which is no part of the result.
 */
export function destinationsOf(address: string): readonly string[] {
  const [plain = ""] = address.split("%");
  if (isIP(plain) !== 6) return [plain];
  const groups = ipv6Groups(plain);
  const found = carriers.filter((carrier) =>
    carrier.groups.every((group, index) => group === null || group === groups[index]),
  );
  const carried = found.map(({ at }) => ipv4(groups[at], groups[at + 1]));
  return found.every(({ isPlaceToo }) => isPlaceToo) ? [...carried, plain] : carried;
}

function ipv4(high = 0, low = 0): string {
  return [high, low].flatMap((group) => [Math.floor(group / 256), group % 256]).join(".");
}

function ipv6Groups(address: string): number[] {
  const hex = new URL(`http://[${address}]/`).hostname.slice(1, -1); // dotted parts become hexadecimal
  const [head = [], tail = []] = hex
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
