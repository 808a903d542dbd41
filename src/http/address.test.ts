import { Hono } from "hono";
import { expect, test } from "vitest";
import { addressOf } from "./address.ts";

/** Whence a request is seen to come, over a connection from `from`. */
async function seen(from: string, forwarded: string | null, trusted: readonly string[]) {
  const app = new Hono();
  app.get("/", (c) => c.text(String(addressOf(c, (address) => trusted.includes(address)))));
  const headers = forwarded === null ? {} : { "x-forwarded-for": forwarded };
  // What the server hands on of a connection.
  const incoming = { socket: { remoteAddress: from } };
  return (await app.request("/", { headers }, { incoming })).text();
}

test.for([
  ["the connection's, without a proxy", "203.0.113.9", null, [], "203.0.113.9"],
  ["the connection's, when the proxy is not trusted", "10.0.0.1", "203.0.113.9", [], "10.0.0.1"],
  ["what a trusted proxy says", "10.0.0.1", "203.0.113.9", ["10.0.0.1"], "203.0.113.9"],
  [
    "the nearest that is not trusted: the rest anybody may have written",
    "10.0.0.1",
    "198.51.100.7, 203.0.113.9, 10.0.0.2",
    ["10.0.0.1", "10.0.0.2"],
    "203.0.113.9",
  ],
  ["the proxy's, when it says nothing of use", "10.0.0.1", "unknown", ["10.0.0.1"], "10.0.0.1"],
  ["that of IPv4 over IPv6", "::ffff:127.0.0.1", null, [], "127.0.0.1"],
  ["not known, once the connection is gone", "", null, [], "null"],
] as const)("the address is %s", async ([, from, forwarded, trusted, expected]) => {
  expect(await seen(from, forwarded, trusted)).toBe(expected);
});
