import { ApiError, type InvalidValue } from "../contract/errors.ts";
import { escapePointer } from "../contract/misfits.ts";
import { misfits, misfitsTold } from "./validate.ts";

/** Largest JSON body, in bytes. */
export const jsonLimitBytes = 1024 * 1024;
/** Largest `multipart/form-data` body, in bytes: a file of 25 MiB and the form around it. */
export const multipartLimitBytes = 25 * 1024 * 1024 + 64 * 1024;
/** Deepest nesting of objects and lists; the contract's own bodies need 6. */
const depthLimit = 32;

/**
 * Reads a body, no further than its limit.
 * @throws {ApiError} `too_large`
 */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new ApiError("too_large", `The body is larger than ${limitBytes} bytes`);
  if (request.method === "GET" || request.method === "HEAD") return new Uint8Array();
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > limitBytes) throw tooLarge();
  // No more comes than was declared, so there is nothing to count; as a stream it would cost several times as much.
  if (!Number.isNaN(declared)) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Parses a JSON body: UTF-8, not too deep, no text that the database could not keep.
 * @throws {ApiError} `malformed`, `invalid`
 */
export function parseJson(bytes: Uint8Array): unknown {
  const value = parsed(bytes);
  const errors: InvalidValue[] = [];
  inspect(value, { at: "", depth: 0, errors });
  if (errors.length > 0) throw misfits(errors);
  return value;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError("malformed", `The body is not JSON: ${reason}`, { cause: error });
  }
}

interface Inspection {
  readonly at: string;
  readonly depth: number;
  readonly errors: InvalidValue[];
}

function inspect(value: unknown, { at, depth, errors }: Inspection): void {
  if (errors.length >= misfitsTold) return;
  if (typeof value === "string" && !isStorable(value)) {
    errors.push({ at, message: unstorable });
  }
  if (typeof value !== "object" || value === null) return;
  if (depth === depthLimit) {
    throw misfits([{ at, message: `Nested deeper than ${depthLimit} levels` }]);
  }
  for (const [name, item] of Object.entries(value)) {
    const place = `${at}/${escapePointer(name)}`;
    if (!isStorable(name)) errors.push({ at, message: `The name of a field: ${unstorable}` });
    // Maps of the caller's own names would lose this one without a word: it is no name to JavaScript.
    if (name === "__proto__") errors.push({ at: place, message: "Unknown field" });
    inspect(item, { at: place, depth: depth + 1, errors });
  }
}

/** What is wrong with a text that is not `isStorable`. */
export const unstorable = "Text must not hold NUL characters or lone surrogates";

/** Whether PostgreSQL can keep a text and UTF-8 encode it. */
export const isStorable = (text: string): boolean =>
  !text.includes("\u0000") && text.isWellFormed();
