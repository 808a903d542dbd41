import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createConnector } from "./connector.ts";
import { createEgressGuard, EgressRefused, parseEgressAllow, type EgressGuard } from "./egress.ts";

const strict = createEgressGuard([]);
const open = createEgressGuard(parseEgressAllow("127.0.0.1"));

/** What a wall above it would be if it were broken: any name leads to loopback. */
const lied: EgressGuard = {
  ...strict,
  lookup: (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]),
  lookupAllowedOnly: (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]),
};

test.each(["https:", "http:"] as const)(
  "closes a connection over %s to where none should be, before a byte is written",
  async (protocol) => {
    for (const [guard, hostname] of [
      [strict, "127.0.0.1"],
      [lied, "hooks.test"],
    ] as const) {
      const server = await givenServer();
      const error = await connect(guard, { protocol, hostname, port: server.port }).catch(
        (thrown: unknown) => thrown,
      );

      expect(error).toBeInstanceOf(EgressRefused);
      expect(String(error)).toContain("Connected to 127.0.0.1: loopback");
      expect(await server.read()).toBe("");
    }
  },
);

test("writes to where it may: TLS first when it is asked for", async () => {
  const server = await givenServer();
  const socket = await connect(open, {
    protocol: "http:",
    hostname: "127.0.0.1",
    port: server.port,
  });
  socket.end("hello");
  expect(await server.read()).toBe("hello");

  const secure = await givenServer();
  const failed = connect(open, { protocol: "https:", hostname: "127.0.0.1", port: secure.port });
  failed.catch(() => undefined);
  const handshake = "\u0016\u0003";
  expect((await secure.read({ untilFirst: true })).startsWith(handshake)).toBe(true);
  await expect(failed).rejects.toThrow();
});

function connect(
  guard: EgressGuard,
  target: { protocol: string; hostname: string; port: string },
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const connector = createConnector(guard, { timeout: 5_000, allowH2: false });
  connector(target, (error, socket) => (socket ? resolve(socket) : reject(error)));
  return promise;
}

/** Accepts one connection and tells all that came on it, at its end or at once with the first piece. */
async function givenServer() {
  const server = createServer();
  const connection = once(server, "connection") as Promise<[Socket]>;
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");

  async function read({ untilFirst = false } = {}): Promise<string> {
    const [socket] = await connection;
    let text = "";
    for await (const piece of socket.on("error", () => undefined)) {
      text += String(piece);
      if (untilFirst) break;
    }
    return text;
  }
  return { port: String((server.address() as AddressInfo).port), read };
}
