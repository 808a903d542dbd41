import { expect } from "vitest";
import { test } from "../../test/database.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import { transaction } from "../base/database.ts";
import { writeBack } from "./writeBack.ts";

test("a cursor moves on a row that another changed while it was waited for", async ({ sql }) => {
  const organizationId = await givenOrganization(sql);
  const customers = await givenCustomers(sql, organizationId, 1);
  const { id } = await givenEndpoint(sql, testSeal, { organizationId, url: "http://127.0.0.1:9/" });
  await givenEvents(sql, organizationId, eventsOf(customers, 3));
  const [before] = await sql<{ fence: number; version: number; cursor: number }[]>`
    select fence, version, cursor from endpoints where id = ${id}
  `;
  const { fence = 0, version = 0, cursor = 0 } = before ?? {};
  const nothing = { attempts: [], lanes: [], lanesGone: [], dead: [], parked: [], resends: [] };
  const progress = { id, fence, version, cursorBefore: cursor, cursor: cursor + 2, concurrency: 7 };
  const waiting = async () =>
    (
      await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    ).count;

  let writing: Promise<ReadonlySet<string>> | undefined;
  await transaction(sql, async (tx) => {
    await tx`update endpoints set backoff_until = now() where id = ${id}`;
    writing = writeBack(sql, [{ ...progress, ...nothing, state: null, isAgain: false }]);
    await expect.poll(waiting).toBe(1);
  });

  expect(await writing).toEqual(new Set([id]));
  expect(await sql`select cursor, concurrency from endpoints where id = ${id}`).toEqual([
    { cursor: cursor + 2, concurrency: 7 },
  ]);
});
