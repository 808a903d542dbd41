import { describe, expect } from "vitest";
import type { Client } from "../src/sdk/index.ts";
import { test } from "./mainProcess.ts";
import { startReceiver } from "./receiver.ts";
import { dayMs, forward, givenCustomer, givenSales, operatorOf, testServer } from "./testServer.ts";

const asSet = { ...testServer, HELIOGRAPH_HISTORY_MONTHS: "1" };

/** Reads and moves that ask for what comes after a position. */
const asked: readonly (readonly [what: string, ask: (sales: Client, of: Asked) => unknown])[] = [
  ["the feed", (sales, { after }) => sales.events.list({ after })],
  ["the stream", (sales, { after }) => sales.events.stream({ after }).next()],
  ["a new endpoint", (sales, { url, after }) => sales.endpoints.create({ url, start: after })],
  [
    "a move of the cursor",
    (sales, { id, after }) => sales.endpoints.resume({ id, from: after, dry_run: true }),
  ],
  [
    "a replay",
    (sales, { id, after }) =>
      sales.endpoints.replay({ id, from: after + 1, to: 5, types: ["new_note"] }),
  ],
];

/** Ranges, and what of them is accounted for where the first three positions are dropped. */
const accounts = [
  [{}, { from: 4, to: 5, matching: 2 }],
  [{ from: 1 }, { from: 4, to: 5, matching: 2 }],
  [
    { from: 3, to: 4 },
    { from: 4, to: 4, matching: 1 },
  ],
  [{ from: 5 }, { from: 5, to: 5, matching: 1 }],
  [
    { from: 1, to: 2 },
    { from: 4, to: 3, matching: 0 },
  ],
] as const;

describe("a service that keeps a month of history", () => {
  test("drops what is older, and refuses who asks for it", async ({ dataDir, start }) => {
    const url = await start(asSet).ready;
    const operator = await operatorOf(dataDir, url);
    const { sales } = await givenSales(operator, url);
    await using receiver = await startReceiver();
    const { id } = await sales.endpoints.create({ url: receiver.url });
    for (let count = 0; count < 3; count += 1) await givenCustomer(sales);
    await receiver.untilAccepted(3);
    await expect
      .poll(() => sales.endpoints.reconcile({ id }))
      .toMatchObject({ matching: 3, delivered: 3 });

    // Its manifest is made at one of the next looks, and at the latest by the next move.
    const positions = async () => {
      await forward(operator, 65 * dayMs);
      return (await sales.events.list()).data.map(({ sequence }) => sequence);
    };
    await expect.poll(positions).toEqual([]);
    for (let count = 0; count < 2; count += 1) await givenCustomer(sales);
    await receiver.untilAccepted(5);
    // The process that delivers remembers what it has sent.
    const later = receiver.requests.filter(({ sequence }) => sequence > 3);
    expect(later.map(({ headers }) => previousOf(headers))).toEqual(["3", "4"]);

    for (const [what, ask] of asked) {
      const of = { id, url: receiver.url };
      const answer = Promise.resolve(ask(sales, { ...of, after: 2 }));
      await expect(answer, what).rejects.toMatchObject({
        code: "rule",
        rule: "history_kept",
        message: expect.stringContaining("go on after 3"),
      });
      for (const after of [3, 4]) await ask(sales, { ...of, after });
    }
    expect((await sales.events.list({ after: 0 })).data.map((event) => event.sequence)).toEqual([
      4, 5,
    ]);
    await expect
      .poll(() => sales.endpoints.reconcile({ id }))
      .toMatchObject({ matching: 2, delivered: 2, waiting: 0 });
    for (const [range, told] of accounts) {
      const account = await sales.endpoints.reconcile({ id, ...range });
      expect(account, JSON.stringify(range)).toMatchObject({ ...told, not_delivered: [] });
    }

    await using other = await startReceiver();
    await sales.endpoints.create({ url: other.url, start: "beginning" });
    await other.untilAccepted(2);
    expect(other.requests.map(({ sequence, headers }) => [sequence, previousOf(headers)])).toEqual([
      [4, undefined],
      [5, "4"],
    ]);
  });
});

/** Whom and what is asked. */
interface Asked {
  readonly id: string;
  readonly url: string;
  readonly after: number;
}

const previousOf = (headers: NodeJS.Dict<string | string[]>) => headers["heliograph-previous"];
