import { isIP } from "node:net";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/**
 * Whence a request comes: the address of the connection, or what the proxies that we trust say of it. Read from the
 * nearest proxy outwards, up to the first address that is not trusted: what stands beyond it anybody may have written.
 * @returns null where the connection is gone.
 */
export function addressOf(c: Context, isTrusted: (address: string) => boolean): string | null {
  const hops = (c.req.header("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  let address = plain(connectedFrom(c));
  while (address !== null && isTrusted(address)) {
    const said = plain(hops.pop() ?? "");
    if (said === null) break;
    address = said;
  }
  return address;
}

/** The other end of the connection; nothing for a request that came by none. */
function connectedFrom(c: Context): string {
  const isConnected = typeof c.env === "object" && c.env !== null && "incoming" in c.env;
  return isConnected ? (getConnInfo(c).remote.address ?? "") : "";
}

/** An address without the form in which a connection over IPv6 names one of IPv4; null for what is none. */
function plain(given: string): string | null {
  const address = given.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
  return isIP(address) === 0 ? null : address;
}
