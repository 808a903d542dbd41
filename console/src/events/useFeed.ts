import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { api } from "../api.ts";
import { onEvent, useIsLive } from "../live.ts";
import { feedQuery, type EventFilter } from "./read.ts";

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
  const isLive = useIsLive();
  const isRead = read.isSuccess;
  useEffect(() => {
    setHeld([]);
    const fits = (event: EventEnvelope) =>
      (type === undefined || event.type === type) &&
      (customer === undefined ||
        (event.data as { customer?: { id: string } }).customer?.id === customer);
    let waiting: EventEnvelope[] = [];
    let frame = 0;
    const add = (news: readonly EventEnvelope[]) => {
      if (isPaused) return setHeld((before) => merged(news, before));
      setFresh(new Set(news.map(({ id }) => id)));
      prepend(cache, queryKey, news);
    };
    // Of many in a moment the page is drawn once.
    const take = () => {
      frame = 0;
      const news = waiting;
      waiting = [];
      add(news);
    };
    const stop = onEvent((event) => {
      if (!fits(event)) return;
      waiting.push(event);
      frame ||= requestAnimationFrame(take);
    });
    let isOver = false;
    const catchUp = async () => {
      const missed = await readSince(cache, queryKey, { type, customer });
      if (isOver || missed?.length === 0) return;
      if (missed) add(missed);
      else await cache.resetQueries({ queryKey });
    };
    // Between a reading and the stream, and while that was away, something may have happened. Where this fails as well, the
    // page says that it is not live.
    if (isLive && isRead) void catchUp().catch(() => undefined);
    return () => {
      isOver = true;
      stop();
      cancelAnimationFrame(frame);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key's text stands for the key
  }, [cache, keyText, isPaused, isLive, isRead, type, customer]);
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

type Cache = ReturnType<typeof useQueryClient>;
type FeedKey = ReturnType<typeof feedQuery>["queryKey"];

/** As many as one reading gives. */
const missedAtMost = 200;

/** What happened since the newest event that is known; undefined when it is more than one reading gives. */
async function readSince(cache: Cache, queryKey: FeedKey, { type, customer }: EventFilter) {
  const newest = cache.getQueryData(queryKey)?.pages[0]?.events[0]?.sequence ?? 0;
  const page = await api.events.list({
    after: newest,
    limit: missedAtMost,
    ...(type !== undefined && { type }),
    ...(customer !== undefined && { customer_id: customer }),
  });
  return page.next === null ? (page.data as unknown as EventEnvelope[]) : undefined;
}

/** Both in one, newest first, each event once: the stream and a reading may bring the same, and in any order. */
function merged(news: readonly EventEnvelope[], known: readonly EventEnvelope[]): EventEnvelope[] {
  const bySequence = new Map([...known, ...news].map((event) => [event.sequence, event]));
  return [...bySequence.values()].toSorted((one, other) => other.sequence - one.sequence);
}

/** Puts what is new in front of the first page. */
function prepend(cache: Cache, queryKey: FeedKey, news: readonly EventEnvelope[]): void {
  cache.setQueryData(queryKey, (known) => {
    const [first, ...rest] = known?.pages ?? [];
    if (!known || !first) return known;
    return { ...known, pages: [{ ...first, events: merged(news, first.events) }, ...rest] };
  });
}

export type Feed = ReturnType<typeof useFeed>;
