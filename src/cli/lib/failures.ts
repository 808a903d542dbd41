import { HeliographError, isFailure } from "../../sdk/index.ts";
import { Failure, type Ending } from "./exitCodes.ts";

/** What went wrong, as it is shown and as scripts read it. */
export interface Told {
  readonly ending: Ending;
  /** The service's code, or that of the ending. */
  readonly code: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string | undefined;
  /** The values that do not fit, one line each. */
  readonly values?: readonly string[];
  readonly rule?: string | undefined;
  readonly request_id?: string;
}

/** Words for anything that a command may throw. @returns undefined for a fault of the program itself. */
export function tell(error: unknown, url: string): Told | undefined {
  if (error instanceof Failure) {
    const { ending, message, hint } = error;
    return { ending, code: ending, message, hint };
  }
  if (error instanceof HeliographError) return tellProblem(error);
  if (error instanceof TypeError && error.message === "fetch failed") {
    const { cause } = error;
    return {
      ending: "unreachable",
      code: "unreachable",
      message: `Cannot reach ${url}: ${cause instanceof Error ? reasonOf(cause) : "no answer"}`,
      hint: "Is the service running there? `heliograph doctor` looks further; --url or HELIOGRAPH_URL name another one.",
    };
  }
  return undefined;
}

/** Several addresses that failed together say nothing themselves. */
function reasonOf(cause: Error & { readonly code?: unknown }): string {
  if (cause.message !== "") return cause.message;
  return typeof cause.code === "string" ? cause.code : cause.name;
}

function tellProblem(error: HeliographError): Told {
  const { detail, errors, request_id } = error.problem;
  return {
    ending: endingOf(error),
    code: error.code,
    message: detail,
    hint: hintOf(error),
    ...(errors && { values: errors.map(({ at, message }) => `${at}: ${message}`) }),
    ...(error.rule !== undefined && { rule: error.rule }),
    request_id,
  };
}

function endingOf(error: HeliographError): Ending {
  if (isFailure(error, "unauthorized", "forbidden")) return "not_allowed";
  if (isFailure(error, "not_found")) return "not_found";
  return isFailure(error, "unavailable") ? "unreachable" : "failed";
}

function hintOf(error: HeliographError): string | undefined {
  if (isFailure(error, "unauthorized")) return "Sign in again: heliograph login";
  if (isFailure(error, "forbidden")) {
    return "`heliograph whoami` shows what the key may do; ask for one with that scope, or use another: --env NAME";
  }
  if (isFailure(error, "unexpected_answer")) return "Does --url name a Heliograph service?";
  if (isFailure(error, "internal"))
    return `The service's log tells more under ${error.problem.request_id}`;
  if (isFailure(error, "too_many_requests")) return "Try again in a moment";
  return undefined;
}
