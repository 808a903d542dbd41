import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createEgressGuard, parseEgressAllow } from "./egress.ts";
import { createPools } from "./pools.ts";

test.for([
  { path: "/", name: "kept for a while and then closed" },
  { path: "/reset", name: "reset by the receiver" },
  { path: "/hang", name: "cut off by us" },
  { path: null, name: "refused" },
])("a pool is forgotten with its last connection: $name", async ({ path }) => {
  const origin = path === null ? "http://127.0.0.1:1" : await givenServer();
  const pools = createPools(createEgressGuard(parseEgressAllow("127.0.0.0/8")), 2);
  onTestFinished(() => pools.destroy());
  const asked = ["end_a", "end_a", "end_b"].map((name) =>
    pools
      .of({ name, origin })
      .request({ path: path ?? "/", method: "POST", signal: AbortSignal.timeout(300) })
      .then(({ body }) => body.text()),
  );
  expect(pools.size).toBe(2);
  await Promise.allSettled(asked);

  await expect.poll(() => pools.size, { timeout: 6_000 }).toBe(0);
});

async function givenServer(): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/reset") request.socket.destroy();
    else if (request.url === "/") response.end("ok");
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
