import { memo, type ReactNode } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import { Circuit, fateOf, wordOf } from "../ui/Circuit.tsx";
import { Time } from "../ui/Time.tsx";
import { customerOf } from "./read.ts";

/** In pixels. */
export const rowHeight = 40;
/** As many branches have room in a row. */
const branchesShown = 6;

interface RowProps {
  /** The event's; undefined while it is read. */
  readonly id: string | undefined;
  readonly index: number;
  readonly isFresh: boolean;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
  readonly onOpen: (id: string) => void;
  readonly children: ReactNode;
}

/** A row at its place. What stands in it stays while new rows move it. */
export function Row({ id, index, isFresh, isOpen, isChosen, onOpen, children }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      aria-current={isOpen || undefined}
      aria-busy={id === undefined ? true : undefined}
      onClick={id === undefined ? undefined : () => onOpen(id)}
      className={`absolute inset-x-0 cursor-pointer border-b border-line hover:bg-sunken aria-selected:bg-cell-tint aria-[current]:bg-cell-tint ${isFresh ? "warm" : ""}`}
      style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
    >
      {children}
    </div>
  );
}

interface CellsProps {
  readonly event: EventEnvelope;
  readonly fates: readonly DeliveryView[] | undefined;
  /** The one endpoint whose deliveries are shown; all without. */
  readonly only: string | undefined;
  readonly isChosen: boolean;
  /** Chooses the event, or with `isRange` all from the one chosen before; undefined where it was not read in a row with the newest. */
  readonly onChoose: ((id: string, isRange: boolean) => void) | undefined;
}

/** What stands in a row: when, what, of whom, and what became of it. */
export const Cells = memo(function Cells({ event, fates, only, isChosen, onChoose }: CellsProps) {
  const told = (fates ?? []).filter(
    ({ endpoint_id }) => only === undefined || endpoint_id === only,
  );
  return (
    <div role="presentation" className="flex h-full items-center pr-4 sm:pr-7">
      <span role="gridcell" className="shrink-0" onClick={(click) => click.stopPropagation()}>
        <label className="flex h-10 w-11 items-center justify-center sm:w-[52px]">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Choose ${event.type}, position ${event.sequence}`}
            checked={isChosen}
            disabled={!onChoose}
            title={onChoose ? undefined : "Too far back to be chosen: filter the events first"}
            onChange={({ nativeEvent }) =>
              onChoose?.(event.id, (nativeEvent as unknown as MouseEvent).shiftKey)
            }
            className="size-4 accent-cell"
          />
        </label>
      </span>
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
        {told.slice(0, branchesShown).map((each) => (
          <Circuit key={each.endpoint_id} fate={fateOf(each)} width={28} label={wordOf(each)} />
        ))}
        {told.length > branchesShown && (
          <span className="text-12 text-ink-3">+{told.length - branchesShown}</span>
        )}
      </span>
      <span role="gridcell" className="w-16 text-right text-ink-3">
        {event.sequence}
      </span>
    </div>
  );
});
