import { Delivery, type EndpointState } from "../contract/resources/delivery.ts";
import type { Db } from "../base/database.ts";
import { standing } from "./standing.ts";

/** An event at one endpoint, as the database has it. */
interface StandingRow {
  readonly endpoint_id: string;
  readonly url: string;
  readonly endpoint_state: EndpointState;
  readonly sequence: number;
  readonly is_subscribed: boolean;
  readonly standing: "waiting" | "skipped" | "dead" | "delivered" | "before_start";
  readonly attempts: number;
  readonly last_status_code: number | null;
  readonly last_error: string | null;
  readonly delivered_at: string | null;
  /** When the event itself is tried again: it heads a lane, or is to be sent again after a failure. */
  readonly retry_at: string | null;
  /** When the endpoint is tried again, while it is down. */
  readonly probe_at: string | null;
  /** Whether it waits behind another event of its customer. */
  readonly is_behind: boolean;
}

/** Where an event stands at each endpoint of an organization, and why. */
export async function eventDeliveries(
  db: Db,
  { organizationId, eventId }: { organizationId: string; eventId: string },
): Promise<Delivery[]> {
  const rows = await db<StandingRow[]>`
    select e.id as endpoint_id, e.url, e.state as endpoint_state, n.sequence,
      e.events is null or n.type = any(e.events) as is_subscribed, ${standing(db)} as standing,
      coalesce(a.attempts, 0) as attempts, a.last_status_code, a.last_error, a.delivered_at,
      coalesce(r.due_at, case when l.head_sequence = n.sequence then l.due_at end) as retry_at,
      case when e.state = 'backing_off' then e.backoff_until end as probe_at,
      coalesce(l.head_sequence < n.sequence, false) as is_behind
    from feed_entries n join endpoints e on e.organization_id = n.organization_id
      left join lanes l on l.endpoint_id = e.id and l.customer_id = n.customer_id
        and l.head_sequence <= n.sequence
      left join resends r on r.endpoint_id = e.id and r.sequence = n.sequence and r.attempts > 0
      left join lateral (
        select count(*) as attempts, (array_agg(status_code order by id desc))[1] as last_status_code,
          (array_agg(error order by id desc))[1] as last_error,
          max(attempted_at) filter (where outcome = 'delivered') as delivered_at
        from attempts where endpoint_id = e.id and event_id = n.event_id and kind <> 'test'
      ) a on true
    where n.organization_id = ${organizationId} and n.event_id = ${eventId} order by e.id
  `;
  return rows.map((row) => Delivery.parse(toDelivery(row)));
}

function toDelivery(row: StandingRow): Delivery {
  const state = stateOf(row);
  return {
    endpoint_id: row.endpoint_id,
    url: row.url,
    state,
    reason: reasonOf(row, state),
    sequence: row.sequence,
    attempts: row.attempts,
    last_status_code: row.last_status_code,
    next_attempt_at: state === "retrying" ? row.retry_at : nextProbe(row, state),
    delivered_at: row.delivered_at,
  };
}

const nextProbe = (row: StandingRow, state: Delivery["state"]) =>
  state === "waiting" ? row.probe_at : null;

function stateOf(row: StandingRow): Delivery["state"] {
  if (!row.is_subscribed && row.attempts === 0) return "not_subscribed";
  if (row.standing === "waiting" && row.retry_at !== null) return "retrying";
  return row.standing;
}

function reasonOf(row: StandingRow, state: Delivery["state"]): string {
  const got = row.last_status_code ?? row.last_error ?? "no answer";
  switch (state) {
    case "delivered":
      return row.attempts > 0 ? `Delivered on attempt ${row.attempts}` : "Delivered";
    case "retrying":
      return `Attempt ${row.attempts} got ${got}; it will be tried again`;
    case "dead":
      return `Given up after ${row.attempts} attempts; the last got ${got}`;
    case "skipped":
      return "Skipped by the owner";
    case "not_subscribed":
      return "The endpoint's filter leaves this type out";
    case "before_start":
      return "The endpoint starts after this event";
    case "waiting":
      return waitingReason(row);
  }
}

function waitingReason(row: StandingRow): string {
  if (row.endpoint_state === "paused") return "The endpoint is paused";
  if (row.endpoint_state === "disabled") return "The endpoint is disabled";
  if (row.endpoint_state === "backing_off") return "The receiver is down; it is probed";
  return row.is_behind ? "Waits behind a failed event of the same customer" : "Waits for its turn";
}
