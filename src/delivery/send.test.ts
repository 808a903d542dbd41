import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createSocketServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { givenAuthority, type TestIdentity } from "../../test/certificates.ts";
import { createEgressGuard, parseEgressAllow } from "./egress.ts";
import { createSender } from "./send.ts";
import type { Sender, SendRequest } from "./send.ts";

const loopback = "127.0.0.0/8, ::1";

describe("send() takes the answer of", () => {
  test("a receiver that is content, having posted just what it was given", async () => {
    const seen: { request: IncomingMessage; body: string }[] = [];
    const url = await givenServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      seen.push({ request, body });
      response.end("thanks");
    });
    const headers = { "content-type": "application/json", "webhook-id": "evt_1" };
    const result = await post(givenSender(), {
      url: `${url}hook?key=1`,
      headers,
      body: '{"größe":1}',
    });

    expect(result).toMatchObject({
      status: 200,
      error: null,
      responseSnippet: "thanks",
      retryAfter: null,
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(0);
    expect(seen[0]?.body).toBe('{"größe":1}');
    expect(seen[0]?.request).toMatchObject({ method: "POST", url: "/hook?key=1" });
    expect(seen[0]?.request.headers).toMatchObject({ ...headers, "content-length": "13" });
  });

  test("a receiver that fails with a reason", async () => {
    const url = await givenServer((_, response) => {
      response.writeHead(500, { "retry-after": "120" });
      response.end("\u0000\u001b[31mno\u0007\u009f\r\n\tdatabase: größer \ud83d\ude00");
    });

    expect(await post(givenSender(), { url })).toMatchObject({
      status: 500,
      error: null,
      responseSnippet: "[31mno database: größer 😀",
      retryAfter: "120",
    });
  });

  test("a receiver that has moved, without going there", async () => {
    const paths: unknown[] = [];
    const url = await givenServer((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });

    expect(await post(givenSender(), { url })).toMatchObject({ status: 302, error: null });
    expect(paths).toEqual(["/"]);
  });

  test("a receiver that hints before it answers", async () => {
    const url = await givenServer((_, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.writeHead(202).end();
    });

    expect(await post(givenSender(), { url })).toMatchObject({ status: 202, error: null });
  });

  test("a receiver that sends no end of body, and lets go of it", async () => {
    const released = new EventEmitter();
    const url = await givenServer((_, response) => {
      const chunk = "ü".repeat(8_000);
      const more = () => {
        while (response.write(chunk));
      };
      response.on("drain", more);
      response.on("close", () => released.emit("close"));
      more();
    });
    const gone = once(released, "close");
    const result = await post(givenSender(), { url });

    expect(result).toMatchObject({ status: 200, error: null, responseSnippet: "ü".repeat(1_024) });
    await gone;
  });

  test("a receiver that sends more than 16 KiB, to there and no further", async () => {
    const url = await givenServer((request, response) => {
      response.write("x".repeat(16_384 + Number(request.headers["x-more"]))); // and never ends
    });
    const sender = givenSender();

    expect(await post(sender, { url, headers: { "x-more": "1" } })).toMatchObject({
      status: 200,
      error: null,
      responseSnippet: "x".repeat(2_048),
    });
    expect(await post(sender, { url, headers: { "x-more": "0" }, timeoutMs: 200 })).toMatchObject({
      error: "timeout",
    });
  });

  test("a receiver whose snippet would end within a character", async () => {
    const url = await givenServer((_, response) => response.end(`x${"€".repeat(2_000)}`));

    expect((await post(givenSender(), { url })).responseSnippet).toBe(`x${"€".repeat(682)}`);
  });

  test("ten requests in a row on two connections at most, taken in turn", async () => {
    const sockets = new Set<Socket>();
    const url = await givenServer((request, response) => {
      sockets.add(request.socket);
      response.end();
    });
    const sender = givenSender();
    for (let count = 0; count < 10; count += 1) await post(sender, { url });

    // undici rests a connection for one turn of the event loop, in which the next request opens another.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });
});

describe("send() gives up on", () => {
  test("a receiver that never answers", async () => {
    const url = await givenServer(() => {});
    const result = await post(givenSender(), { url, timeoutMs: 50 });

    expect(result).toMatchObject({ status: null, error: "timeout", responseSnippet: "" });
    expect(result.durationMs).toBeGreaterThanOrEqual(45);
  });

  test("a receiver that drips", async () => {
    const url = await givenServer((_, response) => {
      const drip = setInterval(() => response.write("."), 10);
      response.on("close", () => clearInterval(drip));
    });
    const result = await post(givenSender(), { url, timeoutMs: 200 });

    expect(result).toMatchObject({ status: 200, error: "timeout" });
    expect(result.responseSnippet).toMatch(/^\.+$/);
  });

  test("a receiver that never finishes the TLS handshake", async () => {
    const url = await givenSocketServer(() => {});
    const secure = url.replace("http:", "https:");

    expect(await post(givenSender(), { url: secure, timeoutMs: 50 })).toMatchObject({
      error: "timeout",
    });
  });

  test("a request that waits behind a slow one for the only connection", async () => {
    const asked = new EventEmitter();
    let count = 0;
    const url = await givenServer((_, response) => {
      count += 1;
      asked.emit("request", response);
    });
    const sender = givenSender(loopback, 1);
    const arrived = once(asked, "request");
    const slow = post(sender, { url });
    const [response] = (await arrived) as [ServerResponse];

    expect(await post(sender, { url, timeoutMs: 50 })).toMatchObject({
      status: null,
      error: "timeout",
    });
    response.end();
    expect(await slow).toMatchObject({ status: 200 });
    await sender.close();
    expect(count).toBe(1);
  });

  test("nobody listening", async () => {
    const { server, url } = await listen(createServer());
    server.close();
    await once(server, "close");

    expect(await post(givenSender(), { url })).toMatchObject({
      status: null,
      error: "connection_refused",
    });
  });

  test("a receiver that resets before it answers", async () => {
    const url = await givenServer((request) => request.socket.resetAndDestroy());

    expect(await post(givenSender(), { url })).toMatchObject({
      status: null,
      error: "connection_reset",
    });
  });

  test("a receiver that hangs up before it answers", async () => {
    const url = await givenServer((request) => request.socket.end());

    expect(await post(givenSender(), { url })).toMatchObject({
      status: null,
      error: "connection_reset",
    });
  });

  test.each(["resetAndDestroy", "end"] as const)("a body that breaks off by %s()", async (how) => {
    const url = await givenServer((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => request.socket[how]());
    });

    expect(await post(givenSender(), { url })).toMatchObject({
      status: 200,
      error: "connection_reset",
    });
  });

  test("what is not HTTP", async () => {
    const url = await givenSocketServer((socket) => void socket.end("220 mail.test ESMTP\r\n\r\n"));

    expect(await post(givenSender(), { url })).toMatchObject({ status: null, error: "other" });
  });

  test("endless headers", async () => {
    const url = await givenSocketServer((socket) => {
      const more = () => {
        while (socket.write(`x-filler: ${"x".repeat(1_000)}\r\n`));
      };
      socket.write("HTTP/1.1 200 OK\r\n");
      socket.on("drain", more);
      more();
    });

    expect(await post(givenSender(), { url })).toMatchObject({ status: null, error: "other" });
  });

  test("a name that does not exist", async () => {
    const url = `https://${"a".repeat(64)}.test/`; // labels hold 63 at most, so no resolver is asked

    expect(await post(givenSender(), { url })).toMatchObject({ status: null, error: "dns" });
  });

  test("headers that cannot be sent", async () => {
    const url = await givenServer((_, response) => response.end());
    const result = await post(givenSender(), { url, headers: { "x-bad": "a\r\nb" } });

    expect(result).toMatchObject({ status: null, error: "other" });
  });
});

describe("send() refuses", () => {
  test("loopback by address, by name and by name over http, unless allowed", async () => {
    let count = 0;
    const url = await givenServer((_, response) => {
      count += 1;
      response.end();
    });
    const named = url.replace("127.0.0.1", "localhost");
    const urls = [url, url.replace("http:", "https:"), named.replace("http:", "https:"), named];

    for (const sender of [givenSender(""), givenSender("10.0.0.0/8")]) {
      for (const refused of urls) {
        expect(await post(sender, { url: refused })).toMatchObject({ error: "egress_refused" });
      }
    }
    expect(count).toBe(0);
    expect(await post(givenSender(), { url })).toMatchObject({ status: 200, error: null });
    expect(await post(givenSender(), { url: named })).toMatchObject({ status: 200, error: null });
  });

  test("a name that turned to loopback after it was public", async () => {
    let count = 0;
    const url = await givenServer((_, response) => response.end(String((count += 1))));
    const answers = ["8.8.8.8", "127.0.0.1"];
    const guard = createEgressGuard([], (_, __, callback) => {
      const address = answers.length > 1 ? answers.shift() : answers[0];
      callback(null, [{ address: address ?? "", family: 4 }]);
    });
    await new Promise((resolve) => guard.lookup("rebind.test", { all: true }, resolve));
    const sender = createSender({ guard, connectionsPerOrigin: 1 });
    onTestFinished(() => sender.close());
    const rebound = url.replace("http://127.0.0.1", "https://rebind.test");

    expect(await post(sender, { url: rebound })).toMatchObject({
      status: null,
      error: "egress_refused",
    });
    expect(count).toBe(0);
  });

  test("plain http to a public address, and what is no URL", async () => {
    for (const url of ["http://8.8.8.8/", "https://user:password@example.test/", "nonsense", ""]) {
      expect(await post(givenSender(), { url })).toMatchObject({
        status: null,
        error: "egress_refused",
      });
    }
  });
});

describe("send() can be stopped", () => {
  test("by its signal, before and during the exchange", async () => {
    const aborter = new AbortController();
    const url = await givenServer(() => aborter.abort());
    const sender = givenSender();
    const request = { url, signal: aborter.signal };

    expect(await post(sender, request)).toMatchObject({ status: null, error: "aborted" });
    expect(await post(sender, request)).toMatchObject({
      status: null,
      error: "aborted",
      durationMs: 0,
    });
  });

  test("by one signal for many, without Node taking it for a leak", async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on("warning", warned);
    onTestFinished(() => void process.off("warning", warned));
    const aborter = new AbortController();
    const url = await givenServer(() => aborter.abort());
    const sender = givenSender();
    const many = Array.from({ length: 20 }, () => post(sender, { url, signal: aborter.signal }));

    for (const result of await Promise.all(many)) expect(result.error).toBe("aborted");
    expect(warnings).toEqual([]);
  });

  test("by close(), which waits for what is under way and then takes nothing", async () => {
    const asked = new EventEmitter();
    const url = await givenServer((_, response) => asked.emit("request", response));
    const sender = givenSender();
    const arrived = once(asked, "request");
    const result = post(sender, { url });
    const [response] = (await arrived) as [ServerResponse];
    const closing = sender.close();
    response.end("done");

    expect(await result).toMatchObject({ status: 200, responseSnippet: "done" });
    await closing;
    expect(await post(sender, { url })).toMatchObject({ status: null, error: "aborted" });
  });
});

describe("send() writes nothing", () => {
  test("when it may not start any more by the time that there is a connection", async () => {
    let requests = 0;
    const url = await givenServer((_, response) => {
      requests += 1;
      response.end();
    });
    const sender = givenSender();
    const refused = await post(sender, { url, mayStart: () => false });

    expect(refused).toMatchObject({ status: null, error: "aborted" });
    expect(await post(sender, { url, mayStart: () => true })).toMatchObject({ status: 200 });
    expect(requests).toBe(1);
  });
});

describe("the connections of send()", () => {
  test("are each pool's own: one that hangs does not hold up another", async () => {
    const held: ServerResponse[] = [];
    const url = await givenServer((request, response) =>
      request.url === "/held" ? held.push(response) : response.end(),
    );
    const sender = givenSender(loopback, 1);
    const hanging = post(sender, { url: `${url}held`, pool: "end_a" });
    await expect.poll(() => held.length).toBe(1);

    const other = post(sender, { url, pool: "end_b", timeoutMs: 1_000 });
    expect(await other).toMatchObject({ status: 200, error: null });
    held[0]?.end();
    expect(await hanging).toMatchObject({ status: 200 });
  });

  test("are kept for the next request, closed when there is none, and then made anew", async () => {
    const sockets = new Set<Socket>();
    const url = await givenServer((request, response) => {
      sockets.add(request.socket);
      response.writeHead(200, { "keep-alive": "timeout=600" }).end();
    });
    const sender = givenSender();
    for (let request = 0; request < 5; request += 1) await post(sender, { url });
    const { size } = sockets;
    expect(size).toBeLessThanOrEqual(2);
    const open = [...sockets].filter(({ destroyed }) => !destroyed);
    await Promise.all(open.map((socket) => once(socket, "close")));

    expect(await post(sender, { url })).toMatchObject({ status: 200, error: null });
    expect(sockets.size).toBe(size + 1);
  });
});

describe("send() over TLS", () => {
  test("trusts certificates that the system trusts, for their name only", async () => {
    const authority = givenAuthority();
    const identity = authority.issue({ name: "localhost", host: "localhost" });
    const url = await givenSecureServer(identity, (_, response) => response.end("sealed"));
    const named = url.replace("127.0.0.1", "localhost");

    expect(await post(givenSender(), { url: named })).toMatchObject({ status: null, error: "tls" });

    const trusted = getCACertificates("default");
    onTestFinished(() => setDefaultCACertificates(trusted));
    setDefaultCACertificates([...trusted, authority.certificate]);
    expect(await post(givenSender(), { url: named })).toMatchObject({
      status: 200,
      responseSnippet: "sealed",
    });
    expect(await post(givenSender(), { url })).toMatchObject({ status: null, error: "tls" });
  });

  test("finds a receiver that does not speak it", async () => {
    const url = await givenServer((_, response) => response.end());

    expect(await post(givenSender(), { url: url.replace("http:", "https:") })).toMatchObject({
      error: "tls",
    });
  });
});

function givenSender(allow = loopback, connectionsPerOrigin = 4): Sender {
  const guard = createEgressGuard(parseEgressAllow(allow));
  const sender = createSender({ guard, connectionsPerOrigin });
  onTestFinished(() => sender.close());
  return sender;
}

function post(sender: Sender, request: Partial<SendRequest> & { url: string }) {
  return sender.send({
    pool: "end_1",

    headers: {},
    body: "{}",
    timeoutMs: 10_000,
    ...request,
  });
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

async function givenServer(listener: Listener): Promise<string> {
  const server = createServer((request, response) => void listener(request, response));
  const { url } = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return url;
}

async function givenSecureServer(identity: TestIdentity, listener: Listener) {
  const { certificate: cert, privateKey: key } = identity;
  const { url, server } = await listen(createSecureServer({ cert, key }, listener));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return url.replace("http:", "https:");
}

async function givenSocketServer(listener: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const { url, server } = await listen(
    createSocketServer((socket) => {
      sockets.add(socket.on("error", () => {}));
      listener(socket);
    }),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return url;
}

async function listen<S extends Server>(server: S): Promise<{ server: S; url: string }> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/` };
}
