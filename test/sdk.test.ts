import { createServer, type RequestListener } from "node:http";
import { connect, createServer as createProxy, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { describe, expect, expectTypeOf, test as plainTest } from "vitest";
import type { EventEnvelope } from "../src/contract/catalogue.ts";
import type { InboundEnvelope } from "../src/contract/inbound.ts";
import { operation, operationNames } from "../src/contract/operations.ts";
import { createClient, HeliographError, isFailure, type Client } from "../src/sdk/index.ts";
import {
  eventsOf,
  givenCustomer,
  givenPair,
  givenSalesOrg,
  test,
  type Pair,
  type Service,
} from "./service.ts";
import { givenKey } from "./world.ts";

/** A line to the service that can be cut. */
async function givenLine({ url }: Service) {
  const open = new Set<Socket>();
  const state = { isCut: false, refused: 0, asked: "", answered: "" };
  const onlookers = new Set<() => void>();
  const tell = () => onlookers.forEach((look) => look());
  const proxy = createProxy((near) => {
    if (state.isCut) {
      near.destroy();
      state.refused += 1;
      return tell();
    }
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.on("data", (chunk) => {
        to.write(chunk);
        state[from === far ? "answered" : "asked"] += String(chunk);
        tell();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    /** Ends all connections; new ones are refused until it is mended. */
    cut() {
      state.isCut = true;
      for (const socket of open) socket.destroy();
      open.clear();
    },
    mend() {
      state.isCut = false;
    },
    /** Waits until something is so. */
    until(isSo: (now: typeof state) => boolean) {
      return new Promise<void>((resolve) => {
        const look = () => {
          if (!isSo(state)) return;
          onlookers.delete(look);
          resolve();
        };
        onlookers.add(look);
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      this.cut();
      proxy.close();
      await once(proxy, "close");
    },
  };
}

/** A feed to follow over a line, and a client that has come to know the proxy's address only. */
async function givenFollower(service: Service) {
  const pair = await givenPair(service);
  const key = await service.operator.keys.create({ id: pair.salesOrg.id });
  const line = await givenLine(service);
  return { pair, key, line, client: createClient({ url: line.url, key: key.key }) };
}

type Streamed = EventEnvelope | InboundEnvelope;

async function take(events: AsyncIterator<Streamed, void>, count: number): Promise<Streamed[]> {
  const taken: Streamed[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done) throw new Error(`The stream ended after ${taken.length} of ${count} events`);
    taken.push(value);
  }
  return taken;
}

const addNotes = async ({ sales }: Pair, id: string, count: number) => {
  for (let note = 0; note < count; note += 1) await sales.notes.create({ id, body: `${note} ☀` });
};

describe("events.stream()", () => {
  test("gives each event of the feed, as a delivery carries it", async ({ service }) => {
    const { pair, client, line } = await givenFollower(service);
    await using _ = line;
    const { id } = await givenCustomer(pair);
    const events = client.events.stream({ after: 0 });

    const [first] = await take(events, 1);
    await addNotes(pair, id, 30);
    const rest = await take(events, 30);
    await events.return();

    expect([first, ...rest]).toEqual(await eventsOf(pair.sales));
    if (first?.type !== "new_customer") throw new Error("Expected a new customer");
    expectTypeOf(first.data.customer.first_name).toEqualTypeOf<string>();
    expect(first.data.customer.id).toBe(id);
  });

  test("goes on after a lost connection without a gap or a double", async ({ service }) => {
    const { pair, client, line } = await givenFollower(service);
    await using _ = line;
    const { id } = await givenCustomer(pair);
    const events = client.events.stream({ after: 0 });
    const taken = await take(events, 1);

    for (let round = 1; round <= 3; round += 1) {
      await addNotes(pair, id, 3);
      taken.push(...(await take(events, 2)));
      line.cut();
      await addNotes(pair, id, 3);
      line.mend();
      taken.push(...(await take(events, 4)));
    }
    await events.return();

    expect(taken).toEqual(await eventsOf(pair.sales));
    expect(line.state.asked.split("GET /v1/events/stream")).toHaveLength(1 + 4);
  });

  test("starts at the head, and loses nothing that happens before its first event", async ({
    service,
  }) => {
    const { pair, client, line } = await givenFollower(service);
    await using _ = line;
    const { id } = await givenCustomer(pair);
    const events = client.events.stream();
    const next = events.next();
    await line.until(({ answered }) => answered.includes(": connected\n"));

    line.cut();
    await addNotes(pair, id, 2);
    line.mend();

    expect((await next).value).toMatchObject({ type: "new_note", sequence: 2 });
    expect(await take(events, 1)).toMatchObject([{ sequence: 3 }]);
    await events.return();
  });

  test("goes on trying while the service is away, and says that it does", async ({ service }) => {
    const { pair, client, line } = await givenFollower(service);
    await using _ = line;
    const { id } = await givenCustomer(pair);
    let lost = 0;
    const events = client.events.stream({ after: 0 }, { onLost: () => (lost += 1) });
    await take(events, 1);

    line.cut();
    const next = events.next();
    await line.until(({ refused }) => refused === 2);
    line.mend();
    await addNotes(pair, id, 1);

    expect((await next).value).toMatchObject({ sequence: 2 });
    expect(lost).toBeGreaterThanOrEqual(2);
    await events.return();
  });

  test("ends with its signal, also one that was given before, and with a break", async ({
    service,
  }) => {
    const { pair, client, line } = await givenFollower(service);
    await using _ = line;
    await givenCustomer(pair);
    const ending = new AbortController();
    const events = client.events.stream({ after: 0 }, { signal: ending.signal });
    await take(events, 1);

    const next = events.next();
    ending.abort();

    expect(await next).toEqual({ done: true, value: undefined });
    const late = client.events.stream({ after: 0 }, { signal: ending.signal });
    expect(await late.next()).toEqual({ done: true, value: undefined });
    for await (const event of client.events.stream({ after: 0 })) {
      expect(event.sequence).toBe(1);
      break;
    }
    expect(line.state.asked.split("GET /v1/events/stream")).toHaveLength(1 + 2);
  });

  test("throws what the service says to a key that may not, or may no more", async ({
    service,
  }) => {
    const { pair, client, line, key } = await givenFollower(service);
    await using _ = line;
    const { id } = await givenCustomer(pair);
    const events = client.events.stream({ after: 0 });
    await take(events, 1);

    await service.operator.keys.revoke({ id: key.id });
    await addNotes(pair, id, 1);

    await expect(events.next()).rejects.toMatchObject({ code: "unauthorized", status: 401 });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await expect(client.events.stream().next()).rejects.toThrow(HeliographError);
  });

  test("throws when nobody is there at the start", async () => {
    const gone = await givenServer(() => {});
    await gone[Symbol.asyncDispose]();
    const client = createClient({ url: gone.url, key: "hk_x" });

    await expect(client.events.stream().next()).rejects.toThrow(TypeError);
  });
});

describe("a client", () => {
  plainTest("has every operation but those that others sign, and what a link fetches", () => {
    const client = createClient({ url: "http://localhost", key: "hk_x" }) as unknown as Record<
      string,
      Record<string, unknown>
    >;
    const calls = Object.values(client)
      .flatMap((group) => Object.keys(group))
      .filter((call) => !call.endsWith("All"));
    const left = operationNames.filter((name) => {
      const { bodyKind, answerKind } = operation(name);
      return bodyKind === "raw_json" || bodyKind === "bytes" || answerKind === "content";
    });

    expect(left.toSorted()).toEqual(["acceptInbound", "completeWelcomeCall", "getFileContent"]);
    expect(calls).toHaveLength(operationNames.length - left.length);
    expect(client).not.toHaveProperty("welcomeCalls");
    expect(client).not.toHaveProperty("fileContents");
    expectTypeOf<Client>().not.toHaveProperty("welcomeCalls");
    expectTypeOf<Client>().not.toHaveProperty("fileContents");
    expectTypeOf<Client["files"]>().toHaveProperty("get");
  });

  test("keeps the path under which the service is reached", async ({ service }) => {
    const { id } = await givenSalesOrg(service);
    const key = await givenKey(service, id);
    const asked: string[] = [];
    await using proxy = await givenServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"data":[],"next":null}');
    });

    for (const base of ["/heliograph", "/heliograph/", "/", "", "/a/b//"]) {
      await createClient({ url: `${proxy.url}${base}`, key }).customers.list({ q: "a b" });
    }

    const call = "/v1/customers?q=a+b";
    expect(asked).toEqual([`/heliograph${call}`, `/heliograph${call}`, call, call, `/a/b${call}`]);
  });

  test("throws the service's problem", async ({ service }) => {
    const { id } = await givenSalesOrg(service);
    const client = service.clientOf(await givenKey(service, id));

    const failure = await client.customers
      .get({ id: "cus_00000000000000000000000000" })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(HeliographError);
    expect(failure).toMatchObject({
      code: "not_found",
      status: 404,
      message: "No customer cus_00000000000000000000000000",
    });
  });

  plainTest.for([
    [502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"],
    [503, "text/plain", ""],
    [404, "application/json", '{"message":"no Route matched"}'],
    [403, "application/json", "null"],
    [500, "application/problem+json", '{"code":'],
    [200, "text/html", "<html>Please log in</html>"],
  ] as const)(
    "throws what is no answer of the service's: %i %s %s",
    async ([status, type, body]) => {
      await using proxy = await givenServer((_, response) => {
        response.writeHead(status, { "content-type": type });
        response.end(body);
      });
      const client = createClient({ url: proxy.url, key: "hk_x", retries: 0 });

      for (const call of [() => client.customers.list(), () => client.events.stream().next()]) {
        const failure = await call().catch((error: unknown) => error);

        expect(failure).toBeInstanceOf(HeliographError);
        expect(failure).toMatchObject({ code: "unexpected_answer", status });
        expect(String(failure)).toContain(String(status));
        expect(String(failure)).toContain(body.slice(0, 20));
      }
    },
  );
});

describe("a call for all pages", () => {
  test("gives every record once, forwards and backwards", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    await addNotes(pair, id, 7);

    const notes = await Array.fromAsync(pair.sales.notes.listAll({ id, limit: 3 }));
    const feed = await Array.fromAsync(pair.sales.events.listAll({ limit: 3 }));
    const backwards = await Array.fromAsync(pair.sales.events.listAll({ before: 9, limit: 3 }));

    expect(notes.map(({ body }) => body).toSorted()).toEqual(
      Array.from({ length: 7 }, (_, note) => `${note} ☀`),
    );
    expect(feed).toEqual(await eventsOf(pair.sales));
    expect(backwards).toEqual(feed.toReversed());
    expectTypeOf(notes[0]?.body).toEqualTypeOf<string | undefined>();
    expectTypeOf(feed).toEqualTypeOf<EventEnvelope[]>();
    expectTypeOf<Client["customers"]>().not.toHaveProperty("getAll");
  });

  test("reads no page that nobody wants, and ends with its signal", async ({ service }) => {
    const { pair, client, line } = await givenFollower(service);
    await using _ = line;
    const { id } = await givenCustomer(pair);
    await addNotes(pair, id, 5);
    for await (const event of client.events.listAll({ limit: 2 })) if (event.sequence === 2) break;
    expect(line.state.asked.split("GET /v1/events")).toHaveLength(1 + 1);

    const ended = client.events.listAll({}, { signal: AbortSignal.abort() });
    await expect(ended.next()).rejects.toThrow("aborted");
  });
});

describe("a client sends again", () => {
  /** Answers with these statuses, one after the other, and then well. */
  const givenFlaky = async (statuses: readonly number[]) => {
    const keys: (string | undefined)[] = [];
    const left = [...statuses];
    const proxy = await givenServer((request, response) => {
      keys.push(request.headers["idempotency-key"] as string | undefined);
      const status = left.shift() ?? 200;
      if (status === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { "content-type": "application/json", "retry-after": "0" });
      response.end('{"data":[],"next":null}');
    });
    return Object.assign(proxy, { keys });
  };

  plainTest.for([[[503, 429]], [[0, 502]]])(
    "a write that met %j, under one key of its own",
    async ([statuses]) => {
      await using proxy = await givenFlaky(statuses ?? []);
      const { notes } = createClient({ url: proxy.url, key: "hk_x" });

      await notes.create({ id: "cus_x", body: "Hello" });
      await notes.create({ id: "cus_x", body: "Hello" });

      const [first, second, third, next] = proxy.keys;
      expect(proxy.keys).toHaveLength(4);
      expect(first).toMatch(/^sdk-[0-9a-f]{32}$/);
      expect([second, third]).toEqual([first, first]);
      expect(next).not.toBe(first);
    },
  );

  plainTest("no more often than it was told, and says what it met last", async () => {
    await using proxy = await givenFlaky([503, 504, 503]);
    const { customers } = createClient({ url: proxy.url, key: "hk_x", retries: 1 });

    const failure = await customers.list().catch((error: unknown) => error);

    expect(isFailure(failure) && failure.status).toBe(504);
    expect(isFailure(failure, "unexpected_answer")).toBe(true);
    expect(isFailure(failure, "not_found", "rule")).toBe(false);
    expect(proxy.keys).toEqual([undefined, undefined]);
  });

  plainTest("neither what was refused nor an example, which is sent each time", async () => {
    await using proxy = await givenFlaky([409, 503, 503]);
    const { endpoints } = createClient({ url: proxy.url, key: "hk_x" });

    await expect(endpoints.pause({ id: "end_x" })).rejects.toMatchObject({ status: 409 });
    await expect(endpoints.test({ id: "end_x", type: "new_note" })).rejects.toMatchObject({
      status: 503,
    });

    expect(proxy.keys).toHaveLength(2);
  });

  plainTest("not when its signal has ended the call", async () => {
    await using proxy = await givenFlaky([503, 503]);
    const ending = new AbortController();
    const { customers } = createClient({ url: proxy.url, key: "hk_x" });

    const call = customers.list({}, { signal: ending.signal });
    ending.abort();

    await expect(call).rejects.toThrow("aborted");
  });
});

async function givenServer(answer: RequestListener) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
