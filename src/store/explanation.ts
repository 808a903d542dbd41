import type { EndpointState } from "../contract/resources/delivery.ts";
import type { Delivery, DeliveryReason } from "../contract/resources/explanation.ts";

/** An event at one endpoint, as the database has it, with everything that may be the reason. */
export interface StandingRow {
  readonly endpoint_id: string;
  readonly url: string;
  readonly endpoint_state: EndpointState;
  readonly state_reason: string | null;
  readonly state_since: string;
  readonly sequence: number;
  readonly is_subscribed: boolean;
  /** Since when its filter leaves the type out, if it does. */
  readonly filter_since: string;
  /** When the filter ended that was in force as the feed was read past the event, if that one left its type out. */
  readonly left_out_until: string | null;
  readonly standing: "waiting" | "skipped" | "dead" | "delivered" | "before_start";
  readonly attempts: number;
  readonly last_status_code: number | null;
  readonly last_error: string | null;
  readonly delivered_at: string | null;
  readonly delivered_attempt: number | null;
  readonly duration_ms: number | null;
  /** As what it stands in the queue of what is sent again. */
  readonly queued_as: "resend" | "replay" | "parked" | null;
  /** Failures that used up its schedule, while it heads a lane or stands in the queue. */
  readonly failures: number;
  /** When it is due then. */
  readonly due_at: string | null;
  /** When the endpoint is tried again, while it is down. */
  readonly probe_at: string | null;
  readonly dead_attempts: number | null;
  readonly dead_at: string | null;
  readonly skipped_at: string | null;
  readonly behind: Delivery["behind"];
  readonly ahead: number | null;
}

/** Says where an event stands and why. */
export function explain(row: StandingRow): Delivery {
  const code = reasonOf(row);
  const isWaiting = row.standing === "waiting" && code !== "not_subscribed";
  const isRetried = isWaiting && row.failures > 0;
  return {
    endpoint_id: row.endpoint_id,
    url: row.url,
    state: stateOf(row, code, isRetried),
    reason_code: code,
    reason: reasons[code](row),
    since: sinceOf(row, code),
    sequence: row.sequence,
    attempts: row.attempts,
    last_status_code: row.last_status_code,
    behind: isWaiting ? instantsOf(row.behind) : null,
    ahead: isWaiting ? row.ahead : null,
    next_attempt_at: isWaiting ? (isRetried ? row.due_at : row.probe_at) : null,
    delivered_at: row.delivered_at,
    duration_ms: row.duration_ms,
  };
}

function stateOf({ standing }: StandingRow, code: DeliveryReason, isRetried: boolean) {
  if (code === "not_subscribed") return code;
  return isRetried ? "retrying" : standing;
}

/** The reason that stands before the others: of the whole endpoint, of the customer, of the event. */
function reasonOf(row: StandingRow): DeliveryReason {
  if (!row.is_subscribed && row.attempts === 0 && row.queued_as === null) return "not_subscribed";
  if (row.standing === "before_start" && row.left_out_until !== null) return "not_subscribed";
  if (row.standing !== "waiting") return row.standing;
  if (row.endpoint_state === "paused" || row.endpoint_state === "disabled") {
    return row.endpoint_state;
  }
  if (row.endpoint_state === "backing_off") return "receiver_down";
  if (row.behind) return "behind_event";
  if (row.failures > 0 || row.queued_as === "parked") return "retry_scheduled";
  if (row.queued_as === null) return "waits_turn";
  return row.queued_as === "replay" ? "being_replayed" : "being_resent";
}

function sinceOf(row: StandingRow, code: DeliveryReason): string | null {
  const since: Partial<Record<DeliveryReason, string | null>> = {
    not_subscribed: row.is_subscribed ? null : row.filter_since,
    paused: row.state_since,
    disabled: row.state_since,
    receiver_down: row.state_since,
    dead: row.dead_at,
    skipped: row.skipped_at,
  };
  return since[code] ?? null;
}

const got = (row: StandingRow) => row.last_status_code ?? row.last_error ?? "no answer";
const counted = (count: number, one: string) => `${count} ${count === 1 ? one : `${one}s`}`;
const because = ({ state_reason }: StandingRow) => state_reason ?? "no reason is known";

/** Each reason in words. */
const reasons: Readonly<Record<DeliveryReason, (row: StandingRow) => string>> = {
  delivered: (row) =>
    row.delivered_attempt === null
      ? "Delivered; the attempt is no longer in the log"
      : `Delivered on attempt ${row.delivered_attempt} at ${row.delivered_at}, in ${Math.round(row.duration_ms ?? 0)} ms`,
  dead: (row) =>
    `Given up after ${counted(row.dead_attempts ?? 0, "attempt")}; the last got ${got(row)}`,
  skipped: (row) => `Skipped by its owner at ${row.skipped_at}`,
  not_subscribed: (row) =>
    row.is_subscribed
      ? `The endpoint's filter left this type out until ${row.left_out_until}`
      : `The endpoint's filter leaves this type out since ${row.filter_since}`,
  before_start: () => "The endpoint starts after this event",
  paused: (row) => `The endpoint is paused by its owner since ${row.state_since}`,
  disabled: (row) => `The endpoint is disabled since ${row.state_since}: ${because(row)}`,
  receiver_down: (row) =>
    `The receiver is down since ${row.state_since} (${because(row)}); the next probe is at ${row.probe_at}`,
  behind_event: ({ behind }) =>
    `Waits behind the ${behind?.type} event ${behind?.event_id} of the same customer, which failed ${counted(behind?.attempts ?? 0, "time")} and is tried next at ${instantsOf(behind ?? null)?.next_attempt_at}`,
  retry_scheduled: (row) =>
    `Attempt ${row.attempts} got ${got(row)}; it will be tried again at ${row.due_at}`,
  being_replayed: ({ ahead }) => `Is being replayed; ${ahead ?? 0} before it`,
  being_resent: ({ ahead }) => `Is being sent again; ${ahead ?? 0} before it`,
  waits_turn: ({ ahead }) => `Waits its turn; ${ahead ?? 0} before it`,
};

/** PostgreSQL's JSON has instants in a form of its own. */
const instantsOf = (behind: Delivery["behind"]): Delivery["behind"] =>
  behind && { ...behind, next_attempt_at: new Date(behind.next_attempt_at).toISOString() };
