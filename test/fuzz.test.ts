import { connect } from "node:net";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { operation } from "../src/contract/operations.ts";
import { closed, harmless, keyFor, strike, withJson } from "./attack.ts";
import { placesIn, replaced, type Json } from "./places.ts";
import { problemOf } from "./problems.ts";
import { test } from "./service.ts";
import { bodyOf, exampleBody, givenWorld, pathOf, send } from "./world.ts";

describe("whatever is sent as", () => {
  test("a body is answered, never with a fault of ours", async ({ service }) => {
    const world = await givenWorld(service);
    for (const name of withJson) {
      const body = exampleBody(operation(name), world.ids) as Json;
      const places = fc.constantFrom(...placesIn(body).map(([at]) => at));
      const mutant = fc
        .tuple(places, fc.jsonValue())
        .map(([at, value]) => replaced(body, at, value as Json));
      await fc.assert(
        fc.asyncProperty(fc.oneof(mutant, fc.jsonValue()), async (given) =>
          expectAnswer(await strike(world, name, [JSON.stringify(given)])),
        ),
        { numRuns: 15 },
      );
    }
  });

  test("query, path and headers is answered, never with a fault of ours", async ({ service }) => {
    const world = await givenWorld(service);
    const odd = fc.oneof(
      fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
      fc.constantFrom("", "0", "-1", "1e9", "null", "\u0000", "%00", "../..", "9".repeat(400)),
    );
    const names = closed.filter((name) => operation(name).answerKind !== "event_stream");
    for (const name of names) {
      const called = operation(name);
      const known = Object.keys((called.query as { shape?: object }).shape ?? {});
      const query = fc.dictionary(fc.constantFrom("nonsense", ...known), odd);
      const header = fc.stringMatching(/^[\x20-\x7e]{0,40}$/);
      const path = fc.oneof(
        fc.constant(pathOf(called, world.ids).replace(/\?.*$/, "")),
        odd.map(
          (part) => `/v1${called.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(part))}`,
        ),
      );
      await fc.assert(
        fc.asyncProperty(query, header, path, async (asked, ifMatch, at) => {
          const response = await send(service, name, {
            ids: world.ids,
            key: keyFor(world, name),
            path: `${at}?${new URLSearchParams(asked).toString()}`,
            headers: { "if-match": ifMatch, "idempotency-key": ifMatch },
            body: bodyOf(called, world.ids),
          });
          await expectAnswer(response);
        }),
        { numRuns: 15 },
      );
    }
  });

  test("bytes that are no request is refused as a problem", ({ service }) =>
    harmless(service, async () => {
      const host = "host: localhost\r\n";
      const attacks = [
        "nonsense\r\n\r\n",
        `GET /v1/customers HTTP/9.9\r\n${host}\r\n`,
        `GET /v1/customers HTTP/1.1\r\n${host}x: ${"x".repeat(20_000)}\r\n\r\n`,
        `POST /v1/customers HTTP/1.1\r\n${host}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
        `GET /v1/customers HTTP/1.1\r\n${host}bad header: 1\r\n\r\n`,
      ];
      for (const attack of attacks) {
        const [head = "", body = ""] = (await exchange(service.url, attack)).split("\r\n\r\n");
        expect(head).toMatch(/^HTTP\/1.1 400 .*\r\ncontent-type: application\/problem\+json/s);
        expect(JSON.parse(body)).toMatchObject({ code: "malformed", status: 400 });
      }
    }));

  test("a body that breaks off changes nothing", ({ service }) =>
    harmless(service, async ({ salesKey }) => {
      const head = `POST /v1/customers HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${salesKey}\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n`;
      await exchange(service.url, `${head}{"first_name":"Avery"`);
      expect((await fetch(new URL("/healthz", service.url))).status).toBe(200);
    }));
});

/** Success, or a whole problem that is no fault of ours. */
async function expectAnswer(response: Response): Promise<void> {
  if (response.ok) return void (await response.arrayBuffer());
  expect((await problemOf(response)).status).toBeLessThan(500);
}

/** Sends bytes, ends its side, and reads what comes back until the end. */
function exchange(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1").setEncoding("latin1");
  return new Promise((resolve) => {
    let answer = "";
    socket.on("data", (chunk: string) => (answer += chunk));
    socket.once("error", () => resolve(answer)).once("close", () => resolve(answer));
    socket.end(bytes);
  });
}
