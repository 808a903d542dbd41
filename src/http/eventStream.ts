import { renderBody } from "../contract/formats/render.ts";
import { startHeader } from "../contract/headerNames.ts";
import { operations, type OperationInput } from "../contract/operations.ts";
import { ApiError } from "../contract/errors.ts";
import type { Context } from "../flow/context.ts";
import { keptPosition } from "../flow/history.ts";
import { organizationOf } from "../flow/reads.ts";
import { feedHead, readFeed } from "../store/feed.ts";
import { authenticate } from "./authenticate.ts";
import type { Services } from "./services.ts";

/** How long a stream waits before it looks again although nobody told it to, in milliseconds. */
const pollMs = 500;
/** How often a quiet stream says that it is still there, in milliseconds. */
const heartbeatMs = 15_000;

/**
 * The caller's feed as server-sent events, from `Last-Event-ID`, `after`, or the head. Reads on only while the reader
 * takes what it is given.
 */
export async function streamEvents(
  context: Context,
  { query }: OperationInput<"streamEvents">,
  { request, services }: { request: Request; services: Services },
): Promise<Response> {
  const organizationId = organizationOf(context);
  const asked = lastEventId(request) ?? query.after;
  const after =
    asked === undefined
      ? await feedHead(context.sql, organizationId)
      : await keptPosition(context.sql, { organizationId, after: asked });
  const gone = AbortSignal.any([request.signal, services.stopping]);
  const mayRead = () => stillMay(request, services);
  const encoder = new TextEncoder();
  let isLeft = false;
  const chunks = followFeed(context, services, { organizationId, after, gone, mayRead });
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await chunks.next();
        if (isLeft) return;
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        // The reader comes back with the last id it has.
        services.log.warn("An event stream ended early", { requestId: context.requestId, error });
        if (!isLeft) controller.close();
      }
    },
    async cancel() {
      isLeft = true;
      await chunks.return(undefined);
    },
  });
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      [startHeader]: String(after),
    },
  });
}

interface Follow {
  readonly organizationId: string;
  readonly after: number;
  readonly gone: AbortSignal;
  /** Whether the stream may go on. */
  readonly mayRead: () => Promise<boolean>;
}

/** Whether the key that opened the stream still may: it can be revoked meanwhile. */
function stillMay(request: Request, { sql, operatorKey }: Services): Promise<boolean> {
  return authenticate(operations.streamEvents, request, { sql, operatorKey }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiError) return false;
      throw error;
    },
  );
}

async function* followFeed(
  { sql }: Context,
  { signal }: Services,
  { organizationId, after, gone, mayRead }: Follow,
): AsyncGenerator<string, undefined> {
  let position = after;
  let quietSince = performance.now();
  yield ": connected\n\n";
  while (!gone.aborted) {
    const grown = nextGrowth(signal, organizationId, gone);
    const { entries, scannedTo } = await readFeed(sql, {
      organizationId,
      after: position,
      isWhole: true,
      limit: 100,
    });
    const isQuiet = entries.length === 0;
    const isSilent = isQuiet && performance.now() - quietSince > heartbeatMs;
    // Asked after the reading: what happened after the key was revoked is not told.
    if ((!isQuiet || isSilent) && !(await mayRead())) return undefined;
    position = scannedTo;
    for (const entry of entries) {
      yield `id: ${entry.sequence}\nevent: ${entry.type}\ndata: ${renderBody(entry, "heliograph")}\n\n`;
    }
    if (isSilent) yield ": still here\n\n";
    if (isQuiet && !isSilent) await grown;
    else quietSince = performance.now();
  }
  return undefined;
}

/** Settles when the organization's feed grew, when the stream is over, or when it is time to look anyway. */
function nextGrowth(
  signal: Services["signal"],
  organizationId: string,
  gone: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      stopListening();
      clearTimeout(timer);
      gone.removeEventListener("abort", settle);
      resolve();
    };
    const timer = setTimeout(settle, pollMs);
    const stopListening = signal.listen((growth) => {
      if (growth.some((grown) => grown.organizationId === organizationId)) settle();
    });
    gone.addEventListener("abort", settle);
  });
}

function lastEventId(request: Request): number | undefined {
  const given = request.headers.get("last-event-id");
  if (given === null || given === "") return undefined;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw new ApiError("malformed", `Last-Event-ID must be a sequence, is ${given.slice(0, 100)}`);
}
