import { Link } from "@tanstack/react-router";
import { useCallback, useEffect, useImperativeHandle, type KeyboardEvent, type Ref } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import type { Chosen } from "../ui/useChosen.ts";
import { asksForOutcome, type Found } from "./outcome.ts";
import { Cells, Row, rowHeight } from "./Row.tsx";
import { useBeyond } from "./useBeyond.ts";
import { useFates } from "./useFates.ts";
import type { EventSearch, Feed, SetSearch } from "./useFeed.ts";
import { useRowsInView } from "./useRowsInView.ts";

/** What others may ask of the stream. */
export interface StreamHandle {
  readonly showRow: (index: number) => void;
}

interface StreamProps {
  readonly feed: Feed;
  readonly found: Found;
  readonly chosen: Chosen<EventEnvelope>;
  readonly search: EventSearch;
  readonly set: SetSearch;
  /** Told when somebody scrolls away from the newest, and when he is back. */
  readonly onAway: (isAway: boolean) => void;
  readonly ref: Ref<StreamHandle>;
}

/** The rows of the stream: as many as are in view, whatever their number. */
export function Stream({ feed, found, chosen, search, set, onAway, ref }: StreamProps) {
  const { isFetchingNextPage, fetchNextPage } = feed;
  const { rows: events, isLooking } = found;
  const isSearched = asksForOutcome(search);
  const total = isSearched ? events.length : feed.total;
  const { scroller, rows, isAway, showRow } = useRowsInView(total, rowHeight);
  useImperativeHandle(ref, () => ({ showRow }));
  const first = rows[0] ?? 0;
  const last = rows.at(-1) ?? 0;
  const isAtEnd = last >= events.length - 20 && first <= events.length;
  // What is looked through for an outcome is read on by `useFound`.
  const readsOn = isSearched ? false : feed.readsOn;
  useEffect(() => {
    if (isAtEnd && readsOn && !isFetchingNextPage) void fetchNextPage();
  }, [isAtEnd, readsOn, isFetchingNextPage, fetchNextPage]);
  useEffect(() => onAway(isAway), [isAway, onAway]);
  const isBeyond = first > events.length || (last >= events.length && !readsOn);
  const beyond = useBeyond(
    isBeyond ? feed.newest - last : 0,
    isBeyond ? feed.newest - Math.max(first, events.length) : 0,
  );
  const eventAt = (index: number) => events[index] ?? beyond.get(feed.newest - index);
  const { byEvent } = useFates(rows.map(eventAt).filter((event) => event !== undefined));
  const open = useCallback((id: string) => set({ event: id }), [set]);
  if (feed.isPending) return <Skeleton rows={12} />;
  if (feed.isError) {
    return (
      <div className="px-7">
        <Failure error={feed.error} retry={() => void feed.refetch()} />
      </div>
    );
  }
  if (events.length === 0)
    return isLooking ? <Skeleton rows={12} /> : <Nothing search={search} set={set} />;
  const select = (step: number) => {
    const known = events.findIndex(({ id }) => id === search.event);
    const shown = rows.find((row) => eventAt(row)?.id === search.event);
    const next = eventAt(Math.max(0, Math.min(total - 1, (shown ?? known) + step)));
    if (next) open(next.id);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const isChoice = event.key === "x" && search.event !== undefined;
    if (step === undefined && !isChoice) return;
    event.preventDefault();
    if (step === undefined) chosen.choose(search.event ?? "", false);
    else select(step);
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
        aria-multiselectable
        aria-rowcount={feed.hasNextPage && total === events.length ? -1 : total + 1}
        onKeyDown={onKey}
        className="min-h-0 flex-1 overflow-auto border-t border-line bg-surface tabular-nums"
      >
        <Head chosen={chosen} />
        <div className="relative min-w-[680px]" style={{ height: total * rowHeight }}>
          {rows.map((row) => {
            const event = eventAt(row);
            const isFresh = event !== undefined && feed.fresh.has(event.id);
            const isChosen = event !== undefined && chosen.has(event.id);
            // A place in the list is one element, whatever event stands there: in a burst all of them change at once.
            return (
              <Row
                key={isFresh ? event.id : row}
                id={event?.id}
                index={row}
                isFresh={isFresh}
                isOpen={event !== undefined && event.id === search.event}
                isChosen={isChosen}
                onOpen={open}
              >
                {event && (
                  <Cells
                    event={event}
                    fates={byEvent.get(event.id)}
                    only={search.endpoint}
                    isChosen={isChosen}
                    onChoose={row < events.length ? chosen.choose : undefined}
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

function Head({ chosen }: { readonly chosen: Chosen<EventEnvelope> }) {
  return (
    <div
      role="row"
      className="sticky top-0 z-10 flex h-9 min-w-[680px] items-center border-b border-line bg-surface pr-4 text-12 text-ink-2 sm:pr-7"
    >
      <span role="columnheader" className="flex w-11 shrink-0 justify-center sm:w-[52px]">
        <input
          type="checkbox"
          aria-label="Choose all events that are read"
          checked={chosen.isAll}
          ref={(box) => {
            if (box) box.indeterminate = chosen.rows.length > 0 && !chosen.isAll;
          }}
          onChange={chosen.toggleAll}
          className="size-4 accent-cell"
        />
      </span>
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
  );
}

/** What the filters are dropped with. */
const noFilter = { type: undefined, customer: undefined, endpoint: undefined, state: undefined };

function Nothing({ search, set }: { search: EventSearch; set: SetSearch }) {
  const isFiltered = Object.keys(noFilter).some((name) => search[name as keyof EventSearch]);
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
      action={<Button onClick={() => set(noFilter)}>Drop the filter</Button>}
    />
  );
}
