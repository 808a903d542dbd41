import { STATUS_CODES } from "node:http";
import { newId } from "../base/id.ts";
import type { Attempt, AttemptOutcome } from "../contract/resources/delivery.ts";
import type { Bodies } from "./bodies.ts";
import { snippetOf } from "./cut.ts";
import { judge, type Verdict } from "./judge.ts";
import { buildRequest, type BuiltRequest, type Delivery } from "./request.ts";
import { retryAfterMs } from "./schedule.ts";
import type { Sender, SendRequest, SendResult } from "./send.ts";
import type { Signer } from "./sign.ts";

/** The whole exchange of one attempt, in milliseconds. */
export const attemptTimeoutMs = 15_000;

/** What attempts are made with. */
export interface Means {
  readonly sender: Sender;
  readonly sign: Signer;
  readonly bodies: Bodies;
  /** Of Heliograph. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** The same as receivers have it, who hold what is signed against clocks of their own. */
  readonly wireClock: () => number;
}

/** What an attempt is for. */
export interface Purpose {
  readonly endpointId: string;
  /** Null for a test. */
  readonly customerId: string | null;
  readonly kind: Attempt["kind"];
  /** Breaks it off. */
  readonly signal?: AbortSignal | undefined;
  /** Asked right before anything is written to the receiver; false breaks it off. */
  readonly mayStart?: (() => boolean) | undefined;
}

/** What came of an attempt. */
export interface Made {
  /** To be written to the log. */
  readonly row: Attempt;
  readonly verdict: Verdict;
  /** How long the receiver asks to be left alone, in milliseconds; null when it does not. */
  readonly retryAfterMs: number | null;
}

const outcomes: Readonly<Record<Verdict, AttemptOutcome>> = {
  delivered: "delivered",
  event: "failed_event",
  endpoint: "failed_endpoint",
  gone: "gone",
};

/**
 * Makes one attempt and judges it. Never throws: an entry that cannot be rendered is the event's failure.
 * @returns null when we broke it off ourselves, so that it says nothing of anybody.
 */
export async function makeAttempt(
  means: Means,
  delivery: Delivery,
  purpose: Purpose,
): Promise<Made | null> {
  const nowMs = means.clock();
  const request = buildOrFail(means, delivery);
  const result =
    request instanceof Error
      ? notRendered(request, delivery)
      : await means.sender.send(addressed(request, delivery, purpose));
  if (result.error === "aborted") return null;
  const verdict = result.error === "render_failed" ? "event" : judge(result as SendResult);
  const { entry } = delivery;
  const row: Attempt = {
    id: newId("att"),
    endpoint_id: purpose.endpointId,
    event_id: entry.event_id,
    event_type: entry.type,
    sequence: entry.sequence,
    customer_id: purpose.customerId,
    attempt: delivery.attempt,
    kind: purpose.kind,
    outcome: outcomes[verdict],
    status_code: result.status,
    error: result.error,
    response_snippet: result.responseSnippet,
    duration_ms: result.durationMs,
    attempted_at: new Date(nowMs).toISOString(),
  };
  const askedMs =
    result.retryAfter === null ? null : retryAfterMs(result.retryAfter, means.wireClock());
  return { row, verdict, retryAfterMs: askedMs };
}

type Posted = Omit<SendResult, "error"> & { readonly error: SendResult["error"] | "render_failed" };

function addressed(
  { url, headers, body }: BuiltRequest,
  { credentials }: Pick<Delivery, "credentials">,
  { endpointId: pool, signal, mayStart }: Purpose,
): SendRequest {
  const { identity, cut } = credentials;
  return { url, headers, body, pool, identity, cut, timeoutMs: attemptTimeoutMs, signal, mayStart };
}

function notRendered(error: Error, { credentials }: Pick<Delivery, "credentials">): Posted {
  return {
    status: null,
    error: "render_failed",
    durationMs: 0,
    responseSnippet: snippetOf(error.message, credentials.cut),
    retryAfter: null,
  };
}

function buildOrFail(means: Means, delivery: Delivery) {
  try {
    return buildRequest(delivery, means);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What an attempt got, in words for people: `503 Service Unavailable`, `timeout`. */
export function describeAttempt({ status_code, error }: Attempt): string {
  const status = status_code === null ? "" : `${status_code} ${STATUS_CODES[status_code] ?? ""}`;
  return [status.trim(), error ?? ""].filter((part) => part !== "").join(", ");
}
