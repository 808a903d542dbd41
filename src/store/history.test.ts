import { describe, expect, onTestFinished } from "vitest";
import { test } from "../../test/database.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  type GivenEndpoint,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import { setClockMoved } from "../base/clock.ts";
import type { Sql } from "../base/database.ts";
import { ensurePartitions } from "../base/migrate.ts";
import { readFeed } from "./feed.ts";
import { dropOldMonths, keptAfter } from "./history.ts";
import { makeManifests } from "./manifests.ts";

/** Two months with something in them, and the empty ones about each that come into being with it. */
const [oldest, middle] = ["2024_05", "2024_09"];
const aboutOldest = ["2024_04", oldest, "2024_06", "2024_07"];
const aboutMiddle = ["2024_08", middle, "2024_10", "2024_11"];

describe("months before those that are kept", () => {
  test("are dropped with all that lies in them, the present positions stay", async ({ sql }) => {
    const { endpoint, organizationId, append } = await given(sql);
    await append(`${oldest}_10`, 3);
    await append(`${middle}_10`, 2);
    const [last] = await append(null, 1);
    await settle(sql, endpoint);

    expect(await dropOldMonths(sql, 2)).toEqual({
      dropped: [...aboutOldest, ...aboutMiddle],
      held: null,
    });
    expect(await monthsOf(sql)).not.toContain(oldest);
    expect(await monthsOf(sql)).not.toContain(middle);
    expect(await keptAfter(sql, organizationId)).toBe(5);
    const { entries, head } = await readFeed(sql, { organizationId, after: 0, limit: 10 });
    expect(entries.map(({ event_id, sequence }) => [event_id, sequence])).toEqual([[last?.id, 6]]);
    expect(head).toBe(6);
    expect(await dropOldMonths(sql, 2)).toEqual({ dropped: [], held: null });
  });

  test("are dropped as far as no endpoint needs them", async ({ sql }) => {
    const { endpoint, organizationId, append } = await given(sql);
    await append(`${oldest}_10`, 3);
    await append(`${middle}_10`, 2);
    await settle(sql, endpoint);
    await sql`update endpoints set cursor = 4, state = 'paused'`;

    const held = { month: middle, endpointIds: [endpoint.id] };
    expect(await dropOldMonths(sql, 2)).toEqual({
      dropped: [...aboutOldest, "2024_08"],
      held,
    });
    expect(await keptAfter(sql, organizationId)).toBe(3);
    await sql`update endpoints set cursor = 5`;
    expect(await dropOldMonths(sql, 2)).toEqual({ dropped: aboutMiddle.slice(1), held: null });
    expect(await keptAfter(sql, organizationId)).toBe(5);
  });

  test.for<readonly [what: string, need: (sql: Sql, of: Need) => Promise<unknown>]>([
    [
      "a lane waits",
      (sql, { endpoint, customerId }) => sql`
        insert into lanes (endpoint_id, customer_id, head_sequence, attempts, due_at)
        values (${endpoint.id}, ${customerId}, 3, 1, now())
      `,
    ],
    [
      "something is to be sent again",
      (sql, { endpoint, customerId, eventId }) => sql`
        insert into resends (endpoint_id, sequence, event_id, customer_id, kind)
        values (${endpoint.id}, 3, ${eventId}, ${customerId}, 'resend')
      `,
    ],
    [
      "a replay has not come so far",
      (sql, { endpoint }) => sql`
        insert into replays (id, endpoint_id, "from", "to", matched, queued, position, waited_after, waiting_customers,
          waiting_from, settled_ahead, queued_before, state)
        values ('rpl_01kb8x3f5wemztqk0k6y2v9d4a', ${endpoint.id}, 1, 3, 3, 3, 2, 3, '{}', '{}', '{}', '{}', 'running')
      `,
    ],
    ["its manifest is not made", (sql) => sql`delete from manifests`],
  ])("stay while %s", async ([, need], { sql }) => {
    const { endpoint, append, customerId } = await given(sql);
    const entries = await append(`${oldest}_10`, 3);
    await settle(sql, endpoint);
    await need(sql, { endpoint, customerId, eventId: entries.at(-1)?.id ?? "" });

    const held = { month: oldest, endpointIds: [endpoint.id] };
    expect(await dropOldMonths(sql, 2)).toEqual({ dropped: ["2024_04"], held });
    expect(await monthsOf(sql)).toContain(oldest);
  });

  test("take dead events along, which could not be sent again, and no others", async ({ sql }) => {
    const { endpoint, append, customerId } = await given(sql);
    const old = await append(`${oldest}_10`, 1);
    const present = await append(null, 1);
    for (const { id, sequence } of [...old, ...present]) {
      await sql`
        insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error)
        values (${endpoint.id}, ${sequence}, ${id}, ${customerId}, 10, '422')
      `;
    }
    await settle(sql, endpoint);

    expect(await dropOldMonths(sql, 2)).toEqual({ dropped: aboutOldest, held: null });
    const dead = await sql<{ sequence: number }[]>`select sequence from dead_events`;
    expect(dead.map(({ sequence }) => sequence)).toEqual([2]);
  });

  test("are finished when the database failed between two tables", async ({ sql }) => {
    const { endpoint, organizationId, append } = await given(sql);
    await append(`${oldest}_10`, 3);
    await settle(sql, endpoint);
    await sql`update feeds set kept_after = 3`;
    await sql`drop table ${sql(`feed_entries_${oldest}`)}`;

    expect(await dropOldMonths(sql, 2)).toEqual({ dropped: aboutOldest, held: null });
    expect(await monthsOf(sql)).not.toContain(oldest);
    expect(await keptAfter(sql, organizationId)).toBe(3);
  });

  test("are dropped once by nodes that sweep at once", async ({ sql }) => {
    const { endpoint, append } = await given(sql);
    await append(`${oldest}_10`, 3);
    await append(`${middle}_10`, 3);
    await settle(sql, endpoint);
    await Promise.all([dropOldMonths(sql, 2), dropOldMonths(sql, 2), dropOldMonths(sql, 2)]);
    expect(await dropOldMonths(sql, 2)).toEqual({ dropped: [], held: null });
  });
});

/** What a month may be needed by. */
interface Need {
  readonly endpoint: GivenEndpoint;
  readonly customerId: string;
  readonly eventId: string;
}

async function given(sql: Sql) {
  onTestFinished(() => setClockMoved(0));
  const organizationId = await givenOrganization(sql);
  const [customerId = ""] = await givenCustomers(sql, organizationId, 1);
  const endpoint = await givenEndpoint(sql, testSeal, { organizationId, url: "http://127.0.0.1" });
  return {
    endpoint,
    organizationId,
    customerId,
    /** Events of a day such as `2024_05_10`; null for today. */
    async append(day: string | null, count: number) {
      const at = day === null ? null : `${day.replaceAll("_", "-")}T10:00:00Z`;
      if (at !== null) await ensurePartitions(sql, at);
      setClockMoved(at === null ? 0 : Date.parse(at) - Date.now());
      const entries = await givenEvents(sql, organizationId, eventsOf([customerId], count));
      setClockMoved(0);
      const ids = entries.map(({ id }) => id);
      if (at !== null) await sql`update events set occurred_at = ${at} where id = any(${ids})`;
      return entries;
    },
  };
}

/** All is delivered, and the manifests of all days that are over are made. */
async function settle(sql: Sql, { id }: GivenEndpoint): Promise<void> {
  await sql`
    update endpoints set cursor = (select max(head) from feeds), manifest_due_at = now() - interval '1 minute'
    where id = ${id}
  `;
  const due = () => sql`select from endpoints where manifest_due_at <= now()`;
  while ((await due()).count > 0) await makeManifests(sql);
}

/** Months of which there is a partition of any table. */
async function monthsOf(sql: Sql): Promise<Set<string>> {
  const rows = await sql<{ month: string }[]>`
    select right(relname, 7) as month from pg_class where relispartition and relkind = 'r'
  `;
  return new Set(rows.map(({ month }) => month));
}
