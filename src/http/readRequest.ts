import { createHash } from "node:crypto";
import { ApiError } from "../contract/errors.ts";
import type { Operation } from "../contract/operation.ts";
import {
  isStorable,
  jsonLimitBytes,
  multipartLimitBytes,
  parseJson,
  readBody,
  unstorable,
} from "./body.ts";
import type { Context } from "../flow/context.ts";
import { ifMatchOf } from "./ifMatch.ts";
import { misfits, validate } from "./validate.ts";

/** What a request asks for, checked. */
interface ReadRequest {
  readonly input: { readonly params: unknown; readonly query: unknown; readonly body: unknown };
  readonly headers: {
    readonly idempotency: { readonly key: string; readonly requestHash: Uint8Array } | null;
    readonly ifMatch: Context["ifMatch"];
    /** The exact bytes, for operations whose body is signed. */
    readonly rawBody: Uint8Array;
  };
}

/**
 * Reads and checks path, query, body and headers.
 * @throws {ApiError} `not_found` for an id that cannot be one, `malformed`, `too_large`, `unsupported_media_type`,
 *   `invalid`, `version_mismatch`
 */
export async function readRequest(
  operation: Operation,
  request: Request,
  pathParams: Record<string, string>,
): Promise<ReadRequest> {
  const url = new URL(request.url);
  const params = pathOf(operation, pathParams, url.pathname);
  // Whoever sends to an inlet is told nothing of how to ask.
  const query =
    operation.bodyKind === "bytes" ? {} : validate(operation.query, queryOf(url), "query");
  const rawBody = await bytesOf(operation, request);
  const body = await bodyOf(operation, request, rawBody);
  return {
    input: { params, query, body },
    headers: {
      idempotency: idempotencyOf(
        operation,
        request,
        url,
        await comparable(operation, rawBody, body),
      ),
      ifMatch: operation.versioned ? ifMatchOf(request) : null,
      rawBody,
    },
  };
}

/** A path that cannot name a record names none. */
function pathOf(operation: Operation, params: Record<string, string>, path: string): unknown {
  const result = operation.params.safeParse(params);
  if (result.success && Object.values(params).every(isStorable)) return result.data;
  const [wrong] = result.error?.issues[0]?.path ?? [];
  throw new ApiError("not_found", `No ${recordOf(operation, params, String(wrong)) ?? path}`);
}

/** The record that a parameter was to name, as where there is none with such an id. */
function recordOf(
  { path }: Operation,
  params: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  const [, kind] =
    name === "id" ? (/([a-z-]+)s\/\{id\}/.exec(path) ?? []) : (/^(\w+)_id$/.exec(name) ?? []);
  const id = params[name] ?? "";
  return kind !== undefined && /^[\w-]{1,64}$/.test(id)
    ? `${kind.replaceAll("-", " ")} ${id}`
    : undefined;
}

const repeated = "Is given more than once";

function queryOf({ searchParams }: URL): Record<string, string> {
  // Without a prototype: there `__proto__` is a name like any other.
  const query = Object.create(null) as Record<string, string>;
  for (const [name, value] of searchParams) {
    if (!isStorable(value) || !isStorable(name)) throw misfits([{ at: name, message: unstorable }]);
    if (Object.hasOwn(query, name)) throw misfits([{ at: name, message: repeated }]);
    query[name] = value;
  }
  return query;
}

async function bytesOf({ bodyKind }: Operation, request: Request): Promise<Uint8Array> {
  // Not a byte is read before it is known for whom.
  if (bodyKind === "bytes") return new Uint8Array();
  return readBody(request, bodyKind === "multipart" ? multipartLimitBytes : jsonLimitBytes);
}

async function bodyOf(
  { bodyKind, body }: Operation,
  request: Request,
  bytes: Uint8Array,
): Promise<unknown> {
  if (bodyKind === "bytes") return undefined;
  const mayBeEmpty = bodyKind === "none" || bodyKind === "optional_json";
  if (mayBeEmpty && bytes.length === 0) return validate(body, {}, "body");
  if (bodyKind === "multipart") return validate(body, await formOf(request, bytes), "body");
  requireType(request, /^application\/(merge-patch\+)?json\s*(;|$)/i, "application/json");
  // A signed body is checked after its signature, by whoever checks that.
  return bodyKind === "raw_json" ? undefined : validate(body, parseJson(bytes), "body");
}

async function formOf(request: Request, bytes: Uint8Array): Promise<Record<string, unknown>> {
  requireType(request, /^multipart\/form-data\s*(;|$)/i, "multipart/form-data");
  const type = request.headers.get("content-type") ?? "";
  const form = await new Response(Buffer.from(bytes), { headers: { "content-type": type } })
    .formData()
    .catch((error: unknown) => {
      throw new ApiError("malformed", "The body is not a form", { cause: error });
    });
  for (const name of form.keys()) {
    if (form.getAll(name).length > 1) throw misfits([{ at: `/${name}`, message: repeated }]);
  }
  return Object.fromEntries(form);
}

function requireType(request: Request, type: RegExp, expected: string): void {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    throw new ApiError("unsupported_media_type", `Send the body as it is, not as ${encoding}`);
  }
  const given = request.headers.get("content-type");
  if (given && type.test(given)) return;
  throw new ApiError(
    "unsupported_media_type",
    `Send the body as ${expected}, not as ${given ?? "an unnamed type"}`,
  );
}

/**
 * What makes a body the same body: its bytes, but for a form its fields, since every sending of a form has another
 * boundary between them.
 */
async function comparable(
  { bodyKind }: Operation,
  bytes: Uint8Array,
  body: unknown,
): Promise<Uint8Array> {
  if (bodyKind !== "multipart") return bytes;
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(body as Record<string, string | File>)) {
    const [said, content] =
      typeof value === "string" ? [value, null] : [[value.name, value.type], await value.bytes()];
    parts.push(Buffer.from(`${JSON.stringify([name, said])}\n`), content ?? new Uint8Array());
  }
  return Buffer.concat(parts);
}

function idempotencyOf(
  { method, bodyKind }: Operation,
  request: Request,
  url: URL,
  body: Uint8Array,
): ReadRequest["headers"]["idempotency"] {
  const key = request.headers.get("idempotency-key");
  if (key === null || method === "GET" || bodyKind === "bytes") return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ApiError(
      "malformed",
      "An Idempotency-Key has 1 to 255 printable ASCII characters without spaces",
    );
  }
  const requestHash = createHash("sha256")
    .update(`${method} ${url.pathname}${url.search}\n`)
    .update(body)
    .digest();
  return { key, requestHash };
}
