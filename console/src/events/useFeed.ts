import {
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type InfiniteData,
} from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { api } from "../api.ts";
import { onEvent, useIsLive } from "../live.ts";
import { feedQuery, keptAfterQuery, type EventFilter, type FeedPage } from "./read.ts";

/** What the address says of the stream: filters, and the event that is looked at. */
export interface EventSearch {
  readonly type?: string | undefined;
  readonly customer?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly state?: string | undefined;
  readonly event?: string | undefined;
}
export type SetSearch = (changed: EventSearch) => void;

/** What comes is shown at once, and in a burst this often, in milliseconds: faster than that no eye follows rows. */
const showMs = 250;
/** Rows are marked as new while they are few: where all are, it tells nothing, and draws all of them in every frame. */
const markedAtMost = 8;
/** Events kept at most of those that came and were read in a row; older ones are read again where somebody looks. */
const keptAtMost = 5_000;

/** What is read, with what came since in front; while held back it is only counted. */
export function useFeed({ type, customer }: EventSearch, isHeld: boolean) {
  const cache = useQueryClient();
  const query = feedQuery({ type, customer });
  const read = useInfiniteQuery(query);
  const [held, setHeld] = useState(0);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const { queryKey } = query;
  const keyText = JSON.stringify(queryKey);
  const isLive = useIsLive();
  const isRead = read.isSuccess;
  /** Shows what came, or holds it back: as the page stands when it comes. */
  const add = useRef<(news: readonly EventEnvelope[]) => void>(() => undefined);
  useEffect(() => {
    const fits = (event: EventEnvelope) =>
      (type === undefined || event.type === type) &&
      (customer === undefined ||
        (event.data as { customer?: { id: string } }).customer?.id === customer);
    let waiting: EventEnvelope[] = [];
    let heldBack: EventEnvelope[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shownAt = 0;
    add.current = (news) => {
      if (isHeld) {
        heldBack = merged(news, heldBack);
        return setHeld(heldBack.length);
      }
      setFresh(new Set(news.length > markedAtMost ? [] : news.map(({ id }) => id)));
      prepend(cache, queryKey, news);
    };
    const take = () => {
      timer = undefined;
      shownAt = performance.now();
      const news = waiting;
      waiting = [];
      add.current(news);
    };
    const stop = onEvent((event) => {
      if (!fits(event)) return;
      waiting.push(event);
      timer ??= setTimeout(take, Math.max(0, shownAt + showMs - performance.now()));
    });
    return () => {
      stop();
      clearTimeout(timer);
      prepend(cache, queryKey, [...waiting, ...heldBack]);
      setHeld(0);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key's text stands for the key
  }, [cache, keyText, isHeld, type, customer]);
  // Apart from the above, so that what is held back stays so while the stream is away.
  useEffect(() => {
    if (!isLive || !isRead) return;
    let isOver = false;
    const catchUp = async () => {
      const missed = await readSince(cache, queryKey, { type, customer });
      if (isOver || missed?.length === 0) return;
      if (missed) add.current(missed);
      else await cache.resetQueries({ queryKey });
    };
    // Between a reading and the stream, and while that was away, something may have happened. Where this fails as well, the
    // page says that it is not live.
    void catchUp().catch(() => undefined);
    return () => {
      isOver = true;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key's text stands for the key
  }, [cache, keyText, isLive, isRead, type, customer]);
  const events = useMemo(() => {
    return read.data?.pages.flatMap((page) => page.events) ?? [];
  }, [read.data]);
  // Positions of a whole feed have no holes: its newest and its oldest say how long it is, whatever of it was read.
  const isWhole = type === undefined && customer === undefined;
  const newest = events[0]?.sequence ?? 0;
  const keptAfter = useQuery({ ...keptAfterQuery, enabled: isWhole && newest > 0 });
  const total = isWhole ? Math.max(events.length, newest - (keptAfter.data ?? 0)) : events.length;
  return {
    ...read,
    events,
    /** Position of the first row. */
    newest,
    /** Rows of the list. */
    total,
    /** Whether events in a row may still be read on. */
    readsOn: read.hasNextPage && !(isWhole && events.length >= keptAtMost),
    fresh,
    /** How many are held back. */
    held,
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
    const newest = first.events[0]?.sequence ?? 0;
    const ordered = merged(news, []);
    // Nearly always all of it is newer: then what is known, which may be thousands, is not looked through.
    const isNewer = ordered.every(({ sequence }) => sequence > newest);
    const events = isNewer ? [...ordered, ...first.events] : merged(ordered, first.events);
    if (events.length === first.events.length) return known;
    const pages = [{ ...first, events }, ...rest];
    return shortened({ ...known, pages });
  });
}

/** Without the oldest of more than are kept: they are read on from there. */
function shortened<Param>(known: InfiniteData<FeedPage, Param>): InfiniteData<FeedPage, Param> {
  let room = keptAtMost;
  const pages = known.pages.flatMap((page) => {
    const events = page.events.slice(0, room);
    room -= events.length;
    if (events.length === 0 && page.events.length > 0) return [];
    const isCut = events.length < page.events.length;
    return [{ events, next: isCut ? String(events.at(-1)?.sequence) : page.next }];
  });
  return { pages, pageParams: known.pageParams.slice(0, pages.length) };
}

export type Feed = ReturnType<typeof useFeed>;
