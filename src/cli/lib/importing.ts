import { closeSync, openSync, writeSync } from "node:fs";
import type { Import, ImportFault } from "../../contract/resources/import.ts";
import type { Context } from "../command.ts";
import { Failure } from "./exitCodes.ts";
import { inBatches, readRows, type RowFormat } from "./rows.ts";

/** Faults that a person is shown. */
const shownAtMost = 20;

/** What became of all rows so far. */
export interface Totals {
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
}

const noneDone: Totals = { rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0 };

interface Walk {
  readonly isDryRun: boolean;
  /** Told the faults of each batch. */
  readonly onFaults: (faults: readonly ImportFault[]) => void;
}

/** Gives a file's rows to an import, batch by batch, from where it stands. */
export function createImporter(
  { client, terminal, interrupted: signal }: Context,
  begun: Import,
  { path, format }: { readonly path: string; readonly format: RowFormat },
) {
  return {
    async walk({ isDryRun, onFaults }: Walk): Promise<Totals> {
      const { importRows } = client();
      // The contract is big: only who needs it waits for it.
      const { rowsAtMost } = await import("../../contract/resources/import.ts");
      let totals = noneDone;
      let line = begun.line;
      for await (const batch of inBatches(readRows(path, format), rowsAtMost)) {
        const rows = batch.filter((row) => row.line > begun.line);
        if (rows.length === 0) continue;
        const input = { id: begun.id, after_line: line, rows, dry_run: isDryRun };
        const answer = await importRows.take(input, { signal });
        line = rows.at(-1)?.line ?? line;
        totals = {
          rows: totals.rows + rows.length,
          created: totals.created + answer.created,
          updated: totals.updated + answer.updated,
          unchanged: totals.unchanged + answer.unchanged,
          refused: totals.refused + answer.refused,
        };
        onFaults(answer.faults);
        const verb = isDryRun ? "looked at" : "taken";
        terminal.progress(`${totals.rows} rows ${verb}, ${totals.refused} do not fit`);
      }
      terminal.progress(null);
      return totals;
    },
  };
}

/**
 * Shows faults as they are found: some to a person, all to a program and to a file. None of them is held.
 * @throws {Failure} when the file cannot be written.
 */
export function createFaultReport(
  { terminal, isJson }: Context,
  path: string | undefined,
): { readonly add: (faults: readonly ImportFault[]) => void; readonly end: () => void } {
  const file = path === undefined ? undefined : opened(path);
  let count = 0;
  const show = (fault: ImportFault) => {
    const text = JSON.stringify(fault);
    if (file !== undefined) writeSync(file, `${text}\n`);
    if (isJson) terminal.out(text);
    if (isJson || count > shownAtMost) return;
    for (const { at, column, message } of fault.errors) {
      terminal.say(`line ${fault.line}, ${column ?? at.slice(1)}: ${message}`);
    }
  };
  return {
    add(faults) {
      for (const fault of faults) {
        count += 1;
        show(fault);
      }
    },
    end() {
      if (file !== undefined) closeSync(file);
      const more = count - shownAtMost;
      if (more > 0 && !isJson) terminal.say(`and ${more} rows more; --faults FILE keeps all`);
    },
  };
}

function opened(path: string): number {
  try {
    return openSync(path, "w");
  } catch (error) {
    throw unwritable(path, error);
  }
}

export const unwritable = (path: string, error: unknown): Failure =>
  new Failure("usage", `${path} cannot be written: ${(error as Error).message}`);
