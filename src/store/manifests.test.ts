import { describe, expect } from "vitest";
import { closeBefore, test } from "../../test/database.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  ownerOf,
  type GivenEntry,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import { connect, type Sql } from "../base/database.ts";
import { manifestOf } from "../receiver/index.ts";
import { listManifests, makeManifests, openManifest } from "./manifests.ts";

describe("manifests", () => {
  test("are made once for every day that is over, and what is open is told", async ({ sql }) => {
    const { endpoint, append, list, makeAll } = await given(sql);
    const first = await append(3, "2026-03-10T23:59:59Z");
    const second = await append(2, "2026-03-12T00:00:00Z");
    const today = await append(4, new Date().toISOString());
    await makeAll();
    await makeAll();

    const [newer, older] = await list();
    expect(older).toMatchObject({ day: "2026-03-10", from: 1, to: 3, starts_chain: true });
    expect(older).toMatchObject(await manifestOf(received(first)));
    expect(newer).toMatchObject({ day: "2026-03-12", from: 4, to: 5, starts_chain: false });
    expect(newer).toMatchObject(await manifestOf(received(second), older?.hash));
    expect(await list()).toHaveLength(2);
    const open = await openManifest(sql, endpoint.id);
    expect(open).toMatchObject({
      from: 6,
      to: 9,
      ...(await manifestOf(received(today), newer?.hash)),
    });
  });

  test("start a new chain where the filter changed, and hold what each filter lets through", async ({
    sql,
  }) => {
    const { endpoint, owner, append, list, makeAll } = await given(sql);
    const before = await append(4, "2026-03-10T10:00:00Z");
    await sql`update endpoints set cursor = 3`;
    await owner.update({ events: ["update_note"] });
    const after = await append(3, "2026-03-10T11:00:00Z", "update_note");
    await makeAll();

    const [newer, older] = await list();
    expect(older).toMatchObject({ from: 1, to: 3, events: null, starts_chain: true });
    expect(older).toMatchObject(await manifestOf(received(before.slice(0, 3))));
    expect(newer).toMatchObject({ from: 4, to: 7, events: ["update_note"], starts_chain: true });
    expect(newer).toMatchObject(await manifestOf(received(after)));
    expect(await openManifest(sql, endpoint.id)).toBeNull();
  });

  test("of many events are made in bounded steps", { timeout: 20_000 }, async ({ sql }) => {
    const { append, list } = await given(sql);
    const entries = await append(10_500, "2026-03-10T10:00:00Z");
    await append(1, "2026-03-11T10:00:00Z");
    await due(sql);
    await makeManifests(sql);
    expect(await list()).toEqual([]);
    await makeManifests(sql);
    const [made] = await list();
    expect(made).toMatchObject({ from: 1, to: 10_500, ...(await manifestOf(received(entries))) });
  });

  test("are not made twice by nodes that look at once", async ({ sql, database }) => {
    const { append, list } = await given(sql);
    for (const day of [10, 11, 12, 13]) await append(2, `2026-03-${day}T10:00:00Z`);
    const other = connect({ ...database }, { max: 2, name: "heliograph-test-other" });
    closeBefore(sql, () => other.end());
    await due(sql);
    for (let round = 0; round < 6; round += 1) {
      await Promise.all([makeManifests(sql), makeManifests(other), makeManifests(sql)]);
    }
    expect((await list()).map(({ from, to }) => [from, to])).toEqual([
      [7, 8],
      [5, 6],
      [3, 4],
      [1, 2],
    ]);
  });

  test("begin where the endpoint began, whatever its owner does to the cursor", async ({ sql }) => {
    const { owner, append, list, makeAll } = await given(sql, 2);
    const entries = await append(6, "2026-03-10T10:00:00Z");
    await owner.resume({ from: 5 });
    await makeAll();
    expect(await list()).toMatchObject([
      { from: 3, to: 6, ...(await manifestOf(received(entries.slice(2)))) },
    ]);
  });
});

const received = (entries: readonly GivenEntry[]) =>
  entries.map(({ sequence, id }) => ({ sequence, id }));

/** As if midnight had passed. A second ago: the column is rounded to milliseconds, and up would be later than now. */
const due = (sql: Sql) => sql`update endpoints set manifest_due_at = now() - interval '1 second'`;

async function given(sql: Sql, cursor = 0) {
  const organizationId = await givenOrganization(sql);
  const customers = await givenCustomers(sql, organizationId, 2);
  const place = { organizationId, url: "https://example.com/", cursor };
  const endpoint = await givenEndpoint(sql, testSeal, place);
  const owner = ownerOf(sql, testSeal, { ...endpoint, wake: () => undefined });
  const append = async (count: number, at: string, type: GivenEntry["type"] = "new_note") => {
    const events = eventsOf(customers, Math.ceil(count / 2)).slice(0, count);
    const added = await givenEvents(
      sql,
      organizationId,
      events.map(({ customerId }) => ({ customerId, type })),
    );
    const ids = added.map(({ id }) => id);
    await sql`update events set occurred_at = ${at} where id = any(${ids}::text[])`;
    return added;
  };
  const list = () => listManifests(sql, { endpointId: endpoint.id, page: { limit: 50 } });
  const makeAll = async () => {
    await due(sql);
    const left = async () =>
      (await sql`select from endpoints where manifest_due_at <= now()`).count;
    while ((await left()) > 0) await makeManifests(sql);
  };
  return { endpoint, owner, append, list, makeAll };
}
