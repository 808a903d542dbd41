import type { LoggedAttempt } from "../../src/store/attempts.ts";
import type { ServedEndpoint } from "../../src/store/endpoints.ts";
import type { StoredEntry } from "../../src/store/feed.ts";

/** The tables that delivery works on, in memory. Instants are by the calendar, leases by the time since the start. */

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface EndpointRow extends Mutable<Omit<ServedEndpoint, "down_for_ms">> {
  cursor_fence: number;
  state_since: number;
  backoff_until: number | null;
  node: string | null;
  node_until: number;
}

export interface LaneRow {
  readonly customer_id: string;
  readonly head_sequence: number;
  readonly attempts: number;
  readonly due_at: number;
}

export interface ResendRow {
  readonly sequence: number;
  readonly event_id: string;
  readonly customer_id: string;
  readonly kind: "resend" | "replay" | "parked";
  readonly attempts: number;
  readonly due_at: number;
  /** When it was put there. */
  readonly queued_at: number;
  readonly replay: ReplayRow | null;
  readonly given_up: DeadRow | null;
}

export interface DeadRow {
  readonly sequence: number;
  readonly event_id: string;
  readonly customer_id: string;
  readonly attempts: number;
  readonly isSkipped: boolean;
}

/** What an owner jumped over: all customers' entries, or one's. */
interface SkipRow {
  readonly after: number;
  readonly up_to: number;
  readonly customer_id: string | null;
}

export interface ReplayRow {
  readonly from: number;
  to: number;
  position: number;
  readonly waited_after: number;
  /** Customers with a lane, and from where on. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly settled_ahead: ReadonlySet<number>;
  readonly queued_before: ReadonlySet<number>;
  state: "running" | "done" | "cancelled";
}

/** An endpoint with all rows that hang on it. */
export interface EndpointTables {
  readonly row: EndpointRow;
  readonly feed: readonly StoredEntry[];
  readonly lanes: Map<string, LaneRow>;
  readonly resends: Map<number, ResendRow>;
  readonly dead: Map<number, DeadRow>;
  /** The log, by sequence. */
  readonly attempts: Map<number, LoggedAttempt[]>;
  skips: SkipRow[];
  readonly replays: ReplayRow[];
}

export interface Tables {
  readonly feed: StoredEntry[];
  readonly endpoints: Map<string, EndpointTables>;
  /** Nodes, and until when they count as alive. */
  readonly nodes: Map<string, number>;
}

export type Standing = "waiting" | "dead" | "delivered" | "skipped" | "before_start" | "lost";

export const matches = (types: readonly string[] | null, { type }: StoredEntry) =>
  types === null || types.includes(type);

/** Whether an attempt is a delivery that counts beyond the cursor. */
export const isDelivery = ({ row }: EndpointTables, attempt: LoggedAttempt) =>
  attempt.outcome === "delivered" && (attempt.fence ?? -1) >= row.cursor_fence;

export const attemptsAt = ({ attempts }: EndpointTables, sequence: number) =>
  attempts.get(sequence) ?? [];

export const deliveredSince = (tables: EndpointTables, sequence: number) =>
  attemptsAt(tables, sequence).some((attempt) => isDelivery(tables, attempt));

/** Whether a lane goes past an entry. */
export const isPast = (tables: EndpointTables, sequence: number) =>
  deliveredSince(tables, sequence) || tables.dead.has(sequence) || tables.resends.has(sequence);

/** Whether it was ever delivered. */
export const wasDelivered = (tables: EndpointTables, sequence: number) =>
  attemptsAt(tables, sequence).some(({ outcome }) => outcome === "delivered");

/** Sequences that were delivered since the owner last moved the cursor. */
export const deliveredOf = (tables: EndpointTables): ReadonlySet<number> =>
  new Set(tables.attempts.keys().filter((sequence) => deliveredSince(tables, sequence)));

export const waitsInLane = ({ lanes }: EndpointTables, entry: StoredEntry) =>
  (lanes.get(entry.customer_id)?.head_sequence ?? Infinity) <= entry.sequence;

/** Where an entry stands, as the store tells it; `lost` is what must never be. */
export function standing(tables: EndpointTables, entry: StoredEntry): Standing {
  const { row, resends, dead, skips } = tables;
  const { sequence } = entry;
  const given = dead.get(sequence);
  if (resends.has(sequence)) return "waiting";
  if (given && !given.isSkipped) return "dead";
  if (deliveredSince(tables, sequence)) return "delivered";
  if (given) return "skipped";
  if (waitsInLane(tables, entry) || sequence > row.cursor) return "waiting";
  if (wasDelivered(tables, sequence)) return "delivered";
  const isJumped = skips.some(
    ({ after, up_to, customer_id }) =>
      after < sequence &&
      up_to >= sequence &&
      (customer_id ?? entry.customer_id) === entry.customer_id,
  );
  if (isJumped) return "skipped";
  return sequence <= row.chain_start ? "before_start" : "lost";
}
