import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { onEvent } from "../live.ts";
import { feedQuery } from "./read.ts";

/** What the address says of the stream: filters, and the event that is looked at. */
export interface EventSearch {
  readonly type?: string | undefined;
  readonly customer?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly state?: string | undefined;
  readonly event?: string | undefined;
}
export type SetSearch = (changed: EventSearch) => void;

/** What is read, with what came since in front; while paused that is held back and counted. */
export function useFeed({ type, customer }: EventSearch, isPaused: boolean) {
  const cache = useQueryClient();
  const query = feedQuery({ type, customer });
  const read = useInfiniteQuery(query);
  const [held, setHeld] = useState<EventEnvelope[]>([]);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const { queryKey } = query;
  const keyText = JSON.stringify(queryKey);
  useEffect(() => {
    setHeld([]);
    const fits = (event: EventEnvelope) =>
      (type === undefined || event.type === type) &&
      (customer === undefined ||
        (event.data as { customer?: { id: string } }).customer?.id === customer);
    let waiting: EventEnvelope[] = [];
    let frame = 0;
    // Of many in a moment the page is drawn once.
    const take = () => {
      frame = 0;
      const news = waiting.toReversed();
      waiting = [];
      if (isPaused) return setHeld((before) => [...news, ...before]);
      setFresh(new Set(news.map(({ id }) => id)));
      prepend(cache, queryKey, news);
    };
    const stop = onEvent((event) => {
      if (!fits(event)) return;
      waiting.push(event);
      frame ||= requestAnimationFrame(take);
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key's text stands for the key
  }, [cache, keyText, isPaused, type, customer]);
  const events = useMemo(() => {
    return read.data?.pages.flatMap((page) => page.events) ?? [];
  }, [read.data]);
  return {
    ...read,
    events,
    fresh,
    held: held.length,
    show: () => {
      prepend(cache, queryKey, held);
      setHeld([]);
    },
  };
}

/** Puts what is new in front of the first page, each event once: the stream and a reading may bring the same. */
function prepend(
  cache: ReturnType<typeof useQueryClient>,
  queryKey: ReturnType<typeof feedQuery>["queryKey"],
  news: readonly EventEnvelope[],
): void {
  cache.setQueryData(queryKey, (known) => {
    const [first, ...rest] = known?.pages ?? [];
    if (!known || !first) return known;
    const newest = first.events[0]?.sequence ?? 0;
    const added = news.filter(({ sequence }) => sequence > newest);
    if (added.length === 0) return known;
    return { ...known, pages: [{ ...first, events: [...added, ...first.events] }, ...rest] };
  });
}

export type Feed = ReturnType<typeof useFeed>;
