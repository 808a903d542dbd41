import type { Problem } from "../contract/problem.ts";

/** What an answer that is not the service's has for a code: a proxy's page, a login, half a body. */
const unexpected = "unexpected_answer";

/** What to act on. */
export type FailureCode = Problem["code"] | typeof unexpected;

/** A request that was refused. `problem` is the service's answer, `code` the part to act on. */
export class HeliographError extends Error {
  override readonly name = "HeliographError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    const named = problem.errors?.map(({ at, message }) => `${at}: ${message}`).join("; ");
    super(`${problem.detail}${named ? ` (${named})` : ""}`);
    this.problem = problem;
  }

  /** From the service's list, or `unexpected_answer` when something else answered in its place. */
  get code(): FailureCode {
    return this.problem.code;
  }

  /** With code `rule`: the rule of the flow that refused. */
  get rule(): Problem["rule"] {
    return this.problem.rule;
  }

  get status(): number {
    return this.problem.status;
  }
}

/**
 * Whether something thrown is a request that was refused, with one of these codes if some are named.
 * @example if (isFailure(error, "rule") && error.rule === "deal_open") return;
 */
export const isFailure = <C extends FailureCode>(
  error: unknown,
  ...codes: readonly C[]
): error is HeliographError & { readonly code: C } =>
  error instanceof HeliographError &&
  (codes.length === 0 || (codes as readonly string[]).includes(error.code));

/** How much of an answer that is not the service's is shown, in characters. */
const shownLimit = 200;

/** The failure that an answer tells; `unexpected_answer` where it is no problem of the service. */
export function failureOf({ status, headers }: Response, body: string): HeliographError {
  const told = parsed(body);
  if (isProblem(told)) return new HeliographError(told);
  const type = headers.get("content-type") ?? "an unnamed type";
  const shown = body.length > shownLimit ? `${body.slice(0, shownLimit)}…` : body;
  return new HeliographError({
    type: `urn:heliograph:error:${unexpected}`,
    title: "The answer is not one of Heliograph's; something on the way may have given it.",
    status,
    // As little on the service's list as the codes of a later service.
    code: unexpected as Problem["code"],
    detail: `Unexpected answer: ${status}, ${type}: ${shown}`,
    request_id: headers.get("heliograph-request-id") ?? "",
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Looks at no more than is needed: a later service may know codes that this client does not. */
const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" &&
  value !== null &&
  ["code", "detail"].every((name) => typeof (value as Record<string, unknown>)[name] === "string");
