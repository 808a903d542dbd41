import { ApiError, errors } from "../contract/errors.ts";
import { problemType, type Problem } from "../contract/problem.ts";
import { TooManyRequests } from "./requestLimit.ts";

/** An answer that says what is wrong, after RFC 9457. */
export function problem(error: unknown, requestId: string): Response {
  const known = asApiError(error);
  const { status, summary } = errors[known.code];
  const body: Problem = {
    type: problemType(known.code),
    title: summary,
    status,
    code: known.code,
    detail: known.message,
    ...(known.rule && { rule: known.rule }),
    ...(known.errors && { errors: [...known.errors] }),
    request_id: requestId,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "heliograph-request-id": requestId,
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...(status === 503 && { "retry-after": "1" }),
      ...(known instanceof TooManyRequests && { "retry-after": String(known.retryAfterSeconds) }),
    },
  });
}

/** What the driver says when the server cannot be reached or ends the connection. */
const unreachable = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);

/** What PostgreSQL says when a lock is not to be had: waited for too long, or in a ring with others. */
const locked = new Set(["55P03", "40P01"]);

/** A failure the caller can act on stays; a database out of reach is told; all else is a fault of ours. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (locked.has(code)) {
    const detail = "Others are at work on the same records; nothing was changed, try again";
    return new ApiError("unavailable", detail, { cause: error });
  }
  return unreachable.has(code)
    ? new ApiError("unavailable", "The database cannot be reached; try again", { cause: error })
    : new ApiError("internal", "Something went wrong on our side; nothing was changed", {
        cause: error,
      });
}
