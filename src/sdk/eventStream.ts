import type { EventEnvelope } from "../contract/catalogue.ts";
import type { InboundEnvelope } from "../contract/inbound.ts";
import { startHeader } from "../contract/headerNames.ts";
import { HeliographError } from "./error.ts";
import { pause } from "./pause.ts";

/** Where a stream comes from. */
export interface EventSource {
  /** Position after which to start; without, the head of the feed. */
  readonly after: number | undefined;
  /** Ends the stream. */
  readonly signal: AbortSignal | undefined;
  /** Told each time that a connection ended although nobody wanted it to. */
  readonly onLost?: ((reason: unknown) => void) | undefined;
  /** Opens it. @throws {HeliographError} when it is refused. */
  readonly open: (after: number | undefined, signal: AbortSignal) => Promise<Response>;
}

/** How long to wait before a lost stream is opened again, in milliseconds; twice as long each time, up to the most. */
const pauseMs = { first: 250, most: 30_000 };

/**
 * Each event of a feed as it happens, over as many connections as it takes: a lost one is opened again after the last
 * event that was given. It ends with its signal, or when its reader does not go on.
 * @throws {HeliographError} when the service refuses it. What goes wrong before the first connection is thrown as well.
 */
export async function* followEvents({
  after,
  signal,
  onLost,
  open,
}: EventSource): AsyncGenerator<EventEnvelope | InboundEnvelope, void, undefined> {
  const left = new AbortController();
  const ended = AbortSignal.any(signal ? [left.signal, signal] : [left.signal]);
  let position = after;
  let isKnown = false;
  let failures = 0;
  try {
    while (!ended.aborted) {
      let reason: unknown;
      try {
        const response = await open(position, ended);
        isKnown = true;
        failures = 0;
        position ??= startOf(response);
        for await (const event of eventsIn(response)) {
          position = event.sequence;
          yield event;
        }
      } catch (error) {
        if (ended.aborted) return;
        if (!isKnown || isFinal(error)) throw error;
        reason = error;
      }
      if (ended.aborted) return;
      onLost?.(reason);
      await pause(Math.min(pauseMs.most, pauseMs.first * 2 ** failures), ended);
      failures += 1;
    }
  } finally {
    left.abort();
  }
}

/** The head at the time, so that nothing is lost if the connection is before the first event. */
function startOf({ headers }: Response): number | undefined {
  const given = headers.get(startHeader);
  return given === null ? undefined : Number(given);
}

/** Too many requests, and what is wrong at the other end, pass. */
const isFinal = (error: unknown) =>
  error instanceof HeliographError && error.status < 500 && error.status !== 429;

/** The events in a stream, by their `data` lines: the body says its position itself. */
async function* eventsIn({
  body,
}: Response): AsyncGenerator<EventEnvelope | InboundEnvelope, void, undefined> {
  let data = "";
  for await (const line of linesOf(body)) {
    if (line.startsWith("data:")) data += line.slice("data:".length);
    if (line !== "" || data === "") continue;
    // The service's own words; who wants them checked has the schemas.
    yield JSON.parse(data) as EventEnvelope | InboundEnvelope;
    data = "";
  }
}

async function* linesOf(body: Response["body"]): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.replace(/\r$/, "");
  }
}
