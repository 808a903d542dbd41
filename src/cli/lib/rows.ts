import { createReadStream } from "node:fs";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { Failure } from "./exitCodes.ts";

/** One row of a file, by column, or a record. */
export interface Row {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly values: Record<string, unknown>;
}

/** How a file is read. */
export const rowFormats = ["csv", "ndjson"] as const;
export type RowFormat = (typeof rowFormats)[number];

/** @throws {Failure} when the file's name does not say how it is read. */
export function formatOf(path: string): RowFormat {
  const ending = extname(path).toLowerCase();
  if (ending === ".csv") return "csv";
  if (ending === ".ndjson" || ending === ".jsonl") return "ndjson";
  throw new Failure("usage", `${path} is neither .csv nor .ndjson`, "Say --format csv or ndjson");
}

/**
 * Reads a file row by row; however long it is, a few rows are held at a time.
 * @throws {Failure} naming the line that cannot be read.
 */
export function readRows(path: string, format: RowFormat): AsyncGenerator<Row> {
  return format === "csv" ? readCsv(path) : readNdjson(path);
}

async function* readCsv(path: string): AsyncGenerator<Row> {
  const { parse } = await import("csv-parse");
  const file = createReadStream(path);
  const parser = file.pipe(
    parse({
      bom: true,
      columns: true,
      // The number of the line is where a row ends: a quoted value may hold several.
      info: true,
      relax_column_count_less: true,
      skip_empty_lines: true,
      trim: true,
    }),
  );
  file.once("error", (error) => parser.destroy(error)); // which a pipe does not pass on
  let line = 1;
  try {
    for await (const row of parser) {
      const { record, info } = row as {
        record: Record<string, string>;
        info: { readonly lines: number };
      };
      const begins = line + 1;
      line = info.lines;
      yield { line: begins, values: record };
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* readNdjson(path: string): AsyncGenerator<Row> {
  const file = createReadStream(path, { encoding: "utf8" });
  const failed = new Promise<never>((_, reject) => file.once("error", reject));
  failed.catch(() => undefined);
  const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  try {
    for await (const text of lines) {
      line += 1;
      const trimmed = text.replace(/^\uFEFF/, "").trim();
      if (trimmed !== "") yield { line, values: recordOf(trimmed, line) };
    }
    if (file.errored) await failed;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function recordOf(text: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`line ${line} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Error(`line ${line} is no JSON object`);
}

function unreadable(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return new Failure(
    "usage",
    code === "ENOENT"
      ? `There is no file ${path}`
      : `${path} cannot be read: ${message ?? String(error)}`,
  );
}

/** Bytes of rows in one batch at most: the service takes a body of 1 MiB. */
const batchBytes = 700_000;

/** Puts rows together, as many as the service takes at once. */
export async function* inBatches(rows: AsyncIterable<Row>, most: number): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  let bytes = 0;
  for await (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    if (batch.length === most || (batch.length > 0 && bytes + size > batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
