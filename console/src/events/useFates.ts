import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { OperationAnswer } from "../../../src/contract/operations.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import { deliveriesQuery } from "./read.ts";

/** As many events as one reading of deliveries tells. */
const span = 100;

/** Where events stand, by their ids, and whether it was read of all that were asked for. */
export interface Fates {
  readonly byEvent: ReadonlyMap<string, readonly DeliveryView[]>;
  readonly isRead: boolean;
}

/** Where events stand; read in fixed ranges of the feed, so that scrolling reads each once. */
export function useFates(events: readonly EventEnvelope[]): Fates {
  const ranges = rangesOf(events);
  return useQueries({
    queries: ranges.map((range) => deliveriesQuery(positionsOf(range))),
    combine: byEvent,
  });
}

/** One function for all, so that what it gave stays the same until something else was read. */
const byEvent = (read: readonly UseQueryResult<OperationAnswer<"getDeliveries">>[]): Fates => ({
  byEvent: Map.groupBy(
    read.flatMap(({ data }) => data?.data ?? []),
    ({ event_id }) => event_id,
  ),
  isRead: read.every(({ isSuccess }) => isSuccess),
});

/** The ranges that events stand in, by their numbers. */
export const rangesOf = (events: readonly EventEnvelope[]): number[] => [
  ...new Set(events.map(({ sequence }) => Math.floor((sequence - 1) / span))),
];

/** The positions of a range. */
export const positionsOf = (range: number) => ({ from: range * span + 1, to: (range + 1) * span });
