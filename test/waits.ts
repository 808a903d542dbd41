import type { Sql } from "../src/base/database.ts";

/** Moves all waits to now, rather than the clock: heads of lanes, and probes of receivers that are down. */
export async function letWaitsEnd(sql: Sql): Promise<void> {
  // Endpoints are locked first, in order, as whoever writes progress back does.
  await sql`
    with locked as (select id from endpoints order by id for no key update)
    update lanes l set due_at = now() - interval '1 second' from locked where l.endpoint_id = locked.id
  `;
  await sql`update endpoints set backoff_until = now() - interval '1 second' where state = 'backing_off'`;
}
