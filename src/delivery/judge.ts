import type { SendResult } from "./send.ts";

/** Whose an attempt's outcome is. */
export type Verdict = "delivered" | "event" | "endpoint" | "gone";

/** Statuses by which a receiver, or a proxy before it, speaks of itself and not of the event. */
const endpointStatuses: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/**
 * Judges one attempt.
 *
 * | outcome                                                                   | verdict     | then                        |
 * | ------------------------------------------------------------------------- | ----------- | --------------------------- |
 * | 2xx, answer read or cut by us                                             | `delivered` | the event is settled        |
 * | 410                                                                       | `gone`      | the endpoint is disabled    |
 * | 408, 425, 429, 502, 503, 504                                              | `endpoint`  | the whole endpoint backs off |
 * | any error, whatever the status: no connection, TLS, name, timeout, refused | `endpoint`  | the whole endpoint backs off |
 * | everything else: 3xx, other 4xx, 500, other 5xx                           | `event`     | the customer's lane waits   |
 *
 * An answer that broke off or did not end in time is not a delivery even if it began with 2xx: the receiver
 * gets the event again. An attempt that we aborted is `endpoint` too, because it says nothing of the event;
 * who aborted it should not count it at all.
 */
export function judge(result: Pick<SendResult, "status" | "error">): Verdict {
  const { status, error } = result;
  if (error !== null || status === null || endpointStatuses.has(status)) return "endpoint";
  if (status === 410) return "gone";
  return status >= 200 && status < 300 ? "delivered" : "event";
}
