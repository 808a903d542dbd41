import type { DnsAnswer } from "./dnsServer.ts";

/**
 * What people try so that a service posts to where only it can reach. In all cases 127.0.0.1 is allowed and the rest of
 * loopback is not.
 */

/** Addresses that are never reached unless allowed, one or more of each range. */
export const refusedAddresses = [
  // Version 4
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.100.100.200",
  "100.127.255.255",
  "127.0.0.2",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.1.1",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.0.1",
  "192.168.255.255",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  // Version 6
  "::",
  "::1",
  "100::1",
  "2001:2::1",
  "2001:10::1",
  "2001:db8::1",
  "3fff::1",
  "5f00::1",
  "fc00::1",
  "fd00::1",
  "fd00:ec2::254",
  "fd20:ce::254",
  "fe80::1",
  "fe80::a9fe:a9fe",
  "fec0::1",
  "ff02::1",
  // Version 4 within version 6
  "::ffff:127.0.0.2",
  "::ffff:10.0.0.1",
  "::ffff:169.254.169.254",
  "::127.0.0.2",
  "::ffff:0:127.0.0.2",
  "64:ff9b::127.0.0.2",
  "64:ff9b::169.254.169.254",
  "64:ff9b:1::10.0.0.1",
  "64:ff9b:1::8.8.8.8",
  "2002:7f00:2::1",
  "2002:a9fe:a9fe::1",
  "2001:0:808:808::80ff:fffd", // Teredo: the client 127.0.0.2, every bit turned
  "2001:0:7f00:2::f7f7:f7f7", // Teredo: the server 127.0.0.2
  "fe80::5efe:127.0.0.2",
  "2606:4700::5efe:10.0.0.1",
  "2606:4700::200:5efe:169.254.169.254",
] as const;

/** Ways of writing 127.0.0.2 as the host of a URL, and 127.0.0.1 likewise. */
export const hostForms: readonly (readonly [of2: string, of1: string])[] = [
  ["127.0.0.2", "127.0.0.1"],
  ["127.0.0.2.", "127.0.0.1."],
  ["127.2", "127.1"],
  ["127.0.2", "127.0.1"],
  ["2130706434", "2130706433"],
  ["0177.0.0.2", "0177.0.0.1"],
  ["0000177.0.0.02", "0000177.0.0.01"],
  ["017700000002", "017700000001"],
  ["0x7f.0.0.2", "0x7f.0.0.1"],
  ["0x7f.2", "0x7f.1"],
  ["0X7F000002", "0X7F000001"],
  ["0x7f.0.0x0.02", "0x7f.0.0x0.01"],
  ["①②⑦.⓪.⓪.②", "①②⑦.⓪.⓪.①"],
  ["\uFF11\uFF12\uFF17.0.0.\uFF12", "\uFF11\uFF12\uFF17.0.0.\uFF11"], // digits of full width
  ["127\u30020\u30020\u30022", "127\u30020\u30020\u30021"], // dots of other scripts
  ["127\uFF0E0\uFF0E0\uFF0E2", "127\uFF0E0\uFF0E0\uFF0E1"],
  ["127\uFF610\uFF610\uFF612", "127\uFF610\uFF610\uFF611"],
  ["127%2e0%2e0%2e2", "127%2e0%2e0%2e1"],
  ["%31%32%37.0.0.%32", "%31%32%37.0.0.%31"],
  ["127.0.0.\u00AD2", "127.0.0.\u00AD1"],
  ["[::ffff:127.0.0.2]", "[::ffff:127.0.0.1]"],
  ["[0:0:0:0:0:FFFF:7F00:0002]", "[0:0:0:0:0:FFFF:7F00:0001]"],
];

/** URLs that are refused for another reason than an address alone. */
export const refusedUrls = [
  // Who reads the URL in another way than the one who sends
  "https://hooks.test@127.0.0.2/",
  "https://hooks.test:443@127.0.0.2/",
  "https://127.0.0.1@127.0.0.2/",
  "https://127.0.0.2@hooks.test/",
  "https://:@hooks.test:pass@127.0.0.2/",
  "https://hooks.test#@127.0.0.2/",
  "https://127.0.0.2#@hooks.test/",
  "https://127.0.0.2\\@hooks.test/",
  "https://127.0.0.2%2f@hooks.test",
  "https:///127.0.0.2/",
  "https://127.0.0.2?@hooks.test/",
  "\thttps://127.0.0.2/",
  "https://127.0\t.0.2/",
  "https://127.0.0.2:443/",
  "https://127.0.0.2:6379/",
  "https://[::1]:22/",
  "https://metadata.localhost@169.254.169.254/latest/meta-data/",
  // Plain http to where only https may go
  "http://8.8.8.8/",
  "http://[2606:4700::1111]/",
  "http://127.0.0.2/",
  "http://169.254.169.254/latest/meta-data/",
] as const;

/** What is no URL of a receiver at all. */
export const malformedUrls = [
  "https://[fe80::1%25eth0]/",
  "https://[::1%lo]/",
  "https://127.0.0.256/",
  "https://4294967296/",
  "https://[127.0.0.2]/",
  "https://[::ffff:127.0.0.2.]/",
  "https://127.0.0.2%00.hooks.test/",
  "https://hooks.test%40127.0.0.2/",
  "https:\\\\127.0.0.2\\",
  "https:127.0.0.2",
  "file:///etc/passwd",
  "ftp://127.0.0.2/",
  "gopher://127.0.0.2:11211/_stats",
  "unix:/var/run/docker.sock",
  "data:text/plain,hello",
  "javascript:fetch('//127.0.0.2')",
  "//127.0.0.2/",
  "127.0.0.2",
] as const;

/** Names of which one address is refused at least, by what is special about them. */
export const refusedNames: readonly (readonly [name: string, answer: DnsAnswer])[] = [
  ["public-then-private", { a: ["8.8.8.8", "127.0.0.2"] }],
  ["private-then-public", { a: ["127.0.0.2", "8.8.8.8"] }],
  ["one-among-many", { a: ["8.8.8.8", "1.1.1.1", "9.9.9.9", "10.0.0.1"] }],
  ["public-4-private-6", { a: ["8.8.8.8"], aaaa: ["::1"] }],
  ["private-4-public-6", { a: ["127.0.0.2"], aaaa: ["2606:4700::1111"] }],
  ["public-4-mapped-6", { a: ["8.8.8.8"], aaaa: ["::ffff:127.0.0.2"] }],
  ["public-4-metadata-6", { a: ["8.8.8.8"], aaaa: ["fd00:ec2::254"] }],
  ["public-6-translated-6", { aaaa: ["2606:4700::1111", "64:ff9b::127.0.0.2"] }],
  ["all-private", { a: ["127.0.0.2", "10.0.0.1"], aaaa: ["::1", "fd00::1"] }],
  ["alias", { cname: ["inside.test"], a: ["127.0.0.2"] }],
  ["alias-chain", { cname: ["a.test", "b.test", "c.test"], a: ["169.254.169.254"] }],
  ["alias-of-localhost", { cname: ["localhost"], a: ["127.0.0.2"], aaaa: ["::1"] }],
  ["alias-to-mix", { cname: ["inside.test"], a: ["8.8.8.8", "192.168.0.1"] }],
  ["cut", { a: ["8.8.8.8"], overTcp: { a: ["127.0.0.2"] } }],
  ["cut-mix", { a: ["8.8.8.8"], overTcp: { a: ["8.8.8.8", "127.0.0.2"] } }],
  ["127.0.0.1.nip", { a: ["127.0.0.2"] }],
  ["xn--n3h", { a: ["127.0.0.2"] }],
];

/** Names without any address: a fault of the name, not of the guard. */
export const deadNames: readonly (readonly [name: string, answer: DnsAnswer])[] = [
  ["does-not-exist", { code: "noSuchName" }],
  ["empty", {}],
  ["alias-of-nothing", { cname: ["nothing.test"] }],
  ["server-fails", { code: "serverFailure" }],
  ["server-refuses", { code: "refused" }],
  ["format-error", { code: "formatError" }],
  ["silent", { isSilent: true }],
  ["cut-and-gone", { a: ["127.0.0.2"], overTcp: { code: "serverFailure" } }],
];

/** Names that lead to 127.0.0.1, and there alone. */
export const openNames: readonly (readonly [name: string, answer: DnsAnswer])[] = [
  ["open", { a: ["127.0.0.1"] }],
  ["open-mapped", { aaaa: ["::ffff:127.0.0.1"] }],
  ["open-alias", { cname: ["a.test", "b.test"], a: ["127.0.0.1"] }],
  ["open-cut", { a: ["127.0.0.2"], overTcp: { a: ["127.0.0.1"] } }],
  ["open-and-refused", { a: ["127.0.0.2", "127.0.0.1"] }],
  ["open-and-refused-6", { a: ["127.0.0.1"], aaaa: ["::1"] }],
  ["open-and-public", { a: ["8.8.8.8", "127.0.0.1"] }],
];

/** Answers by which a receiver would have us go elsewhere; "{port}" is where traps listen. */
export const answersThatLead: readonly (readonly [
  name: string,
  answer: { readonly status: number; readonly headers: Record<string, string> },
])[] = [
  ...[301, 302, 303, 307, 308].map(
    (status) =>
      [`status-${status}`, { status, headers: { location: "http://127.0.0.2:{port}/" } }] as const,
  ),
  ["to-version-6", { status: 302, headers: { location: "http://[::1]:{port}/" } }],
  ["to-a-name", { status: 307, headers: { location: "http://public-then-private.test:{port}/" } }],
  ["without-scheme", { status: 308, headers: { location: "//127.0.0.2:{port}/" } }],
  ["to-another-scheme", { status: 302, headers: { location: "gopher://127.0.0.2:{port}/_x" } }],
  ["multiple-choices", { status: 300, headers: { location: "http://127.0.0.2:{port}/" } }],
  ["use-proxy", { status: 305, headers: { location: "http://127.0.0.2:{port}/" } }],
  ["created", { status: 201, headers: { location: "http://127.0.0.2:{port}/" } }],
  ["refresh", { status: 200, headers: { refresh: "0; url=http://127.0.0.2:{port}/" } }],
  ["alternative", { status: 200, headers: { "alt-svc": 'http/1.1="127.0.0.2:{port}"' } }],
];
