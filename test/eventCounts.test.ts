import { describe, expect } from "vitest";
import { givenCustomer, givenPair, givenOneCompany, test } from "./service.ts";

const dayMs = 86_400_000;

describe("the count of events", () => {
  test("tells of each type how many there were and when the last was, of one's own feed only", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    await givenCustomer(pair);
    await pair.sales.notes.create({ id, body: "Calls back" });
    const { data: events } = await pair.sales.events.list({});
    const { data, head } = await pair.sales.events.count({});

    expect(head).toBe(events.length);
    expect(data.map(({ type, count }) => [type, count])).toEqual([
      ["new_customer", 2],
      ["new_note", 1],
    ]);
    const newest = events.findLast(({ type }) => type === "new_customer");
    expect(data[0]?.last_at).toBe(newest?.["timestamp"]);

    const other = await givenOneCompany(service);
    expect(await other.sales.events.count({})).toEqual({ data: [], head: 0 });
  });

  test("begins at the instant given", async ({ service }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair);
    const since = new Date(Date.now() + dayMs).toISOString();

    expect(await pair.sales.events.count({ since })).toEqual({ data: [], head: 1 });
  });
});
