import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo, useCallback, useEffect, type KeyboardEvent, type ReactNode } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { OperationAnswer } from "../../../src/contract/operations.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit, fateOf, wordOf } from "../ui/Circuit.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Time } from "../ui/Time.tsx";
import { customerOf, deliveriesQuery } from "./read.ts";
import { useBeyond } from "./useBeyond.ts";
import { useRowsInView } from "./useRowsInView.ts";
import type { EventSearch, Feed, SetSearch } from "./useFeed.ts";

const rowHeight = 40;
/** As many events as one reading of deliveries tells. */
const span = 100;

interface StreamProps {
  readonly feed: Feed;
  readonly search: EventSearch;
  readonly set: SetSearch;
  /** Told when somebody scrolls away from the newest, and when he is back. */
  readonly onAway: (isAway: boolean) => void;
}

/** The rows of the stream: as many as are in view, whatever their number. */
export function Stream({ feed, search, set, onAway }: StreamProps) {
  const { events, total, readsOn, isFetchingNextPage, fetchNextPage } = feed;
  const { scroller, rows, isAway, showRow } = useRowsInView(total, rowHeight);
  const first = rows[0] ?? 0;
  const last = rows.at(-1) ?? 0;
  const isAtEnd = last >= events.length - 20 && first <= events.length;
  useEffect(() => {
    if (isAtEnd && readsOn && !isFetchingNextPage) void fetchNextPage();
  }, [isAtEnd, readsOn, isFetchingNextPage, fetchNextPage]);
  useEffect(() => onAway(isAway), [isAway, onAway]);
  const isBeyond = first > events.length || (last >= events.length && !readsOn);
  const beyond = useBeyond(
    isBeyond ? total - last : 0,
    isBeyond ? total - Math.max(first, events.length) : 0,
  );
  const eventAt = (index: number) => events[index] ?? beyond.get(total - index);
  const fates = useFates(eventAt(first), eventAt(last) ?? events.at(-1));
  const open = useCallback((id: string) => set({ event: id }), [set]);
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
    const known = events.findIndex(({ id }) => id === search.event);
    const shown = rows.find((row) => eventAt(row)?.id === search.event);
    const next = eventAt(Math.max(0, Math.min(total - 1, (shown ?? known) + step)));
    if (next) open(next.id);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    select(step);
  };
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {isAway && feed.held > 0 && (
        <Button
          look="strong"
          small
          className="absolute top-11 left-1/2 z-20 -translate-x-1/2"
          onClick={() => showRow(0)}
        >
          {feed.held.toLocaleString()} new, to the newest
        </Button>
      )}
      <div
        ref={scroller}
        tabIndex={0}
        role="grid"
        aria-label="Events"
        aria-rowcount={feed.hasNextPage && total === events.length ? -1 : total + 1}
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
        <div className="relative min-w-[640px]" style={{ height: total * rowHeight }}>
          {rows.map((row) => {
            const event = eventAt(row);
            const isFresh = event !== undefined && feed.fresh.has(event.id);
            // A place in the list is one element, whatever event stands there: in a burst all of them change at once.
            return (
              <Row
                key={isFresh ? event.id : row}
                id={event?.id}
                index={row}
                isFresh={isFresh}
                isSelected={event !== undefined && event.id === search.event}
                onOpen={open}
              >
                {event && (
                  <Cells
                    event={event}
                    fates={fates.get(event.id)}
                    only={search.endpoint}
                    state={search.state}
                  />
                )}
              </Row>
            );
          })}
        </div>
        {isFetchingNextPage && total === events.length && (
          <div className="px-7 py-3 text-ink-3">Reading on…</div>
        )}
      </div>
    </div>
  );
}

interface RowProps {
  /** The event's; undefined while it is read. */
  readonly id: string | undefined;
  readonly index: number;
  readonly isFresh: boolean;
  readonly isSelected: boolean;
  readonly onOpen: (id: string) => void;
  readonly children: ReactNode;
}

/** A row at its place. What stands in it stays while new rows move it. */
function Row({ id, index, isFresh, isSelected, onOpen, children }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      aria-busy={id === undefined ? true : undefined}
      onClick={id === undefined ? undefined : () => onOpen(id)}
      className={`absolute inset-x-0 cursor-pointer border-b border-line hover:bg-sunken aria-selected:bg-cell-tint ${isFresh ? "warm" : ""}`}
      style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
    >
      {children}
    </div>
  );
}

interface CellsProps {
  readonly event: EventEnvelope;
  readonly fates: readonly DeliveryView[] | undefined;
  readonly only: string | undefined;
  readonly state: string | undefined;
}

const Cells = memo(function Cells({ event, fates, only, state }: CellsProps) {
  const told = (fates ?? []).filter(
    ({ endpoint_id }) => only === undefined || endpoint_id === only,
  );
  const isOther =
    state !== undefined && fates !== undefined && !told.some((each) => each.state === state);
  return (
    <div
      role="presentation"
      className={`flex h-full items-center px-4 sm:px-7 ${isOther ? "text-ink-3" : ""}`}
    >
      <span role="gridcell" className="w-24 text-ink-2">
        <Time at={event.timestamp} as="seconds" />
      </span>
      <span role="gridcell" className="w-56 truncate pr-3 font-mono text-12">
        {event.type}
      </span>
      <span
        role="gridcell"
        className="min-w-0 flex-1 truncate pr-3 text-left"
        title={customerOf(event)}
        dir="auto"
      >
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
});

/** Where the events in view stand, by their ids; read in fixed ranges of the feed, so that scrolling reads each once. */
function useFates(first: EventEnvelope | undefined, last: EventEnvelope | undefined) {
  const from = Math.floor(Math.max(0, (last?.sequence ?? 0) - 1) / span);
  const to = Math.floor(Math.max(0, (first?.sequence ?? 0) - 1) / span);
  const ranges =
    first === undefined || last === undefined
      ? []
      : Array.from({ length: Math.min(6, to - from + 1) }, (_, n) => to - n);
  return useQueries({
    queries: ranges.map((n) => deliveriesQuery({ from: n * span + 1, to: (n + 1) * span })),
    combine: byEvent,
  });
}

/** One function for all, so that what it gave stays the same until something else was read. */
const byEvent = (
  read: readonly UseQueryResult<OperationAnswer<"getDeliveries">>[],
): ReadonlyMap<string, DeliveryView[]> =>
  Map.groupBy(
    read.flatMap(({ data }) => data?.data ?? []),
    ({ event_id }) => event_id,
  );

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
