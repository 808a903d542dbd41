import type { Figure } from "./figures.ts";
import type { Row, Table, Target } from "./suite.ts";

/** A table in Markdown, with target and verdict at the end of each row. */
export function renderTable({ columns, rows }: Table): string {
  const heads = ["", ...columns, "target", "verdict"];
  const lines = rows.map((row) => [row.what, ...row.cells.map(renderCell), ...renderTarget(row)]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0), 3),
  );
  const render = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [render(heads), rule, ...lines.map(render)].join("\n");
}

/** Whether a target was reached. */
export function verdictOn({ of, atLeast, atMost, notHere }: Target): string {
  if (notHere !== undefined) return `not judged: ${notHere}`;
  const isMet = of.median >= (atLeast ?? -Infinity) && of.median <= (atMost ?? Infinity);
  return isMet ? "met" : "**missed**";
}

function renderTarget({ target }: Row): [string, string] {
  if (!target) return ["", ""];
  const { atLeast, atMost, unit } = target;
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  return [`${bound} ${unit}`, `${verdictOn(target)} (${renderNumber(target.of.median)})`];
}

function renderCell(cell: Figure | number | string | null): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return renderNumber(cell);
  const [median, min, max] = [cell.median, cell.min, cell.max].map(renderNumber);
  return median === min && median === max ? `${median}` : `${median} [${min}–${max}]`;
}

/** Three digits are more than the noise allows. */
function renderNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
