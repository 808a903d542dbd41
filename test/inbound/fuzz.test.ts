import { request } from "node:http";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { InboundEnvelope } from "../../src/contract/inbound.ts";
import { givenPair, test } from "../service.ts";
import { givenInlet } from "./vendor.ts";

interface Sent {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string;
}

/** As raw as Node lets it be: `fetch` would mend some of it. */
function post(url: URL, { body, headers, query }: Sent): Promise<{ status: number; text: string }> {
  const path = `${url.pathname}${query}`;
  return new Promise((resolve, reject) => {
    const sent = request({
      method: "POST",
      host: url.hostname,
      port: url.port,
      path,
      headers: { ...headers, "content-length": body.length },
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.end(body);
  });
}

const id = fc.oneof(
  fc.integer({ min: 1, max: 3 }),
  fc.constantFrom<unknown>("a", "", null, 1e300, -0, {}, [], "9".repeat(300), "x\u0000y", "\ud800"),
);
const name = fc.oneof(
  fc.constantFrom("new_customer", "update_customer", "customer.created", "new_x", "_", "."),
  fc.string(),
);
const known = fc.record(
  {
    webhook_event: name,
    eventName: name,
    event: name,
    id,
    uuid: id,
    customer_id: id,
    customer: fc.record({ id }),
    payload: fc.dictionary(fc.constantFrom("customer", "id", "current"), fc.jsonValue()),
    body: fc.dictionary(fc.constantFrom("eventName", "id"), fc.oneof(name, id)),
    updated_at: fc.constantFrom("1", "2"),
    rest: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const nested = fc
  .integer({ min: 1, max: 5_000 })
  .map((depth) => `{"webhook_event":"new_x","id":1,"a":${"[".repeat(depth)}${"]".repeat(depth)}}`);
const odd = fc.constantFrom(
  "",
  "\uFEFF{}",
  "{",
  "null",
  "1e999",
  '{"id":1,"id":2,"webhook_event":"new_x","webhook_event":"new_y"}',
  '{"webhook_event":"new_x","id":123456789012345678901234567890}',
  '{"webhook_event":"new_x","id":1,"a":"\\u0000\\ud800"}',
  '{"__proto__":{"id":1},"constructor":{"name":"x"},"webhook_event":"new_x"}',
  "\u0000",
  "event=new_customer&id=1",
);
const body = fc.oneof(
  known.map((value) => Buffer.from(JSON.stringify(value))),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  nested.map((text) => Buffer.from(text)),
  odd.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(known, fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.nat())
    .map(([value, noise, at]) => {
      const whole = Buffer.from(JSON.stringify(value));
      const cut = at % (whole.length + 1);
      return Buffer.concat([whole.subarray(0, cut), noise, whole.subarray(cut)]);
    }),
);
const headerValue = fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,60}$/);
const headers = fc.record(
  {
    "content-type": fc.oneof(
      fc.constantFrom("application/json", "text/xml; charset=x"),
      headerValue,
    ),
    "x-enerflo-event": fc.oneof(
      name.filter((text) => /^[\x20-\x7e]*$/.test(text)),
      headerValue,
    ),
    "webhook-event": headerValue,
    "idempotency-key": headerValue,
    "if-match": headerValue,
    authorization: headerValue,
    accept: headerValue,
  },
  { requiredKeys: [] },
);
const query = fc.constantFrom(
  "",
  "?event=new_x",
  "?event=%00",
  "?event=a&event=b",
  "?x=%ff&__proto__=1",
);

describe("an inlet", () => {
  test(
    "answers whatever comes without a fault of ours, and gives all of it back byte for byte",
    { timeout: 600_000 },
    async ({ service }) => {
      const { sales } = await givenPair(service);
      const inlet = await givenInlet(sales, { rate_limit_per_second: 1000 });
      const url = new URL(inlet.url);
      const took = new Map<string, Buffer>();
      const sent = fc.array(fc.record({ body, headers, query }), { minLength: 10, maxLength: 10 });

      await fc.assert(
        fc.asyncProperty(sent, async (batch) => {
          const answers = await Promise.all(batch.map((one) => post(url, one)));
          for (const [nth, { status, text }] of answers.entries()) {
            expect(status, text).toBe(200);
            const { id: taken } = JSON.parse(text) as { id: string };
            took.set(taken, batch[nth]?.body ?? Buffer.alloc(0));
          }
        }),
        { numRuns: 300 },
      );

      expect(took.size).toBeGreaterThanOrEqual(3_000);
      const onFeed = new Map<string, Buffer>();
      for (let after: number | null = 0; after !== null;) {
        const page = await sales.events.list({ after, limit: 200 });
        for (const { id: event, data } of page.data as unknown as InboundEnvelope[]) {
          const { body_text, body_base64 } = data;
          onFeed.set(
            event,
            Buffer.from(body_text ?? body_base64 ?? "", body_text === null ? "base64" : "utf8"),
          );
        }
        after = page.next === null ? null : Number(page.next);
      }
      const seen = { on: 0, out: 0 };
      for (let after: string | undefined; ;) {
        const page = await sales.receipts.list({
          id: inlet.id,
          limit: 200,
          ...(after && { after }),
        });
        for (const { id: receipt, event_id } of page.data) {
          const expected = took.get(receipt);
          const kept =
            event_id === null
              ? Buffer.from(await (await sales.receiptBodies.get({ id: receipt })).arrayBuffer())
              : onFeed.get(event_id);
          if (!expected?.equals(kept ?? Buffer.from("not there"))) {
            expect(kept).toEqual(expected);
          }
          seen[event_id === null ? "out" : "on"] += 1;
        }
        if (page.next === null) break;
        after = page.next;
      }
      expect(seen.on + seen.out).toBe(took.size);
      expect(seen.on).toBe(onFeed.size);
      expect(seen.out).toBeGreaterThan(0);
    },
  );
});
