import { describe, expect } from "vitest";
import type { Sql } from "../src/base/database.ts";
import { createFeedSignal } from "../src/base/feedSignal.ts";
import { eventDefinition } from "../src/contract/catalogue.ts";
import { exampleOf } from "../src/contract/meta.ts";
import type { FeedGrowth } from "../src/store/appendEvents.ts";
import { createApp } from "../src/http/app.ts";
import { eventsOf as eachOf, givenCustomers, givenEvents, type GivenEntry } from "./feedFixture.ts";
import { expectProblem } from "./problems.ts";
import { givenDeal } from "./deals.ts";
import {
  eventsOf,
  givenClient,
  givenCustomer,
  givenPair,
  givenSalesOrg,
  test,
  type Pair,
  type Service,
} from "./service.ts";
import { givenKey } from "./world.ts";

/** Where a stream is asked to start. */
interface Start {
  readonly after?: number;
  readonly lastEventId?: number;
}

/** One event of a stream, as its lines say it. */
interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

interface OpenStream {
  /** Waits until so many more events have come. */
  take(count: number): Promise<Message[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

const connect = ({ url }: Service, key: string, query = "", headers: Record<string, string> = {}) =>
  fetch(new URL(`/v1/events/stream${query}`, url), {
    headers: { authorization: `Bearer ${key}`, ...headers },
  });

/** Opens a stream and waits for its first line, a comment. */
async function follow(service: Service, key: string, start: Start = {}): Promise<OpenStream> {
  const { after, lastEventId } = start;
  const query = after === undefined ? "" : `?after=${after}`;
  const headers = lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) };
  const response = await connect(service, key, query, headers);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const blocks = blocksOf(response);
  expect(await blocks.next()).toEqual({ done: false, value: ": connected" });
  return {
    async take(count) {
      const messages: Message[] = [];
      while (messages.length < count) {
        const { value, done } = await blocks.next();
        if (done) throw new Error(`The stream ended after ${messages.length} of ${count} events`);
        messages.push(messageOf(value));
      }
      return messages;
    },
    async [Symbol.asyncDispose]() {
      await blocks.return(undefined);
    },
  };
}

/** What stands between empty lines. */
async function* blocksOf(response: Response): AsyncGenerator<string, undefined> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${text}${chunk}`.split("\n\n");
    text = blocks.pop() ?? "";
    yield* blocks;
  }
}

/** Three lines and no others: nothing in an event may add one. */
function messageOf(block: string): Message {
  const said = /^id: (\d+)\nevent: (\w+)\ndata: (\{[^\r\n]*\})$/.exec(block);
  if (!said) throw new Error(`Not an event: ${block}`);
  const [, id = "", event = "", data = ""] = said;
  return { id, event, data: JSON.parse(data) };
}

/** The organization's whole feed, as a stream must tell it. */
async function messagesOf(client: Pair["sales"], after = 0): Promise<Message[]> {
  const events = await eventsOf(client, after);
  return events.map((data) => ({ id: String(data.sequence), event: data.type, data }));
}

const addNote = ({ sales }: Pair, id: string, body = "Called") => sales.notes.create({ id, body });

/** Notes on some customers, all asked for at once. */
async function writeAtOnce(pair: Pair, customers: number, notesEach: number): Promise<void> {
  const made = await Promise.all(Array.from({ length: customers }, () => givenCustomer(pair)));
  const all = made.flatMap(({ id }) => Array.from({ length: notesEach }, () => id));
  await Promise.all(all.map((id) => addNote(pair, id)));
}

/** Gives the notes of some events another text; no command does that. */
async function rewrite(sql: Sql, events: readonly GivenEntry[], body: string): Promise<void> {
  const { note, ...deal } = exampleOf(eventDefinition("new_note").data) as { note: object };
  const ids = events.map(({ id }) => id);
  const data = JSON.stringify({ ...deal, note: { ...note, body } });
  await sql`update events set data = ${data} where id = any(${ids}::text[])`;
}

describe("the stream of a feed", () => {
  test("tells each event as it is committed: all of its own feed, in order, and nothing of others", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const stranger = await givenSalesOrg(service);
    const strangerClient = await givenClient(service, stranger.id);
    await using sales = await follow(service, await givenKey(service, pair.salesOrg.id));
    await using installer = await follow(service, await givenKey(service, pair.epc.id));
    await using others = await follow(service, await givenKey(service, stranger.id));

    const { id } = await givenDeal(pair);
    const first = await sales.take(2);
    await writeAtOnce(pair, 5, 4);
    await pair.sales.surveys.update({ id, stage: "appointment_set" });
    await givenCustomer({ ...pair, sales: strangerClient }, { rep_id: null });

    const own = await messagesOf(pair.sales);
    expect(own.map((message) => Number(message.id))).toEqual(own.map((_, index) => index + 1));
    expect(own).toHaveLength(2 + 5 * (1 + 4) + 1);
    expect([...first, ...(await sales.take(own.length - 2))]).toEqual(own);
    expect(await installer.take(1)).toEqual(await messagesOf(pair.installer));
    expect(await others.take(1)).toEqual(await messagesOf(strangerClient));
  });

  test("starts at the head, after `after`, or after Last-Event-ID, which goes first", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const key = await givenKey(service, pair.salesOrg.id);
    await writeAtOnce(pair, 1, 9);
    const positions = async (start: Start) => {
      await using stream = await follow(service, key, start);
      await writeAtOnce(pair, 1, 0);
      const head = (await eventsOf(pair.sales)).length;
      const from = start.lastEventId ?? start.after ?? head - 1;
      const taken = await stream.take(head - from);
      expect(taken.at(-1)?.id).toBe(String(head));
      return Number(taken[0]?.id);
    };

    expect(await positions({})).toBe(11);
    expect(await positions({ after: 0 })).toBe(1);
    expect(await positions({ after: 7 })).toBe(8);
    expect(await positions({ lastEventId: 4 })).toBe(5);
    expect(await positions({ lastEventId: 4, after: 8 })).toBe(5);
    expect(await positions({ lastEventId: 0, after: 8 })).toBe(1);
  });

  test("goes on after a lost connection without a gap or a double, whatever was written meanwhile", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const key = await givenKey(service, pair.salesOrg.id);
    const taken: Message[] = [];
    const read = async (count: number) => {
      await using stream = await follow(service, key, { lastEventId: Number(taken.at(-1)?.id) });
      taken.push(...(await stream.take(count)));
    };
    await using first = await follow(service, key);
    await writeAtOnce(pair, 1, 2);
    taken.push(...(await first.take(3)));
    await writeAtOnce(pair, 3, 5);

    const writing = writeAtOnce(pair, 4, 8);
    while (taken.length < 3 + 18 + 36 - 7) await read(7);
    await writing;
    await read(3 + 18 + 36 - taken.length);

    expect(taken).toEqual(await messagesOf(pair.sales));
  });

  test("passes on a long feed in full", async ({ service, sql }) => {
    const { id } = await givenSalesOrg(service);
    const key = await givenKey(service, id);
    await givenEvents(sql, id, eachOf(await givenCustomers(sql, id, 5), 50));
    await using stream = await follow(service, key, { after: 0 });

    expect(await stream.take(250)).toEqual(await messagesOf(service.clientOf(key)));
  });

  test("is read no further than its reader takes it", async ({ service, sql }) => {
    const { id } = await givenSalesOrg(service);
    const key = await givenKey(service, id);
    const customers = await givenCustomers(sql, id, 1);
    const events = await givenEvents(sql, id, eachOf(customers, 2000));
    await rewrite(sql, events, "written before ".repeat(1300));
    await using slow = await follow(service, key, { after: 0 });
    await using quick = await follow(service, key, { after: 0 });

    await quick.take(events.length);
    await rewrite(sql, events.slice(-1), "written after");

    // Had the service run ahead of its slow reader, it would have the last event as it was before.
    const last = (await slow.take(events.length)).at(-1);
    expect(last).toMatchObject({ id: "2000", data: { data: { note: { body: "written after" } } } });
  });

  test("tells what another node has written, of which nobody here was told", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const key = await givenKey(service, pair.salesOrg.id);
    const { id } = await givenCustomer(pair);
    await using stream = await follow(service, key);
    const otherNode = createApp({ ...service.services, signal: createFeedSignal<FeedGrowth>() });

    const made = await otherNode.request(`/v1/customers/${id}/notes`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ body: "Written elsewhere" }),
    });

    expect(made.status).toBe(201);
    expect(await stream.take(1)).toEqual(await messagesOf(pair.sales, 1));
  });

  test("keeps each event in its lines, whatever its texts hold", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    await using stream = await follow(service, await givenKey(service, pair.salesOrg.id));
    const body = "one\n\nid: 99\r\nevent: forged\rdata: {}\n\n: two\u2028\u2029\u0085☀ three";

    await addNote(pair, id, body);

    const [message] = await stream.take(1);
    expect(message).toMatchObject({
      id: "2",
      event: "new_note",
      data: { data: { note: { body } } },
    });
  });
});

test("the stream is refused from what is no position, and with what it does not know", async ({
  service,
}) => {
  const { id } = await givenSalesOrg(service);
  const key = await givenKey(service, id);
  for (const given of ["abc", "-1", "1.5", "1e3", "0x1", "1, 2", "9".repeat(16), "evt_1"]) {
    const response = await connect(service, key, "", { "last-event-id": given });
    const { detail } = await expectProblem(response, "malformed");
    expect(detail).toContain(given);
  }
  const positions = ["abc", "-1", "1.5", "9007199254740992", "1&after=2"];
  for (const query of [...positions.map((after) => `after=${after}`), "type=new_note", "limit=5"]) {
    const { errors } = await expectProblem(await connect(service, key, `?${query}`), "invalid");
    expect(
      errors?.map(({ at }) => at),
      query,
    ).toEqual([query.split("=")[0]]);
  }
});
