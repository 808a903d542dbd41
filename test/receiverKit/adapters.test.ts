import { once } from "node:events";
import { createServer, request as httpRequest, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { DatabaseSync } from "node:sqlite";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import type pg from "pg";
import type postgres from "postgres";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventExample } from "../../src/contract/catalogue.ts";
import {
  expressHandler,
  fastifyPlugin,
  honoHandler,
  memoryInbox,
  nodeHandler,
  postgresInbox,
  receiver,
  sqliteInbox,
  webHandler,
  type EventOf,
  type Inbox,
  type Receiver,
} from "../../src/receiver/index.ts";
import { deliveryOf, secret } from "./deliveries.ts";

interface Made {
  readonly hooks: Receiver;
  readonly installs: EventOf<"new_install">[];
  readonly errors: string[];
}

function givenHooks(maxBodyBytes = 1_000_000): Made {
  const installs: EventOf<"new_install">[] = [];
  const errors: string[] = [];
  const hooks = receiver({
    secret,
    inbox: memoryInbox(),
    maxBodyBytes,
    on: { new_install: (event) => installs.push(event) },
    onError: (error) => errors.push(String(error)),
  });
  onTestFinished(() => hooks.stop());
  return { hooks, installs, errors };
}

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
}

type Serve = (hooks: Receiver) => Promise<string>;

/** A receiver behind each adapter, over real HTTP. */
const adapters: Readonly<Record<string, Serve>> = {
  "node:http": (hooks) => listening(nodeHandler(hooks)),
  async Express(hooks) {
    const app = express();
    app.post("/hooks", expressHandler(hooks));
    return listening(app);
  },
  async "Express with express.raw()"(hooks) {
    const app = express();
    app.post("/hooks", express.raw({ type: "*/*" }), expressHandler(hooks));
    return listening(app);
  },
  async "Express with rawBody"(hooks) {
    const app = express();
    app.use(
      express.json({
        verify: (request, _, body) => {
          Object.assign(request, { rawBody: body });
        },
      }),
    );
    app.post("/hooks", expressHandler(hooks));
    return listening(app);
  },
  async Fastify(hooks) {
    const app = fastify({ forceCloseConnections: true });
    await app.register(fastifyPlugin(hooks), { prefix: "/hooks" });
    onTestFinished(() => app.close());
    return `${await app.listen({ port: 0, host: "127.0.0.1" })}/hooks`;
  },
  async Hono(hooks) {
    const app = new Hono();
    app.post("/hooks", honoHandler(hooks));
    return served(app.fetch);
  },
  async "Hono after a middleware that read the body"(hooks) {
    const app = new Hono();
    app.use(async (context, next) => {
      if (context.req.method === "POST") await context.req.text();
      await next();
    });
    app.post("/hooks", honoHandler(hooks));
    return served(app.fetch);
  },
  "the web's Request": async (hooks) => served(webHandler(hooks)),
};

async function served(fetch: (request: Request) => Response | Promise<Response>): Promise<string> {
  const server = serve({ fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
}

async function post(url: string, { headers, body }: { headers: object; body: string }) {
  const sent = { connection: "close", ...headers };
  const response = await fetch(url, { method: "POST", headers: sent, body });
  return [response.status, await response.json()] as unknown[];
}

const example = eventExample("new_install", "epc") as Parameters<typeof deliveryOf>[0];
const utf8 = { ...example, note: "Jürgen, ☀" };

describe.for(Object.entries(adapters))("behind %s", ([, start]) => {
  test("takes a delivery, once, and refuses one that is not signed", async () => {
    const { hooks, installs } = givenHooks();
    const url = await start(hooks);
    const delivery = await deliveryOf(utf8);
    expect(await post(url, delivery)).toEqual([200, { outcome: "handled" }]);
    expect(await post(url, delivery)).toEqual([200, { outcome: "duplicate" }]);
    expect(installs.map(({ data }) => data.install.id)).toHaveLength(1);

    const forged = { ...delivery, body: delivery.body.replace("Jürgen", "Jurgen") };
    expect(await post(url, forged)).toEqual([400, { outcome: "no_matching_signature" }]);
    const { "webhook-id": _, ...bare } = delivery.headers;
    expect(await post(url, { ...delivery, headers: bare })).toEqual([
      400,
      { outcome: "missing_header" },
    ]);
  });

  test("refuses a body that is too long, and other methods", async () => {
    const { hooks, installs } = givenHooks(100);
    const url = await start(hooks);
    const { headers, body } = await deliveryOf(utf8);
    const response = await fetch(url, { method: "POST", headers, body });
    expect(response.status).toBe(413);
    await response.body?.cancel();
    const get = await fetch(url, { headers: { connection: "close" } });
    expect(get.status).toBeGreaterThanOrEqual(404);
    await get.body?.cancel();
    expect(installs).toEqual([]);
  });
});

describe("a body that somebody else has read", () => {
  test("is told of by Express, to `next` and to `onError`", async () => {
    const { hooks, errors } = givenHooks();
    const told: string[] = [];
    const app = express();
    app.use(express.json());
    app.post("/hooks", expressHandler(hooks));
    app.use(((error, _request, response, _next) => {
      told.push(String(error));
      response.status(500).json({ outcome: "told" });
    }) satisfies express.ErrorRequestHandler);
    const url = await listening(app);
    expect(await post(url, await deliveryOf(utf8))).toEqual([500, { outcome: "told" }]);
    expect(told).toEqual(errors);
    expect(told[0]).toContain("put the receiver before express.json()");
  });

  test("is told of by the web's handler", async () => {
    const { hooks, errors } = givenHooks();
    const { headers, body } = await deliveryOf(utf8);
    const request = new Request("http://localhost/hooks", { method: "POST", headers, body });
    await request.json();
    const response = await webHandler(hooks)(request);
    expect([response.status, await response.json()]).toEqual([500, { outcome: "body_was_parsed" }]);
    expect(errors[0]).toContain("pass the Request on before anybody reads it");
  });
});

describe("a receiver", () => {
  test("says nothing of a delivery that breaks off", async () => {
    const { hooks, installs } = givenHooks();
    const url = await listening((request, response) => {
      nodeHandler(hooks)(request, response);
      request.once("close", close);
    });
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const { headers, body } = await deliveryOf(utf8);
    const request = httpRequest(url, {
      method: "POST",
      headers: { ...headers, "content-length": body.length + 100 },
    });
    request.on("error", () => undefined);
    request.write(body, () => request.destroy());
    await closed;
    expect(installs).toEqual([]);
  });

  test.for([
    ["standardwebhooks", new StandardWebhook(secret)],
    ["svix", new SvixWebhook(secret)],
  ] as const)("takes what %s signs, which takes what we sign", async ([, webhook]) => {
    const { hooks } = givenHooks();
    const body = JSON.stringify(utf8);
    const at = new Date();
    const headers = {
      "webhook-id": utf8.id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": webhook.sign(utf8.id, at, body),
    };
    expect(await hooks.receive({ headers, body })).toEqual({ status: 200, outcome: "handled" });
    const ours = await deliveryOf(utf8);
    expect(() => webhook.verify(ours.body, ours.headers)).not.toThrow();
  });

  test("asks for the secret at each delivery, and knows its own fault from the sender's", async () => {
    let current = "";
    const errors: string[] = [];
    const hooks = receiver({
      secret: async () => current,
      inbox: memoryInbox(),
      on: {},
      onError: (error) => errors.push(String(error)),
    });
    onTestFinished(() => hooks.stop());
    expect(await hooks.receive(await deliveryOf(utf8))).toMatchObject({ status: 500 });
    expect(errors[0]).toContain("VerificationError");
    current = secret;
    expect(await hooks.receive(await deliveryOf(utf8))).toMatchObject({ outcome: "kept" });
  });

  test("answers a test without taking it for a fact", async () => {
    const { hooks, installs } = givenHooks();
    const sent = await deliveryOf({ ...utf8, sequence: 0, customer_sequence: 0 });
    expect(await hooks.receive(sent)).toEqual({ status: 200, outcome: "test" });
    expect(installs).toEqual([]);
  });

  test("refuses the formats that are not Heliograph's own", async () => {
    const { hooks } = givenHooks();
    const sent = await deliveryOf({ id: "evt_1", type: "x", specversion: "1.0" });
    expect(await hooks.receive(sent)).toEqual({ status: 400, outcome: "bad_body" });
  });

  test("answers 503 while its inbox is away, and once it was stopped", async () => {
    const inbox = { ...memoryInbox(), record: () => Promise.reject(new Error("away")) };
    const errors: string[] = [];
    const onError = (error: unknown) => errors.push(String(error));
    const hooks = receiver({ secret, inbox, on: {}, onError });
    const unavailable = { status: 503, outcome: "unavailable" };
    expect(await hooks.receive(await deliveryOf(utf8))).toEqual(unavailable);
    expect(errors).toEqual(["Error: away"]);
    await hooks.stop();
    expect(await hooks.receive(await deliveryOf(utf8))).toMatchObject({ outcome: "stopping" });

    const slow = receiver({
      secret,
      inbox: { ...memoryInbox(), record: () => new Promise<never>(() => undefined) },
      on: {},
      deadlineMs: 20,
    });
    expect(await slow.receive(await deliveryOf(utf8))).toEqual(unavailable);
  });

  test("knows the names of events, and what they carry", () => {
    receiver({
      secret,
      inbox: memoryInbox(),
      on: {
        new_install: ({ data }, { tx }) => [
          data.install.id satisfies string,
          tx satisfies undefined,
        ],
        // @ts-expect-error -- no customer has an install
        new_customer: ({ data }) => data.install,
        // @ts-expect-error -- there is no such event
        new_instal: () => undefined,
      },
    });
    // Not called: what handlers get of each driver is a matter of types.
    const byDriver = (pool: pg.Pool, sql: postgres.Sql, file: DatabaseSync) => [
      postgresInbox(pool) satisfies Inbox<pg.PoolClient>,
      postgresInbox(sql) satisfies Inbox<postgres.TransactionSql>,
      sqliteInbox(file) satisfies Inbox<DatabaseSync>,
    ];
    expect(byDriver).toBeTypeOf("function");
  });
});
