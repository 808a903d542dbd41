import { setTimeout as delay } from "node:timers/promises";
import { sign } from "../../contract/signature.ts";

/** How long a receiver may take for one delivery, in milliseconds; the service waits as long. */
const patienceMs = 15_000;
/** When a failed delivery is tried again, in milliseconds. Shorter than the service's schedule: somebody is watching. */
const retriesMs: readonly number[] = [500, 1_000, 2_000, 4_000];

/** What is delivered: an event, or something like one. */
export interface Body {
  readonly id: string;
  readonly sequence: number;
  readonly text: string;
}

/** One attempt, as it is shown. */
export interface Attempted {
  readonly attempt: number;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly error: string | null;
  readonly duration_ms: number;
  readonly isDelivered: boolean;
}

/** Delivers from this machine as the service does: the same headers, one at a time and in order, a signature, retries. */
export function createForwarder(means: {
  readonly url: string;
  readonly secret: string;
  readonly version: string;
  readonly onAttempt: (body: Body, attempted: Attempted) => void;
}): (body: Body, ended: AbortSignal) => Promise<boolean> {
  let previous: number | null = null;
  return async (body, ended) => {
    const before = previous;
    previous = body.sequence;
    for (let attempt = 1; ; attempt += 1) {
      const attempted = await post(means, { body, previous: before, attempt, ended });
      if (ended.aborted) return attempted.isDelivered;
      means.onAttempt(body, attempted);
      const waitMs = retriesMs[attempt - 1];
      if (attempted.isDelivered || waitMs === undefined) return attempted.isDelivered;
      await delay(waitMs, undefined, { signal: ended }).catch(() => undefined);
      if (ended.aborted) return false;
    }
  };
}

interface Posting {
  readonly body: Body;
  readonly previous: number | null;
  readonly attempt: number;
  readonly ended: AbortSignal;
}

async function post(
  { url, secret, version }: { url: string; secret: string; version: string },
  { body, previous, attempt, ended }: Posting,
): Promise<Attempted> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const { id, text } = body;
  const begun = performance.now();
  const taken = () => Math.round((performance.now() - begun) * 10) / 10;
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": `Heliograph/${version}`,
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": await sign({ id, timestamp, body: text, secrets: [secret] }),
        "heliograph-attempt": String(attempt),
        "heliograph-sequence": String(body.sequence),
        ...(previous !== null && { "heliograph-previous": String(previous) }),
      },
      body: text,
      redirect: "manual",
      signal: AbortSignal.any([ended, AbortSignal.timeout(patienceMs)]),
    });
    await answer.arrayBuffer();
    return {
      attempt,
      status: answer.status,
      error: null,
      duration_ms: taken(),
      isDelivered: answer.ok,
    };
  } catch (error) {
    return {
      attempt,
      status: null,
      error: reasonOf(error),
      duration_ms: taken(),
      isDelivered: false,
    };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  if (typeof cause?.code === "string") return cause.code;
  return error.name === "TimeoutError" ? "timeout" : error.message;
}
