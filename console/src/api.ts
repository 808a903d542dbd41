import { QueryClient } from "@tanstack/react-query";
import { createClient, HeliographError } from "../../src/sdk/index.ts";

/** The REST API, as the signed-in session may use it. Where pages are written ahead there is no window, and nothing is asked. */
const url = typeof window === "undefined" ? "http://localhost" : window.location.origin;
export const api = createClient({ url, key: null });

/** What was read is shown at once and read again behind it; refusals are final. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => !isRefusal(error) && failures < 2,
    },
  },
});

/** Whether asking again is of no use. */
const isRefusal = (error: unknown) => error instanceof HeliographError && error.status < 500;

/** A failure in words that a person can act on: what failed, on whose side, what to do. */
export function wordsOf(error: unknown): string {
  if (error instanceof HeliographError) {
    if (error.code === "version_mismatch") {
      return "Somebody else changed this meanwhile. It has been read again: look, and try once more.";
    }
    if (error.code === "internal") {
      return `The service failed (${error.problem.request_id}). Nothing was changed; try again, and look into its log if it stays so.`;
    }
    return error.message;
  }
  return "The service cannot be reached. Check the connection; nothing was changed.";
}

/** The rule that refused, when it was one. */
export const ruleOf = (error: unknown): string | undefined =>
  error instanceof HeliographError ? error.problem.rule : undefined;

/** Whether nobody is signed in, or no longer. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof HeliographError && error.status === 401;
