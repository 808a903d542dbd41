import type { Sql } from "../../src/base/database.ts";
import type { CallInput } from "../../src/sdk/client.ts";
import type { Client } from "../../src/sdk/index.ts";

/** Deliveries as Enerflo sends them, with values of our own, and inlets to send them to. */

type Fields = Readonly<Record<string, unknown>>;

const customer = { id: 3_000_001, first_name: "Avery", last_name: "Sample", lead_source: "" };
const timestamps = (updated_at: string) => ({
  deleted_at: null,
  created_at: "2026-03-02 15:04:05",
  updated_at,
  timezone: "UTC",
});

/** A body of 1.0 in the compact shape. */
export const compact = (webhook_event: string, given: Fields = {}): Fields => ({
  webhook_event,
  id: 3_000_001,
  first_name: "Avery",
  last_name: "Sample",
  email: null,
  timestamps: timestamps("2026-03-02 15:04:05"),
  ...given,
});

/** A body of 1.0 in the compact shape of an appointment. */
export const appointment = (webhook_event: string, given: Fields = {}): Fields => ({
  webhook_event,
  id: 71_001,
  status: "Scheduled",
  length_minutes: 60,
  customer,
  internal_notes: "",
  timestamps: timestamps("2026-03-02 15:04:05"),
  ...given,
});

/** A body of 1.0 in the wide shape, whose last key names the event. */
export const wide = (eventName: string, given: Fields = {}): Fields => ({
  id: 8_001,
  survey: { id: 7_000_001, customer: { id: 3_000_001 } },
  solarData: { system_size: 9.72, offset: 100 },
  ...given,
  eventName,
});

/** A body of 2.0. */
export const envelope = (event: string, payload: Fields): Fields => ({ event, payload });

/** An inlet of the client's organization. */
export async function givenInlet(
  client: Client,
  given: Partial<CallInput<"createInlet">> = {},
): Promise<{ id: string; url: string; token: string; send: Send }> {
  const { id, url, token } = await client.inlets.create({ name: "Enerflo", ...given });
  return { id, url, token, send: (body, how) => send(url, body, how) };
}

interface How {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}
type Body = string | Uint8Array<ArrayBuffer> | Fields;
type Send = (body: Body, how?: How) => Promise<Taken>;

/** What an inlet answered. */
export interface Taken {
  readonly status: number;
  readonly id: string;
  readonly outcome: string;
  readonly event_id: string | null;
  readonly retryAfter: string | null;
}

/** Sends as the vendor does. */
export async function send(
  url: string,
  body: Body,
  { headers, query = "" }: How = {},
): Promise<Taken> {
  const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(`${url}${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: raw,
  });
  const answer = (await response.json()) as Omit<Taken, "status" | "retryAfter">;
  return { ...answer, status: response.status, retryAfter: response.headers.get("retry-after") };
}

/** Keeps an organization's feed from growing: what is taken for it waits. @returns lets it grow again. */
export async function holdFeed(sql: Sql, organizationId: string): Promise<() => Promise<void>> {
  const isHeld = Promise.withResolvers<void>();
  const isOver = Promise.withResolvers<void>();
  const holding = sql.begin(async (tx) => {
    await tx`select 1 from feeds where organization_id = ${organizationId} for update`;
    isHeld.resolve();
    await isOver.promise;
  });
  await Promise.race([isHeld.promise, holding]);
  return async () => {
    isOver.resolve();
    await holding;
  };
}
