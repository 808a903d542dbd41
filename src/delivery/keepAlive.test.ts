import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import {
  createServer as createSecureServer,
  getCACertificates,
  setDefaultCACertificates,
  TLSSocket,
} from "node:tls";
import { describe, expect, onTestFinished } from "vitest";
import { givenAuthority } from "../../test/certificates.ts";
import { test } from "../../test/database.ts";
import { givenNode } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
} from "../../test/feedFixture.ts";
import { createTestSender, testSeal } from "../../test/nodeOptions.ts";
import { listAttempts } from "../store/attempts.ts";
import { loadServed } from "../store/endpoints.ts";

/** What a receiver does with each request of a connection, 1-based: answer it, or any way not to. */
type Deed = "answer" | "end" | "reset" | "half";

describe("a connection that the receiver closes under a request", () => {
  test.for([
    { how: "end", secure: false },
    { how: "reset", secure: false },
    { how: "end", secure: true },
    { how: "reset", secure: true },
  ] as const)("costs a new one when it had carried an answer: %o", async ({ how, secure }) => {
    const receiver = await givenServer((nth) => (nth === 1 ? "answer" : how), secure);
    const post = givenPost(receiver.url);
    const results = [];
    for (let count = 0; count < 6; count += 1) results.push(await post());

    for (const result of results) expect(result).toMatchObject({ status: 204, error: null });
    const closedUnder = receiver.deeds.filter((deed) => deed === how);
    expect(closedUnder.length, "the receiver closed under no request").toBeGreaterThan(0);
    expect(receiver.deeds.filter((deed) => deed === "answer")).toHaveLength(6);
  });

  test.for(["end", "reset"] as const)("fails when it is new: %s", async (how) => {
    const receiver = await givenServer(() => how);

    expect(await givenPost(receiver.url)()).toMatchObject({
      status: null,
      error: "connection_reset",
    });
    expect(receiver.deeds).toEqual([how]);
  });

  test("fails when the answer had begun", async () => {
    const receiver = await givenServer((nth) => (nth === 1 ? "answer" : "half"));
    const post = givenPost(receiver.url);
    const results = [];
    for (let count = 0; count < 4; count += 1) results.push(await post());

    const halves = receiver.deeds.filter((deed) => deed === "half");
    expect(halves.length).toBeGreaterThan(0);
    expect(results.filter(({ error }) => error === "connection_reset")).toHaveLength(halves.length);
  });

  test("fails when the new one is closed too, after one more request", async () => {
    let isUp = true;
    const receiver = await givenServer(() => (isUp ? "answer" : "reset"));
    const post = givenPost(receiver.url);
    await post();
    await post();
    isUp = false;

    expect(await post()).toMatchObject({ status: null, error: "connection_reset" });
    expect(receiver.deeds.slice(2)).toEqual(["reset", "reset"]);
  });

  test("takes no more time than the attempt has", async () => {
    const waiting = Promise.withResolvers<Deed>();
    let isUp = true;
    const receiver = await givenServer((nth) => {
      if (isUp) return "answer";
      return nth === 1 ? waiting.promise : "reset";
    });
    const post = givenPost(receiver.url);
    await post();
    await post();
    isUp = false;
    const result = await post(150);
    waiting.resolve("answer");

    expect(result).toMatchObject({ status: null, error: "timeout" });
    expect(receiver.deeds.filter((deed) => deed === "reset")).toHaveLength(1);
  });

  test("costs a healthy endpoint no failed attempt", async ({ sql }) => {
    const receiver = await givenServer((nth) => (nth === 1 ? "answer" : "end"));
    const organizationId = await givenOrganization(sql);
    const endpoint = await givenEndpoint(sql, testSeal, { organizationId, url: receiver.url });
    const customers = await givenCustomers(sql, organizationId, 4);
    await givenEvents(sql, organizationId, eventsOf(customers, 6));
    await givenNode(sql);
    await expect.poll(async () => (await loadServed(sql, endpoint.id))?.cursor).toBe(24);

    const page = { limit: 100 };
    const attempts = await listAttempts(sql, { endpointId: endpoint.id, page });
    expect(attempts).toHaveLength(24);
    for (const made of attempts) expect(made).toMatchObject({ outcome: "delivered", attempt: 1 });
    expect(receiver.deeds).toContain("end");
    expect(await loadServed(sql, endpoint.id)).toMatchObject({ state: "active", backoff_step: 0 });
  });
});

/** Posts by one sender, on one pool. */
function givenPost(url: string) {
  const sender = createTestSender();
  onTestFinished(() => sender.close());
  const request = { url, pool: "end_1", headers: {}, body: "{}" };
  return (timeoutMs = 10_000) => sender.send({ ...request, timeoutMs });
}

/** A receiver that speaks just enough HTTP to be cruel at the right moment. */
async function givenServer(decide: (nth: number) => Deed | Promise<Deed>, secure = false) {
  const deeds: Deed[] = [];
  const sockets = new Set<Socket>();
  const take = (socket: Socket) => {
    sockets.add(socket.on("error", () => {}));
    let nth = 0;
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (!isWhole(text)) return;
      text = "";
      nth += 1;
      void Promise.resolve(decide(nth)).then((deed) => {
        deeds.push(deed);
        act(socket, deed);
      });
    });
  };
  const server = secure ? await givenTls(take) : createServer(take);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: secure ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`, deeds };
}

/** Whether a request has come to its end, as its content-length says. */
function isWhole(text: string): boolean {
  const [head = "", body] = text.split("\r\n\r\n");
  const [, length] = /content-length: (\d+)/i.exec(head) ?? [];
  return body !== undefined && Buffer.byteLength(body) === Number(length);
}

function act(socket: Socket, deed: Deed): void {
  if (deed === "answer") socket.write("HTTP/1.1 204 No Content\r\n\r\n");
  else if (deed === "half") socket.end("HTTP/1.1 2");
  else if (deed === "end") socket.end();
  else if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

async function givenTls(take: (socket: Socket) => void): Promise<Server> {
  const authority = givenAuthority();
  const { certificate, privateKey } = authority.issue({ name: "localhost", host: "localhost" });
  const trusted = getCACertificates("default");
  onTestFinished(() => setDefaultCACertificates(trusted));
  setDefaultCACertificates([...trusted, authority.certificate]);
  return createSecureServer({ cert: certificate, key: privateKey }, take);
}
