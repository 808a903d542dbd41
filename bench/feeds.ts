import type { Sql } from "../src/base/database.ts";
import { newId } from "../src/base/id.ts";
import { newWebhookSecret } from "../src/base/keys.ts";
import { createSeal } from "../src/base/seal.ts";
import { eventDefinition, eventTypes, type EventType } from "../src/contract/catalogue.ts";
import { exampleOf } from "../src/contract/meta.ts";
import { shapeOf } from "../src/contract/projectedText.ts";

/** Feeds written straight to the tables, as the write path leaves them behind: with it, a million events take an hour. */

/** An organization with customers. */
export interface BenchOrganization {
  readonly id: string;
  readonly customerIds: readonly string[];
}

/** An endpoint that is paused until `activate`. */
export interface BenchEndpoint {
  readonly id: string;
  readonly organizationId: string;
  /** Of its URL. */
  readonly path: string;
}

/** @returns a sales organization with this many customers. */
export async function addOrganization(sql: Sql, customers: number): Promise<BenchOrganization> {
  const id = newId("org");
  const customerIds = Array.from({ length: customers }, () => newId("cus"));
  await sql`
    insert into organizations (id, name, roles, settings)
    values (${id}, 'Sample Solar Sales', array['sales_org'], '{}')
  `;
  await sql`
    insert into customers (id, sales_org_id, first_name, last_name, email, phone, address)
    select id, ${id}, 'Avery', 'Sample', 'avery.sample@example.com', '(555) 555-0101',
      '{"street": "100 Example Way", "city": "Sampleton", "state": "TX", "zip": "75001"}'
    from unnest(${customerIds}::text[]) as c (id)
  `;
  await sql`insert into feeds (organization_id, head) values (${id}, 0)`;
  return { id, customerIds };
}

/** Adds endpoints at an organization that start at its feed's head of now, paused. `paths` are those of their URLs. */
export async function addEndpoints(
  sql: Sql,
  organizationId: string,
  given: { paths: readonly string[]; url: string; masterKey: string; maxConcurrency?: number },
): Promise<BenchEndpoint[]> {
  const seal = createSeal(given.masterKey);
  const endpoints = given.paths.map((path) => ({ id: newId("end"), organizationId, path }));
  const urls = endpoints.map(({ path }) => given.url + path);
  const secrets = endpoints.map(() => Buffer.from(seal.close(newWebhookSecret())).toString("hex"));
  await sql`
    insert into endpoints (id, organization_id, url, format, state, max_concurrency, cursor, chain_start, secret)
    select e.id, f.organization_id, e.url, 'heliograph', 'paused', ${given.maxConcurrency ?? 10}, f.head, f.head,
      decode(e.secret, 'hex')
    from feeds f, unnest(${endpoints.map(({ id }) => id)}::text[], ${urls}::text[], ${secrets}::text[])
      as e (id, url, secret)
    where f.organization_id = ${organizationId}
  `;
  return endpoints;
}

/** Lets delivering processes take endpoints up. */
export async function activate(sql: Sql, endpoints: readonly BenchEndpoint[]): Promise<void> {
  await sql`
    update endpoints set state = 'active', version = version + 1
    where id = any(${endpoints.map(({ id }) => id)}::text[])
  `;
}

/** Nobody takes these endpoints up until they are activated. The nodes that had them have ended. */
export async function pause(sql: Sql, endpoints: readonly BenchEndpoint[]): Promise<void> {
  await sql`
    update endpoints set state = 'paused', version = version + 1
    where id = any(${endpoints.map(({ id }) => id)}::text[])
  `;
}

/**
 * Puts endpoints back, paused, to where the feed's last `entries` wait for them, and forgets all that was ever attempted.
 */
export async function rewind(
  sql: Sql,
  endpoints: readonly BenchEndpoint[],
  entries: number,
): Promise<void> {
  await sql`truncate attempts, lanes, dead_events, resends`;
  await sql`
    update endpoints e set state = 'paused', cursor = greatest(0, f.head - ${entries}::bigint), chain_start = 0, node = null,
      node_until = null, backoff_step = 0, backoff_until = null, version = e.version + 1
    from feeds f
    where f.organization_id = e.organization_id and e.id = any(${endpoints.map(({ id }) => id)}::text[])
  `;
}

/** Snapshots that events have, with their types, the shortest first: the contract's worked examples. */
const examples: readonly (readonly [type: EventType, data: string])[] = eventTypes
  .map((type) => [type, JSON.stringify(exampleOf(eventDefinition(type).data))] as const)
  .toSorted(([, one], [, other]) => one.length - other.length);
/** Used are those up to this many characters, unless all types are asked for. */
const longestExample = 4_000;

/** Events of one statement: enough to be fast, and few enough to show progress. */
const batchSize = 50_000;

/**
 * Appends entries to a feed: types and customers take turns. Not the mix of a simulated market, which has a suite of its own:
 * the figures of the others are compared over time and beside others, which needs the same bytes each time, whatever is
 * assumed of a market by then; and 100,000 events over the API would take the time that a suite has.
 * @param given.at when they happened; the partitions of that month must be there.
 * @param given.isShort whether all are of the type with the shortest snapshot.
 * @param given.isOfAllTypes whether types with long snapshots take turns as well.
 */
export async function appendEntries(
  sql: Sql,
  { id: organizationId, customerIds }: BenchOrganization,
  given: { count: number; at?: Date; isShort?: boolean; isOfAllTypes?: boolean },
): Promise<void> {
  const { count, at = new Date(), isShort = false, isOfAllTypes = false } = given;
  const usual = examples.filter(([, data]) => isOfAllTypes || data.length <= longestExample);
  const used = isShort ? usual.slice(0, 1) : usual;
  const types = used.map(([type]) => type as string);
  const snapshots = used.map(([, data]) => data);
  const shapes = used.map(([type]) => shapeOf(eventDefinition(type).data));
  const [feed] = await sql<{ head: number; number: number }[]>`
    select f.head, o.number from feeds f join organizations o on o.id = f.organization_id
    where o.id = ${organizationId}
  `;
  const { head, number } = feed ?? { head: 0, number: 0 };
  for (let from = head + 1; from <= head + count; from += batchSize) {
    const to = Math.min(head + count, from + batchSize - 1);
    // One statement, so that nobody sees events without entries; ids count up within one millisecond.
    await sql`
      with customer as (
        select id, position from unnest(${customerIds as string[]}::text[]) with ordinality as c (id, position)
      ), example as (
        select type, data, data_shape, position
        from unnest(${types}::text[], ${snapshots}::text[], ${shapes}::int[]) with ordinality
          as x (type, data, data_shape, position)
      ), entry as materialized (
        select left(typeid_floor('evt', ${at}), 14) || lpad(to_hex(${number}::int), 4, '0') || lpad(to_hex(n), 12, '0') as id,
          n, x.type, x.data, x.data_shape, c.id as customer_id, (n - 1) / ${customerIds.length}::bigint + 1 as customer_sequence
        from generate_series(${from}::bigint, ${to}::bigint) n
          join customer c on c.position = n % ${customerIds.length}::bigint + 1
          join example x on x.position = n % ${types.length}::bigint + 1
      ), event as (
        insert into events
          (id, type, schema_version, occurred_at, customer_id, customer_sequence, actor, cause, data, data_shape)
        select id, type, 1, ${at}, customer_id, customer_sequence, '{"kind": "system", "id": null, "name": null}',
          '{"command": "benchmark", "request_id": "req_benchmark"}', data, data_shape
        from entry order by n
      ), grown as (
        update feeds set head = ${to} where organization_id = ${organizationId}
      )
      insert into feed_entries (organization_id, sequence, event_id, type, customer_id, roles)
      select ${organizationId}, n, id, type, customer_id, array['sales_org'] from entry order by n
    `;
  }
  await sql`
    update customers set last_customer_sequence = coalesce(
      (select max(customer_sequence) from events where customer_id = customers.id), 0)
    where sales_org_id = ${organizationId}
  `;
}

/** Logs one attempt that delivered for each entry of a range, as made at `at`. */
export async function logAttempts(
  sql: Sql,
  { id: endpointId, organizationId }: BenchEndpoint,
  range: { from: number; to: number; at: Date },
): Promise<void> {
  for (let { from } = range; from <= range.to; from += batchSize) {
    const to = Math.min(range.to, from + batchSize - 1);
    await sql`
      insert into attempts (id, endpoint_id, event_id, event_type, sequence, customer_id, attempt, kind, outcome,
        status_code, error, response_snippet, duration_ms, attempted_at, fence)
      select left(typeid_floor('att', ${range.at}), 14) || lpad(to_hex(sequence), 16, '0'), ${endpointId}, event_id,
        type, sequence, customer_id, 1, 'delivery', 'delivered', 200, null, 'ok', 3, ${range.at}, 0
      from feed_entries
      where organization_id = ${organizationId} and sequence >= ${from} and sequence <= ${to}
      order by sequence
    `;
  }
}
