import { describe, expect, test } from "vitest";
import { isWhole, openBook, type Seen } from "./account.ts";

const seen = (sequence: number, customer = "cus_a"): Seen => ({
  id: `evt_${sequence}`,
  sequence,
  customer,
});
const feed = [seen(1), seen(2, "cus_b"), seen(3), seen(4, "cus_b")];
const good = { received: 4, missing: 0, doubled: 0, out_of_order: 0, chain_gaps: 0, unknown: 0 };

/** Notes deliveries by their positions in the feed, each with the one before it in the feed as its previous. */
function accountOf(...sequences: readonly number[]) {
  const book = openBook();
  for (const sequence of sequences) {
    const found = feed.find((each) => each.sequence === sequence) ?? seen(sequence);
    book.note(found, sequence === 1 ? null : sequence - 1);
  }
  return book.compare(feed);
}

describe("the account of deliveries", () => {
  test("is whole when each came once; customers may overtake each other", () => {
    expect(accountOf(1, 2, 3, 4)).toEqual(good);
    expect(accountOf(2, 1, 4, 3)).toEqual(good);
    expect(isWhole(accountOf(2, 1, 4, 3))).toBe(true);
  });

  test("notices one that is missing, in the feed and in the chain", () => {
    const account = accountOf(1, 2, 4);
    expect(account).toEqual({ ...good, received: 3, missing: 1, chain_gaps: 1 });
    expect(isWhole(account)).toBe(false);
  });

  test("notices one that is missing at the end, where no chain tells", () => {
    expect(accountOf(1, 2, 3)).toEqual({ ...good, received: 3, missing: 1 });
  });

  test("notices one that came twice, and takes no offence", () => {
    const account = accountOf(1, 2, 1, 3, 4, 4);
    expect(account).toEqual({ ...good, doubled: 2 });
    expect(isWhole(account)).toBe(true);
  });

  test("notices one that came after a later one of its customer", () => {
    const account = accountOf(3, 1, 2, 4);
    expect(account).toEqual({ ...good, out_of_order: 1 });
    expect(isWhole(account)).toBe(false);
  });

  test("notices one that stands in no feed", () => {
    expect(accountOf(1, 2, 3, 4, 5)).toEqual({ ...good, received: 5, unknown: 1 });
  });

  test("expects nothing from before its start", () => {
    const book = openBook(10);
    book.note(seen(11), 9);
    expect(book.compare([seen(11)])).toEqual({ ...good, received: 1 });
  });
});
