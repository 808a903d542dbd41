import { useCallback, useEffect, useRef, useState } from "react";

/** A record that can be chosen. */
interface Choosable {
  readonly id: string;
}

/** The rows that somebody has chosen to do something with. */
export interface Chosen<Row extends Choosable> {
  /** Those of them that are shown, in their order: what a filter hides is not acted on. */
  readonly rows: readonly Row[];
  readonly isAll: boolean;
  readonly has: (id: string) => boolean;
  /** @param isRange whether all from the one chosen before are meant. */
  readonly choose: (id: string, isRange: boolean) => void;
  readonly toggleAll: () => void;
  readonly clear: () => void;
}

/** Which of these rows are chosen. */
export function useChosen<Row extends Choosable>(rows: readonly Row[]): Chosen<Row> {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string>(undefined);
  // Kept beside, so that choosing stays the same function while rows come, and no row is drawn for that.
  const shown = useRef(rows);
  useEffect(() => {
    shown.current = rows;
  }, [rows]);
  const choose = useCallback((id: string, isRange: boolean) => {
    const range = isRange ? between(shown.current, anchor.current, id) : [];
    anchor.current = id;
    setIds((before) =>
      range.length > 0 ? before.union(new Set(range)) : before.symmetricDifference(new Set([id])),
    );
  }, []);
  // Nearly always none is, and rows may be thousands that come four times a second.
  const chosen = ids.size === 0 ? [] : rows.filter(({ id }) => ids.has(id));
  const isAll = rows.length > 0 && chosen.length === rows.length;
  return {
    rows: chosen,
    isAll,
    has: (id) => ids.has(id),
    choose,
    toggleAll: () => setIds(new Set(isAll ? [] : rows.map(({ id }) => id))),
    clear: () => setIds(new Set()),
  };
}

/** The ids from one row to another, whichever is first. */
function between(rows: readonly Choosable[], one: string | undefined, other: string): string[] {
  const ends = [one, other].map((id) => rows.findIndex((row) => row.id === id));
  if (ends.includes(-1)) return [];
  return rows.slice(Math.min(...ends), Math.max(...ends) + 1).map(({ id }) => id);
}
