import { useCallback, useRef, useState, type RefCallback } from "react";

/** Rows above and below those in view, so that scrolling finds them drawn. */
const around = 8;

interface View {
  readonly first: number;
  readonly count: number;
}

/** The rows of a list that are in view. */
export interface RowsInView {
  /** For the element that scrolls. */
  readonly scroller: RefCallback<HTMLElement>;
  /** Numbers of the rows to draw, from 0. */
  readonly rows: readonly number[];
  /** Whether the first row is out of view. */
  readonly isAway: boolean;
  /** Scrolls until a row is the first in view. */
  readonly showRow: (row: number) => void;
}

/**
 * Which of many rows are to be drawn. All are of one height, so that it is a division, however many there are: a measurement
 * of each would be made anew whenever one comes.
 * @param rowHeight in pixels.
 */
export function useRowsInView(total: number, rowHeight: number): RowsInView {
  const [{ first, count }, setView] = useState<View>({ first: 0, count: 0 });
  const scrolled = useRef<HTMLElement>(null);
  const scroller = useCallback(
    (element: HTMLElement | null) => {
      scrolled.current = element;
      if (!element) return undefined;
      const look = () => {
        const seen = {
          first: Math.floor(element.scrollTop / rowHeight),
          count: Math.ceil(element.clientHeight / rowHeight) + 1,
        };
        // Within a row nothing is drawn anew.
        setView((known) =>
          known.first === seen.first && known.count === seen.count ? known : seen,
        );
      };
      const resized = new ResizeObserver(look);
      resized.observe(element);
      element.addEventListener("scroll", look, { passive: true });
      return () => {
        resized.disconnect();
        element.removeEventListener("scroll", look);
      };
    },
    [rowHeight],
  );
  const from = Math.max(0, Math.min(first, total - count) - around);
  const to = Math.min(total, first + count + around);
  return {
    scroller,
    rows: Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at),
    isAway: first > 0,
    showRow: (row) => scrolled.current?.scrollTo({ top: row * rowHeight }),
  };
}
