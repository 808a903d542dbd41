import { queryOptions, useQueries } from "@tanstack/react-query";
import type { Endpoint, EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import type { EndpointHour } from "../../../src/contract/resources/view.ts";
import { api, queries } from "../api.ts";
import type { Fate } from "../ui/Circuit.tsx";
import { spanOf } from "../ui/Time.tsx";
import { delayOf } from "./gaps.ts";

/** What pages read of endpoints, told once. */

/** While something is under way it is looked at this often, in milliseconds. */
export const underWayMs = 1_500;
/** What changes without an event, such as a receiver that comes back, is looked at this often. */
export const idleMs = 10_000;
/** A day of an endpoint is counted anew this often: events come faster than it is worth counting. */
const historyMs = 15_000;

/** One endpoint. */
export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "endpoint", id],
    queryFn: () => api.endpoints.get({ id }),
    refetchInterval: idleMs,
  });

/** How an endpoint is doing; looked at closely while it delivers. */
export const statusQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "endpointStatus", id],
    queryFn: () => api.endpointStatus.get({ id }),
    refetchInterval: ({ state }) => (isUnderWay(state.data) ? underWayMs : idleMs),
  });

const isUnderWay = (status: EndpointStatus | undefined) =>
  status !== undefined &&
  status.behind_by > 0 &&
  (status.state === "active" || status.state === "backing_off");

/** What an endpoint got of the last day, in half hours. */
export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ["history", id],
    queryFn: () => api.endpointHistories.get({ id, hours: 24, parts: 48 }),
    refetchInterval: historyMs,
  });

/** Reads again what a command changed. */
export const readAgain = () =>
  queries.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === "flow" || queryKey[0] === "history",
  });

/** The status of each endpoint, by its id, as far as it was read. */
export function useStatuses(ids: readonly string[]): ReadonlyMap<string, EndpointStatus> {
  return useQueries({
    queries: ids.map((id) => statusQuery(id)),
    combine: (read) =>
      new Map(read.flatMap(({ data }) => (data ? [[data.endpoint_id, data] as const] : []))),
  });
}

/** The last day of each endpoint, by its id, as far as it was read. */
export function useHistories(ids: readonly string[]): ReadonlyMap<string, readonly EndpointHour[]> {
  return useQueries({
    queries: ids.map((id) => historyQuery(id)),
    combine: (read) =>
      new Map(
        read.flatMap(({ data }, index) => {
          const id = ids[index];
          return data && id !== undefined ? [[id, data.data] as const] : [];
        }),
      ),
  });
}

/** Customers' names by their ids; who may not read customers sees ids. */
export function useCustomerNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const wanted = [...new Set(ids)].slice(0, 50);
  return useQueries({
    queries: wanted.map((id) => ({
      queryKey: ["customerName", id],
      queryFn: () => api.customers.get({ id }),
      staleTime: 60_000,
    })),
    combine: (read) =>
      new Map(
        read.flatMap(({ data }) =>
          data ? [[data.id, `${data.first_name} ${data.last_name}`.trim()] as const] : [],
        ),
      ),
  });
}

/** An endpoint's standing as a drawing and in words. */
interface Standing {
  readonly fate: Fate;
  readonly word: string;
  /** Text colour. */
  readonly ink: string;
}

type Seen = Pick<Endpoint, "state"> & Partial<Pick<EndpointStatus, "lanes" | "dead">>;

/** How an endpoint stands: off, paused, down, or delivering with or without trouble. */
export function standingOf({ state, lanes = [], dead = [] }: Seen): Standing {
  if (state === "disabled") return { fate: "failed", word: "Off", ink: "text-fail" };
  if (state === "paused") return { fate: "none", word: "Paused", ink: "text-ink-2" };
  if (state === "backing_off") {
    return { fate: "retrying", word: "Down, trying again", ink: "text-retry" };
  }
  if (dead.length > 0) return { fate: "retrying", word: "Some given up", ink: "text-retry" };
  if (lanes.length > 0) return { fate: "retrying", word: "Some retrying", ink: "text-retry" };
  return { fate: "delivered", word: "Delivering", ink: "text-ok" };
}

/** How long the newest deliveries took, in milliseconds: the last half hour that has any. */
const latestDelay = (parts: readonly EndpointHour[] | undefined): number | null => {
  const last = parts?.findLast((part) => delayOf(part) !== null);
  return last ? delayOf(last) : null;
};

/** How far behind an endpoint is, in time: the age of what waits, or else how long deliveries take. */
export function behindOf(
  status: EndpointStatus | undefined,
  parts: readonly EndpointHour[] | undefined,
  now: number,
): { readonly text: string; readonly ink: string; readonly exact: string } {
  if (!status) return { text: "–", ink: "text-ink-3", exact: "Not read yet" };
  if (status.state === "disabled") {
    return { text: "off", ink: "text-fail", exact: "Nothing is sent until it is turned on" };
  }
  const { oldest_waiting_at: oldest } = status;
  if (oldest !== null && now - Date.parse(oldest) > 1_000) {
    const exact = "Age of the oldest event that is not delivered";
    const ink = status.state === "paused" ? "text-ink-2" : "text-retry";
    return { text: spanOf(now - Date.parse(oldest)), ink, exact };
  }
  const delay = latestDelay(parts);
  if (delay === null) return { text: "–", ink: "text-ink-3", exact: "No delivery in 24 hours" };
  return {
    text: spanOf(delay),
    ink: "text-ink",
    exact: "Median time from event to delivery, in the last half hour that has any",
  };
}
