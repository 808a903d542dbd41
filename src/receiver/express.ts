import { answer, isReply, readBody, type NodeRequest, type NodeResponse } from "./node.ts";
import type { Receiver } from "./receiver.ts";
import { notPost, parsedError, tooLong, unreadable } from "./reply.ts";

/** A request of Express, as far as a receiver needs it. */
export interface ExpressRequest extends NodeRequest {
  /** The body as `express.raw()` or `express.text()` gives it, or what `express.json()` made of it. */
  readonly body?: unknown;
  /** The body as it came, where a parser's `verify` has kept it. */
  readonly rawBody?: unknown;
  /** Whether the stream has been read to its end. */
  readonly readableEnded?: boolean;
}

/**
 * A handler for Express. Put it before `express.json()`; where that has to run first, keep the body:
 * `express.json({ verify: (request, _, body) => void Object.assign(request, { rawBody: body }) })`. Otherwise `next` gets an
 * error that says so, and the sender 500.
 * @example app.post("/hooks", expressHandler(hooks));
 */
export function expressHandler(
  hooks: Receiver,
): (request: ExpressRequest, response: NodeResponse, next?: Next) => void {
  return (request, response, next) => void take({ hooks, request, response, next });
}

type Next = (error?: unknown) => void;
interface Taking {
  readonly hooks: Receiver;
  readonly request: ExpressRequest;
  readonly response: NodeResponse;
  readonly next: Next | undefined;
}

async function take({ hooks, request, response, next }: Taking): Promise<void> {
  if (request.method !== "POST") return answer(response, notPost);
  const kept = [request.rawBody, request.body].find(isRaw);
  if (kept === undefined && (request.readableEnded || isParsed(request.body))) {
    const error = parsedError(
      "put the receiver before express.json(), or keep the body as `rawBody` by its option `verify`",
    );
    hooks.report(error);
    return next ? next(error) : answer(response, unreadable);
  }
  const body = kept ?? (await readBody(request, hooks));
  if (body === undefined) return;
  if (typeof body !== "string" && isReply(body)) return answer(response, body);
  if (body.length > hooks.maxBodyBytes) return answer(response, tooLong);
  answer(response, await hooks.receive({ headers: request.headers, body }));
}

const isRaw = (body: unknown): body is string | Uint8Array =>
  typeof body === "string" || body instanceof Uint8Array;

/** Express 4 gives `{}` to a request that nobody has read. */
const isParsed = (body: unknown) =>
  typeof body === "object" && body !== null && Object.keys(body).length > 0;
