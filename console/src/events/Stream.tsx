import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  type KeyboardEvent,
  type Ref,
} from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import type { Chosen } from "../ui/useChosen.ts";
import type { Found } from "./outcome.ts";
import { Row, rowHeight } from "./Row.tsx";
import { useFates } from "./useFates.ts";
import type { EventSearch, Feed, SetSearch } from "./useFeed.ts";

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
  readonly ref: Ref<StreamHandle>;
}

/** The rows of the stream: as many as are in view, whatever their number. */
export function Stream({ feed, found, chosen, search, set, ref }: StreamProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = feed;
  const { rows: events, isLooking } = found;
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => events[index]?.id ?? index,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useImperativeHandle(ref, () => ({
    showRow: (index) => rows.scrollToIndex(index, { align: "start" }),
  }));
  const isNearEnd = last >= events.length - 20;
  // What is looked through for an outcome is read on by `useFound`.
  const readsOn = isNearEnd && hasNextPage && !isFetchingNextPage && found.lookOn === undefined;
  useEffect(() => {
    if (readsOn && !isLooking) void fetchNextPage();
  }, [readsOn, isLooking, fetchNextPage]);
  const { byEvent } = useFates(events.slice(items[0]?.index ?? 0, last + 1));
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
  const step = (by: number) => {
    const at = events.findIndex(({ id }) => id === search.event);
    const next = events[Math.max(0, Math.min(events.length - 1, at + by))];
    if (next) open(next.id);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const isChoice = event.key === "x" && search.event !== undefined;
    if (by === undefined && !isChoice) return;
    event.preventDefault();
    if (by === undefined) chosen.choose(search.event ?? "", false);
    else step(by);
  };
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="grid"
      aria-label="Events"
      aria-multiselectable
      aria-rowcount={hasNextPage ? -1 : events.length + 1}
      onKeyDown={onKey}
      className="min-h-0 flex-1 overflow-auto border-t border-line bg-surface tabular-nums"
    >
      <Head chosen={chosen} />
      <div className="relative min-w-[680px]" style={{ height: rows.getTotalSize() }}>
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
              isOpen={event.id === search.event}
              isChosen={chosen.has(event.id)}
              fates={byEvent.get(event.id)}
              only={search.endpoint}
              onOpen={open}
              onChoose={chosen.choose}
            />
          );
        })}
      </div>
      {isFetchingNextPage && <div className="px-7 py-3 text-ink-3">Reading on…</div>}
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
