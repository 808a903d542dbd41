import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import type { Sql } from "../base/database.ts";
import type { FeedRange } from "../store/feed.ts";
import { deliveryStoreOn } from "./deliveryStore.ts";
import { createSharedReads } from "./sharedReads.ts";

describe("a shared read", () => {
  test("gives what a read of one's own gives, wherever it begins and ends", async ({ sql }) => {
    const { shared, alone, holder, organizationId } = await given(sql, 230);
    for (const after of [0, 1, 50, 99, 100, 101, 180, 199, 200, 229, 230]) {
      for (const limit of [1, 10, 100]) {
        const range = { organizationId, holder, after, limit };
        const [own, page] = [await alone(range), await shared(range)];
        expect(page.head).toBe(own.head);
        expect(own.entries.slice(0, page.entries.length)).toEqual(page.entries);
        const isShort = page.entries.length < own.entries.length;
        expect(page.scannedTo).toBe(isShort ? page.entries.at(-1)?.sequence : own.scannedTo);
        expect(page.entries.length > 0).toBe(own.entries.length > 0);
      }
    }
  });

  test("goes to the database once for all who are at the same place", async ({ sql }) => {
    const { shared, reads, holder, organizationId } = await given(sql, 200);
    const range = { organizationId, holder, limit: 100 };
    await Promise.all([0, 0, 0].map((after) => shared({ ...range, after })));
    await Promise.all([40, 100, 100].map((after) => shared({ ...range, after })));
    expect(reads.map(({ after }) => after)).toEqual([0, 100]);
  });

  test("gives nothing under an old fencing number", async ({ sql }) => {
    const { shared, holder, organizationId } = await given(sql, 100);
    const range = { organizationId, holder, after: 0, limit: 100 };
    expect((await shared(range)).entries).toHaveLength(100);
    await sql`update endpoints set fence = fence + 1`;
    expect(await shared(range)).toEqual({ entries: [], scannedTo: 0, head: 0 });
  });

  test("keeps no more than it may", async ({ sql }) => {
    const { shared, reads, holder, organizationId } = await given(sql, 300, 1);
    for (const after of [0, 100, 200, 0]) {
      await shared({ organizationId, holder, after, limit: 100 });
    }
    expect(reads.map(({ after }) => after)).toEqual([0, 100, 200, 0]);
  });
});

async function given(sql: Sql, events: number, limit?: number) {
  const organizationId = await givenOrganization(sql);
  const customers = await givenCustomers(sql, organizationId, 2);
  const place = { organizationId, url: "https://example.com/", cursor: 0 };
  const { id: endpointId } = await givenEndpoint(sql, testSeal, place);
  await givenEvents(sql, organizationId, eventsOf(customers, events / 2));
  const store = deliveryStoreOn(sql);
  const reads: FeedRange[] = [];
  const watched = {
    ...store,
    readFeed: (range: FeedRange) => {
      reads.push(range);
      return store.readFeed(range);
    },
  };
  const options = { isShared: () => true, ...(limit !== undefined && { limit }) };
  const shared = createSharedReads(watched, options);
  return { shared, alone: store.readFeed, reads, organizationId, holder: { endpointId, fence: 0 } };
}
