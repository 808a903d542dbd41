import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { expect } from "vitest";
import type { Sql } from "../src/base/database.ts";
import { createDiskFileStore } from "../src/base/fileStore.ts";
import { newId } from "../src/base/id.ts";
import type { Seal } from "../src/base/seal.ts";
import { eventDefinition, type EventType } from "../src/contract/catalogue.ts";
import type { Party } from "../src/contract/meta.ts";
import { exampleOf } from "../src/contract/meta.ts";
import type { Endpoint } from "../src/contract/resources/delivery.ts";
import type { OperationInput } from "../src/contract/operations.ts";
import type { Context } from "../src/flow/context.ts";
import * as endpoints from "../src/flow/endpoints.ts";
import { createFileLinks } from "../src/flow/fileLinks.ts";
import { cancelReplay, replayEndpoint } from "../src/flow/replays.ts";
import { resumeEndpoint } from "../src/flow/resume.ts";
import { resendEndpointEvent, skipEndpointEvent } from "../src/flow/settling.ts";

/** Feeds for tests of delivery, written straight to the tables: what the write path leaves behind, without it. */

/** @returns the organization's id. */
export async function givenOrganization(sql: Sql, role: Party = "sales_org"): Promise<string> {
  const id = newId("org");
  await sql`
    insert into organizations (id, name, roles, settings) values (${id}, 'Test Solar', ${[role]}::text[], '{}')
  `;
  return id;
}

/** @returns the customers' ids. */
export async function givenCustomers(
  sql: Sql,
  organizationId: string,
  count: number,
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId("cus"));
  await sql`
    insert into customers (id, sales_org_id, first_name, last_name, address)
    select id, ${organizationId}, 'Casey', 'Customer', '{}' from unnest(${ids}::text[]) as c (id)
  `;
  return ids;
}

/** An event to append. */
export interface GivenEvent {
  readonly customerId: string;
  readonly type?: EventType;
}

/** What was appended. */
export interface GivenEntry {
  readonly id: string;
  readonly sequence: number;
  readonly customerId: string;
  readonly type: EventType;
}

/** Appends events to one organization's feed, in one transaction and without holes. */
export async function givenEvents(
  sql: Sql,
  organizationId: string,
  events: readonly GivenEvent[],
): Promise<GivenEntry[]> {
  return sql.begin(async (tx) => {
    const [feed] = await tx<{ head: number }[]>`
      insert into feeds (organization_id, head) values (${organizationId}, ${events.length})
      on conflict (organization_id) do update set head = feeds.head + ${events.length} returning head
    `;
    const first = (feed?.head ?? 0) - events.length + 1;
    const entries: GivenEntry[] = events.map(({ customerId, type = "new_note" }, index) => ({
      id: newId("evt"),
      sequence: first + index,
      customerId,
      type,
    }));
    const ids = entries.map(({ id }) => id);
    const types = entries.map(({ type }) => type);
    const customers = entries.map(({ customerId }) => customerId);
    const sequences = entries.map(({ sequence }) => sequence);
    await tx`
      insert into events (id, type, schema_version, occurred_at, customer_id, customer_sequence, actor, cause, data)
      select id, type, 1, now(), customer_id, sequence,
        '{"kind":"system","id":null,"name":null}', '{"command":"test","request_id":"req_test"}', data
      from unnest(${ids}::text[], ${types}::text[], ${customers}::text[], ${sequences}::bigint[],
        ${types.map(exampleData)}::text[]) as e (id, type, customer_id, sequence, data)
    `;
    await tx`
      insert into feed_entries (organization_id, sequence, event_id, type, customer_id, roles)
      select ${organizationId}, sequence, id, type, customer_id, array['sales_org']
      from unnest(${ids}::text[], ${types}::text[], ${customers}::text[], ${sequences}::bigint[])
        as e (id, type, customer_id, sequence)
    `;
    return entries;
  });
}

const examples = new Map<EventType, string>();
function exampleData(type: EventType): string {
  const text = examples.get(type) ?? JSON.stringify(exampleOf(eventDefinition(type).data));
  examples.set(type, text);
  return text;
}

/** An endpoint of a test, with its secret in the open. */
export interface GivenEndpoint {
  readonly id: string;
  readonly organizationId: string;
  readonly secret: string;
}

export async function givenEndpoint(
  sql: Sql,
  seal: Seal,
  given: { organizationId: string; url: string } & Partial<
    Pick<
      Endpoint,
      "events" | "format" | "max_concurrency" | "cursor" | "rate_limit_per_second" | "on_failure"
    >
  >,
): Promise<GivenEndpoint> {
  const { organizationId, url, events = null, cursor = 0 } = given;
  const id = newId("end");
  const secret = newSecret();
  await sql`
    insert into endpoints (id, organization_id, url, events, format, max_concurrency, cursor, chain_start, secret,
      rate_limit_per_second, on_failure)
    values (${id}, ${organizationId}, ${url}, ${events}::text[], ${given.format ?? "heliograph"},
      ${given.max_concurrency ?? 10}, ${cursor}, ${cursor}, ${seal.close(secret)},
      ${given.rate_limit_per_second ?? null}, ${given.on_failure ?? "hold"})
  `;
  return { id, organizationId, secret };
}

/** What the owner of an endpoint can do to it: the commands of the API. @param wake what they tell after the commit. */
export function ownerOf(
  sql: Sql,
  seal: Seal,
  {
    id,
    organizationId,
    wake,
  }: GivenEndpoint & { wake: (organizationIds: readonly string[]) => void },
) {
  const context: Context = {
    sql,
    seal,
    files: createDiskFileStore(tmpdir()),
    links: createFileLinks("a key for links of tests, 32 characters or more", "http://localhost"),
    checkUrl: () => ({ ok: true }),
    caller: {
      organizationId,
      roles: ["sales_org"],
      scopes: ["endpoints:write"],
      actor: { kind: "system", id: null, name: null },
    },
    requestId: newId("req"),
    idempotency: null,
    ifMatch: null,
    onAppended: (growth) => wake(growth.map((grown) => grown.organizationId)),
  };
  const call = { params: { id }, query: {} };
  return {
    update: (body: OperationInput<"updateEndpoint">["body"]) =>
      endpoints.updateEndpoint(context, { ...call, body }),
    pause: () => endpoints.pauseEndpoint(context, { ...call, body: {} }),
    resume: (body: OperationInput<"resumeEndpoint">["body"] = {}) =>
      resumeEndpoint(context, { ...call, body }),
    replay: (body: OperationInput<"replayEndpoint">["body"]) =>
      replayEndpoint(context, { ...call, body }),
    cancelReplay: (replayId: string) =>
      cancelReplay(context, { params: { id: replayId }, query: {}, body: {} }),
    skip: (event_id: string) =>
      skipEndpointEvent(context, { params: { id, event_id }, query: {}, body: {} }),
    resend: (event_id: string) =>
      resendEndpointEvent(context, { params: { id, event_id }, query: {}, body: {} }),
    rotateSecret: async (overlap_hours: number) => {
      const body = { overlap_hours };
      const { secret } = await endpoints.rotateEndpointSecret(context, { ...call, body });
      return { secret: secret ?? "" };
    },
  };
}

export const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** So many events of each customer, customers taking turns. */
export const eventsOf = (customers: readonly string[], each: number): GivenEvent[] =>
  Array.from({ length: each }, () => customers.map((customerId) => ({ customerId }))).flat();

/** Each customer's requests came in the order of the feed. */
export function expectCustomerOrder(
  requests: readonly { readonly eventId: string; readonly sequence: number }[],
  entries: readonly GivenEntry[],
): void {
  const customerOf = new Map(entries.map(({ id, customerId }) => [id, customerId]));
  for (const own of Map.groupBy(requests, ({ eventId }) => customerOf.get(eventId)).values()) {
    const sequences = own.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  }
}
