import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { useSettled } from "../endpoints/useSettled.ts";
import { rangeQuery, rangeSpan } from "./read.ts";

/** While the list is dragged along, only where it rests is read: this long, in milliseconds. */
const restMs = 80;
/** More than are in view at once. */
const rangesAtMost = 4;

/**
 * Events of the whole feed that are in view and are not among those that were read in a row, by their positions: the list can
 * be dragged to any place of the feed, and what lies between is not read for that.
 * @param oldest position of the oldest in view; 0 when nothing in view is missing.
 * @param newest position of the newest in view that is missing.
 */
export function useBeyond(oldest: number, newest: number): ReadonlyMap<number, EventEnvelope> {
  const first = Math.floor((oldest - 1) / rangeSpan);
  const last = Math.floor((newest - 1) / rangeSpan);
  const wanted = oldest < 1 ? "" : `${first} ${Math.min(last, first + rangesAtMost - 1)}`;
  const settled = useSettled(wanted, restMs);
  const [from = 0, to = -1] = settled === "" ? [] : settled.split(" ").map(Number);
  return useQueries({
    queries: Array.from({ length: to - from + 1 }, (_, n) => rangeQuery(from + n)),
    combine: byPosition,
  });
}

const byPosition = (read: readonly UseQueryResult<EventEnvelope[]>[]) =>
  new Map(read.flatMap(({ data }) => data ?? []).map((event) => [event.sequence, event]));
