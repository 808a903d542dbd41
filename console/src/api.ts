import { QueryClient } from "@tanstack/react-query";
import { createClient, HeliographError } from "../../src/sdk/index.ts";

/** The REST API, as the signed-in session may use it. Where pages are written ahead there is no window, and nothing is asked.
 * Nothing is sent again unasked: what is read is read anew by `queries`, and of a change a person wants to know. */
const url = typeof window === "undefined" ? "http://localhost" : window.location.origin;
export const api = createClient({ url, key: null, retries: 0 });

/** What was read is shown at once and read again behind it; refusals are final. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A service on this machine or in this house is there without the internet: only asking tells.
      networkMode: "always",
      retry: (failures, error) => !isRefusal(error) && failures < 2,
    },
    mutations: { networkMode: "always" },
  },
});

/** Whether asking again is of no use. */
const isRefusal = (error: unknown) => error instanceof HeliographError && error.status < 500;

/** What was asked for: after a reading there is nothing to fear, after a change one wants to know whether it was made. */
export type Asked = "reading" | "change";

/** A failure in words that a person can act on: what failed, on whose side, what to do. */
export function wordsOf(error: unknown, asked: Asked = "change"): string {
  // Whoever lost the answer does not know what became of the request.
  const unsure =
    asked === "change" ? " Look whether the change was made before you make it again." : "";
  if (error instanceof HeliographError) {
    if (error.code === "version_mismatch") {
      return "Somebody else changed this meanwhile. It has been read again: look, and try once more.";
    }
    if (error.code === "internal") {
      const kept = asked === "change" ? ", and nothing was changed" : "";
      return `The service failed${kept}. Try again; if it stays so, its log has the reason under ${error.problem.request_id}.`;
    }
    if (isForbidden(error)) {
      return `${error.message}. Sign in with another key, or ask whoever gave you this one.`;
    }
    if (error.code === "unexpected_answer") {
      return `Something on the way answered in the service’s place (status ${error.status}). Try again in a while.${unsure}`;
    }
    return error.message;
  }
  // What the browser throws when there is no answer, and when a part of this page could not be loaded.
  if (error instanceof TypeError) {
    return `The service cannot be reached. Check the connection, then try again.${unsure}`;
  }
  return `This page has a fault of its own: ${error instanceof Error ? error.message : String(error)}`;
}

/** The rule that refused, when it was one. */
export const ruleOf = (error: unknown): string | undefined =>
  error instanceof HeliographError ? error.problem.rule : undefined;

/** Whether the key may not: asking again changes nothing. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof HeliographError && error.code === "forbidden";

/** Whether nobody is signed in, or no longer. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof HeliographError && error.status === 401;
