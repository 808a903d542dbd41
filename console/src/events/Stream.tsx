import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit, fateOf, wordOf } from "../ui/Circuit.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Time } from "../ui/Time.tsx";
import { customerOf, deliveriesQuery } from "./read.ts";
import type { EventSearch, Feed, SetSearch } from "./useFeed.ts";

const rowHeight = 40;
/** As many events as one reading of deliveries tells. */
const span = 100;

/** The rows of the stream: as many as are in view, whatever their number. */
export function Stream({ feed, search, set }: { feed: Feed; search: EventSearch; set: SetSearch }) {
  const scroller = useRef<HTMLDivElement>(null);
  const { events, hasNextPage, isFetchingNextPage, fetchNextPage } = feed;
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => events[index]?.id ?? index,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= events.length - 20 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, events.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const fates = useFates(events, items[0]?.index ?? 0, last);
  if (feed.isPending) return <Skeleton rows={12} />;
  if (feed.isError) {
    return (
      <div className="px-7">
        <Failure error={feed.error} retry={() => void feed.refetch()} />
      </div>
    );
  }
  if (events.length === 0) return <Nothing search={search} set={set} />;
  const select = (step: number) => {
    const at = events.findIndex(({ id }) => id === search.event);
    const next = events[Math.max(0, Math.min(events.length - 1, at + step))];
    if (next) set({ event: next.id });
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    select(step);
  };
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="grid"
      aria-label="Events"
      aria-rowcount={hasNextPage ? -1 : events.length + 1}
      onKeyDown={onKey}
      className="min-h-0 flex-1 overflow-auto border-t border-line bg-surface tabular-nums"
    >
      <div
        role="row"
        className="sticky top-0 z-10 flex h-9 min-w-[640px] items-center border-b border-line bg-surface px-4 text-12 text-ink-2 sm:px-7"
      >
        <span role="columnheader" className="w-24">
          Time
        </span>
        <span role="columnheader" className="w-56">
          Event
        </span>
        <span role="columnheader" className="min-w-0 flex-1">
          Customer
        </span>
        <span role="columnheader" className="w-56">
          Deliveries
        </span>
        <span role="columnheader" className="w-16 text-right">
          Position
        </span>
      </div>
      <div className="relative min-w-[640px]" style={{ height: rows.getTotalSize() }}>
        {items.map((item) => {
          const event = events[item.index];
          if (!event) return null;
          return (
            <Row
              key={item.key}
              event={event}
              top={item.start}
              index={item.index}
              isFresh={feed.fresh.has(event.id)}
              isSelected={event.id === search.event}
              fates={fates.get(event.id)}
              only={search.endpoint}
              state={search.state}
              onSelect={() => set({ event: event.id })}
            />
          );
        })}
      </div>
      {isFetchingNextPage && <div className="px-7 py-3 text-ink-3">Reading on…</div>}
    </div>
  );
}

interface RowProps {
  readonly event: EventEnvelope;
  readonly top: number;
  readonly index: number;
  readonly isFresh: boolean;
  readonly isSelected: boolean;
  readonly fates: readonly DeliveryView[] | undefined;
  readonly only: string | undefined;
  readonly state: string | undefined;
  readonly onSelect: () => void;
}

function Row({ event, top, index, isFresh, isSelected, fates, only, state, onSelect }: RowProps) {
  const told = (fates ?? []).filter(
    ({ endpoint_id }) => only === undefined || endpoint_id === only,
  );
  const isOther =
    state !== undefined && fates !== undefined && !told.some((each) => each.state === state);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      onClick={onSelect}
      className={`absolute inset-x-0 flex cursor-pointer items-center border-b border-line px-4 hover:bg-sunken aria-selected:bg-cell-tint sm:px-7 ${isFresh ? "warm" : ""} ${isOther ? "text-ink-3" : ""}`}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className="w-24 text-ink-2">
        <Time at={event.timestamp} as="seconds" />
      </span>
      <span role="gridcell" className="w-56 truncate pr-3 font-mono text-12">
        {event.type}
      </span>
      <span role="gridcell" className="min-w-0 flex-1 truncate pr-3" dir="auto">
        {customerOf(event)}
      </span>
      <span role="gridcell" className="flex w-56 items-center gap-1.5 overflow-hidden">
        {told.slice(0, 6).map((each) => (
          <Circuit key={each.endpoint_id} fate={fateOf(each)} width={28} label={wordOf(each)} />
        ))}
        {told.length > 6 && <span className="text-12 text-ink-3">+{told.length - 6}</span>}
      </span>
      <span role="gridcell" className="w-16 text-right text-ink-3">
        {event.sequence}
      </span>
    </div>
  );
}

/** Where the events in view stand, by their ids; read in fixed ranges of the feed, so that scrolling reads each once. */
function useFates(events: readonly EventEnvelope[], first: number, last: number) {
  const newest = events[first]?.sequence ?? 0;
  const oldest = events[Math.min(last, events.length - 1)]?.sequence ?? 0;
  const from = Math.floor(Math.max(0, oldest - 1) / span);
  const to = Math.floor(Math.max(0, newest - 1) / span);
  const ranges =
    newest === 0 ? [] : Array.from({ length: Math.min(6, to - from + 1) }, (_, n) => to - n);
  return useQueries({
    queries: ranges.map((n) => deliveriesQuery({ from: n * span + 1, to: (n + 1) * span })),
    combine: (read) => {
      const byEvent = new Map<string, DeliveryView[]>();
      for (const { data } of read) {
        for (const each of data?.data ?? []) {
          const known = byEvent.get(each.event_id);
          if (known) known.push(each);
          else byEvent.set(each.event_id, [each]);
        }
      }
      return byEvent;
    },
  });
}

function Nothing({ search, set }: { search: EventSearch; set: SetSearch }) {
  const isFiltered = search.type !== undefined || search.customer !== undefined;
  if (!isFiltered) {
    return (
      <Empty
        title="No events yet. The first comes with the first customer."
        action={
          <Link to="/customers" className="text-cell underline">
            Add a customer
          </Link>
        }
        command="npx heliograph trigger new_customer"
      />
    );
  }
  return (
    <Empty
      title={`No event fits the filter${search.type === undefined ? "" : ` “${search.type}”`}.`}
      action={
        <Button onClick={() => set({ type: undefined, customer: undefined })}>
          Drop the filter
        </Button>
      }
    />
  );
}
