import type { LookupAddress } from "node:dns";
import { Resolver } from "node:dns/promises";
import { callbackify } from "node:util";
import type { Resolve } from "./egress.ts";

/** How long one server is waited for, in milliseconds, and how often all are asked. */
const patience = { timeout: 2_000, tries: 2 } as const;

/**
 * Makes what finds the addresses of receivers by asking these name servers alone: no hosts file, no search domains, no
 * names that only this network knows. Fails with the code `ENOTFOUND` when a name has no address, or nobody answers.
 * @param servers as in `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`; in the order in which they are asked.
 */
export function createResolve(servers: readonly string[]): Resolve {
  const resolver = new Resolver(patience);
  resolver.setServers(servers);

  const find = callbackify((hostname: string) => addressesOf(resolver, hostname));
  return (hostname, _options, callback) => {
    find(hostname, (error, addresses) => callback(error, error ? [] : addresses));
  };
}

async function addressesOf(resolver: Resolver, hostname: string): Promise<LookupAddress[]> {
  const [ipv4, ipv6] = await Promise.allSettled([
    resolver.resolve4(hostname),
    resolver.resolve6(hostname),
  ]);
  const found = [...located(ipv4, 4), ...located(ipv6, 6)];
  if (found.length > 0) return found;
  throw notFound(hostname, [ipv4, ipv6]);
}

const located = (answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] =>
  answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];

/** Whatever kept the answers away, to the sender it is a name without an address. */
function notFound(hostname: string, answers: readonly PromiseSettledResult<unknown>[]): Error {
  const reasons = answers.map((answer) =>
    answer.status === "rejected" ? String(answer.reason) : "no address",
  );
  const error = new Error(`No address of ${hostname}: ${reasons.join("; ")}`);
  return Object.assign(error, { code: "ENOTFOUND" });
}
