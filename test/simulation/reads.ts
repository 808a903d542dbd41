import type { DeliveryStore } from "../../src/delivery/deliveryStore.ts";
import type { ServedEndpoint } from "../../src/store/endpoints.ts";
import {
  Superseded,
  type EndpointEntry,
  type FeedRange,
  type StoredEntry,
  type Subscription,
} from "../../src/store/feed.ts";
import type { Clock } from "./clock.ts";
import {
  attemptsAt,
  isDelivery,
  isPast,
  matches,
  type EndpointTables,
  type ResendRow,
  type Tables,
} from "./tables.ts";

/** A statement, as what it gives at once. */
export type Statement<Name extends keyof DeliveryStore> = (
  ...given: Parameters<DeliveryStore[Name]>
) => Awaited<ReturnType<DeliveryStore[Name]>>;

type Reads = {
  [
    Name in
      | "deliveredBeyond"
      | "dueLanes"
      | "dueResends"
      | "endpointNews"
      | "lastTried"
      | "loadLanes"
      | "loadServed"
      | "nextOfCustomer"
      | "previousMatching"
      | "readableHead"
      | "readFeed"
  ]: Statement<Name>;
};

/** What the store reads, on tables in memory: each as its statement says it. */
export function readsOf(tables: Tables, clock: Clock): Reads {
  const { feed, endpoints } = tables;
  const endpointOf = (id: string) => requireEndpoint(tables, id);
  const head = () => feed.at(-1)?.sequence ?? 0;
  const isHeld = (holder: FeedRange["holder"]) =>
    !holder || endpoints.get(holder.endpointId)?.row.fence === holder.fence;

  function previousOf({ types, chainStart }: Subscription, before: number): number | null {
    const entry = feed.findLast(
      (candidate) => candidate.sequence < before && matches(types, candidate),
    );
    return entry && entry.sequence > chainStart ? entry.sequence : null;
  }

  function endpointEntry(subscription: Subscription, entry: StoredEntry): EndpointEntry {
    return {
      ...entry,
      previous: previousOf(subscription, entry.sequence),
      made: attemptsAt(endpointOf(subscription.endpointId), entry.sequence).length,
    };
  }

  return {
    readableHead: ({ holder }) => (isHeld(holder) ? head() : 0),
    readFeed({ after, limit, types = null, holder }) {
      if (feed.length === 0 || !isHeld(holder)) return { entries: [], scannedTo: after, head: 0 };
      const found = feed.filter((entry) => entry.sequence > after && matches(types, entry));
      const entries = found.slice(0, limit);
      const last = entries.length === limit ? entries.at(-1)?.sequence : head();
      return { entries, scannedTo: Math.max(after, last ?? after), head: head() };
    },
    previousMatching: previousOf,
    nextOfCustomer(subscription, { customerId, after, upTo }) {
      const { endpointId, fence, types } = subscription;
      const endpoint = endpointOf(endpointId);
      if (endpoint.row.fence !== fence) throw new Superseded(`${endpointId} under ${fence}`);
      const entry = feed.find(
        (candidate) =>
          candidate.customer_id === customerId &&
          candidate.sequence > after &&
          candidate.sequence <= upTo &&
          matches(types, candidate) &&
          !isPast(endpoint, candidate.sequence),
      );
      return entry ? endpointEntry(subscription, entry) : null;
    },
    deliveredBeyond({ endpointId, after, upTo }) {
      const endpoint = endpointOf(endpointId);
      const rows = new Map<number, { sequence: number; made: number; is_settled: boolean }>();
      const add = (sequence: number, made: number, isSettled: boolean) => {
        if (sequence <= after || sequence > upTo) return;
        const row = rows.get(sequence) ?? { sequence, made: 0, is_settled: false };
        const is_settled = row.is_settled || isSettled;
        rows.set(sequence, { sequence, made: row.made + made, is_settled });
      };
      for (const attempt of [...endpoint.attempts.values()].flat()) {
        add(attempt.sequence, 1, isDelivery(endpoint, attempt));
      }
      for (const sequence of endpoint.dead.keys()) add(sequence, 0, true);
      for (const sequence of endpoint.resends.keys()) add(sequence, 0, true);
      return [...rows.values()];
    },
    lastTried(endpointId) {
      const { attempts, dead } = endpointOf(endpointId);
      return Math.max(0, ...attempts.keys(), ...dead.keys());
    },
    loadLanes: (endpointId) => {
      const lanes = [...endpointOf(endpointId).lanes.values()];
      return lanes.toSorted((a, b) => a.head_sequence - b.head_sequence);
    },
    dueLanes(ids) {
      const now = clock.calendarMs;
      const lanes = ids.map(endpointOf).flatMap(({ row, lanes: own }) => {
        const { state, backoff_until: until } = row;
        const isUp = state === "active" || (state === "backing_off" && (until ?? Infinity) <= now);
        const due = [...own.values()].filter(({ due_at }) => isUp && due_at <= now);
        return due.map((lane) => Object.assign({ endpoint_id: row.id }, lane));
      });
      return lanes.toSorted((a, b) => a.due_at - b.due_at || a.head_sequence - b.head_sequence);
    },
    dueResends(subscription, limit) {
      const { resends } = endpointOf(subscription.endpointId);
      const now = clock.calendarMs;
      const isBlocked = (row: ResendRow) =>
        resends
          .values()
          .some(
            (before) =>
              before.customer_id === row.customer_id &&
              before.sequence < row.sequence &&
              before.due_at > now &&
              before.kind !== "parked",
          );
      const due = [...resends.values()].filter((row) => row.due_at <= now && !isBlocked(row));
      return due
        .toSorted((a, b) => a.sequence - b.sequence)
        .slice(0, limit)
        .flatMap(({ sequence, kind, attempts }) => {
          const entry = feed[sequence - 1];
          return entry ? [{ entry: endpointEntry(subscription, entry), kind, attempts }] : [];
        });
    },
    endpointNews: ({ node, ids }) =>
      ids
        .map(endpointOf)
        .filter(({ row }) => row.node === node)
        .map(({ row, resends }) => ({
          id: row.id,
          version: row.version,
          fence: row.fence,
          cursor_fence: row.cursor_fence,
          head: head(),
          backoff_step: row.backoff_step,
          is_probe_due:
            row.state === "backing_off" && (row.backoff_until ?? Infinity) <= clock.calendarMs,
          has_due_resends: resends.values().some(({ due_at }) => due_at <= clock.calendarMs),
        })),
    loadServed: (id) => servedOf(endpointOf(id), clock),
  };
}

/** @throws {Error} when there is none. */
export function requireEndpoint({ endpoints }: Tables, id: string): EndpointTables {
  const found = endpoints.get(id);
  if (!found) throw new Error(`There is no endpoint ${id}`);
  return found;
}

/** An endpoint as a node takes it up. */
export function servedOf({ row }: EndpointTables, clock: Clock): ServedEndpoint {
  const isDown = row.state === "backing_off";
  return { ...row, down_for_ms: isDown ? clock.calendarMs - row.state_since : null };
}
