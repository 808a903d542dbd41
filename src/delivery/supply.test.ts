import { expect, test } from "vitest";
import type { Books } from "./books.ts";
import { createHeld } from "./held.ts";
import { Lanes } from "./lane.ts";
import { Supply } from "./supply.ts";
import { Window } from "./window.ts";

test("endpoints that begin at once do not all read much", async () => {
  const held = createHeld(2_000_000);
  const asked: number[] = [];
  const released = Promise.withResolvers<void>();
  const supplies = Array.from({ length: 20 }, () => supplyOf(held, asked, released.promise));
  const reading = supplies.map((supply) => supply.readFeed());
  expect(asked).toEqual([...Array<number>(8).fill(100), ...Array<number>(12).fill(10)]);

  released.resolve();
  await Promise.all(reading);
  expect(held.weight).toBe(0);
});

/** Reads a feed that turns out to be empty. */
function supplyOf(held: ReturnType<typeof createHeld>, asked: number[], released: Promise<void>) {
  const books = { outage: { isDown: false } } as Books;
  return new Supply(new Window(0, new Lanes([], 0)), books, {
    feed: {
      async read(limit) {
        asked.push(limit);
        await released;
        return { entries: [], settled: new Set(), scannedTo: 0, hasMore: false };
      },
      take: () => null,
      rewind: () => undefined,
    },
    resends: async () => [],
    held,
  });
}
