import type { Operation } from "../contract/operation.ts";
import { pause } from "./pause.ts";

/** How long to wait before a request is sent again, in milliseconds; twice as long each time. */
const firstPauseMs = 250;
/** A service that wants more time than this is not waited for: the caller knows better what to do meanwhile. */
const longestPauseMs = 30_000;

/** Answers that say nothing about the request: another moment may bring another one. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** A key that no other call has. Not `randomUUID`, which browsers give to pages of https only. */
export const newIdempotencyKey = (): string =>
  `sdk-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/** The shape of a schema, as far as it has fields. */
const fieldsOf = (schema: unknown) => (schema as { shape?: object }).shape ?? {};

/** Whether a list comes in pages. */
export const isPaged = ({ query, answerKind }: Pick<Operation, "query" | "answerKind">): boolean =>
  answerKind === "json" && ["after", "limit"].every((name) => Object.hasOwn(fieldsOf(query), name));

/**
 * Sends a request until it gets an answer to keep.
 * @throws what `fetch` throws when the last one found nobody.
 */
export async function withRetries(
  send: () => Promise<Response>,
  {
    called,
    retries,
    signal,
  }: { called: Operation; retries: number; signal: AbortSignal | undefined },
): Promise<Response> {
  for (let sent = 1; ; sent += 1) {
    const isLast = sent > retries || !isRepeatable(called);
    let waitMs = firstPauseMs * 2 ** (sent - 1);
    try {
      const response = await send();
      if (isLast || !passing.has(response.status)) return response;
      waitMs = Math.max(waitMs, retryAfterMs(response) ?? 0);
      if (waitMs > longestPauseMs) return response;
      await response.body?.cancel();
    } catch (error) {
      if (isLast || signal?.aborted === true) throw error;
    }
    // Those that failed together do not come back together.
    await pause(waitMs * (0.75 + Math.random() / 2), signal);
    signal?.throwIfAborted();
  }
}

/** Reads and what keeps its answer by an Idempotency-Key. An example is sent each time it is asked for, a key or not. */
const isRepeatable = ({ method, path, callers }: Operation) =>
  method === "GET" || (callers.length > 0 && !path.endsWith("/test"));

function retryAfterMs({ headers }: Response): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
