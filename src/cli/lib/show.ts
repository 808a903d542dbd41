import type { Context, Option } from "../command.ts";
import { Failure } from "./exitCodes.ts";
import type { Given } from "./given.ts";

/** A column of a table for people. */
export type Columns<T> = Readonly<
  Record<string, (record: T) => string | number | null | undefined>
>;

/** How many records the service puts on a page at most. */
const limitAtMost = 200;

/** Options of every list. */
export const listOptions: readonly Option[] = [
  { flags: "--limit <count>", about: `how many at most (50), up to ${limitAtMost}` },
  { flags: "--after <next>", about: "`next` of the page before" },
  { flags: "--all", about: "all pages" },
];

interface Page<T> {
  readonly data: readonly T[];
  readonly next: string | null;
}

/** Reads a list as asked for, and shows it: a table for people, the page as JSON for programs. */
export async function showList<T>(
  context: Context,
  given: Given,
  list: {
    readonly page: (asked: { limit?: number; after?: string }) => Promise<Page<T>>;
    readonly all: () => AsyncIterable<T>;
    readonly columns: Columns<T>;
    /** What to say when there is nothing. */
    readonly empty: string;
    /** The option that takes `next`; `--after` unless told. */
    readonly goesOnBy?: string;
  },
): Promise<void> {
  const limit = given.number("limit", { from: 1, to: limitAtMost });
  const after = given.text("after");
  const isAll = given.isOn("all");
  if (isAll && after !== undefined)
    throw new Failure("usage", "--all begins at the first page: leave out --after");
  const page: Page<T> = isAll
    ? { data: await collect(list.all()), next: null }
    : await list.page({
        ...(limit !== undefined && { limit }),
        ...(after !== undefined && { after }),
      });
  if (context.isJson) {
    context.terminal.out(JSON.stringify({ data: page.data, next: page.next }));
    return;
  }
  if (page.data.length === 0) context.terminal.say(list.empty);
  else showTable(context, page.data, list.columns);
  if (page.next !== null)
    context.terminal.say(`There is more: ${list.goesOnBy ?? "--after"} ${page.next}, or --all`);
}

/** A table, each column as wide as its widest cell. */
export function showTable<T>(
  { terminal }: Context,
  records: readonly T[],
  columns: Columns<T>,
): void {
  const names = Object.keys(columns);
  const rows = records.map((record) =>
    names.map((name) => oneLine(columns[name]?.(record) ?? "–")),
  );
  const widths = names.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  terminal.out(terminal.colors.faint(line(names)));
  for (const row of rows) terminal.out(line(row));
}

/** Text of others has no say in where the cursor goes. */
export const oneLine = (value: string | number) => String(value).replaceAll(/\p{Cc}/gu, " ");

/** One record: its fields for people, as JSON for programs. */
export function showRecord(context: Context, record: object, names?: readonly string[]): void {
  const { terminal, isJson } = context;
  if (isJson) return terminal.out(JSON.stringify(record));
  const fields = Object.entries(record).filter(([name]) => names?.includes(name) ?? true);
  const width = Math.max(...fields.map(([name]) => name.length));
  for (const [name, value] of fields) {
    const shown =
      typeof value === "object" && value !== null
        ? JSON.stringify(value)
        : oneLine(String(value ?? "–"));
    terminal.out(`${terminal.colors.faint(name.padEnd(width))}  ${shown}`);
  }
}

/** Asks before something is done that cannot be taken back. @throws {Failure} when the answer is no, or nobody can be asked. */
export async function confirm({ terminal, isYes }: Context, question: string): Promise<void> {
  if (isYes) return;
  if (!terminal.canAsk)
    throw new Failure("usage", `${question} Nobody can be asked here`, "Say --yes");
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer)) throw new Failure("failed", "Nothing was done");
}

/** `2026-03-10T15:47:29.120Z` without what nobody reads. */
export const shortTime = (instant: string) => instant.replace("T", " ").replace(/\.\d+Z$/, "Z");

/** All of an iteration. Not `Array.fromAsync`, which Node 20 has not. */
export async function collect<T>(records: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const record of records) all.push(record);
  return all;
}
