import type { RuleName } from "./rules.ts";

/** Every way a request can fail. Codes are public: add, never rename. */
export const errors = {
  malformed: { status: 400, summary: "The request is not valid HTTP or JSON." },
  unauthorized: { status: 401, summary: "The key is missing, unknown or revoked." },
  bad_signature: { status: 401, summary: "The signature of a call-back or a link does not hold." },
  forbidden: { status: 403, summary: "The key lacks the scope, or its organization the role." },
  not_found: { status: 404, summary: "No such record, or it belongs to others." },
  method_not_allowed: { status: 405, summary: "The path exists, the method does not." },
  rule: { status: 409, summary: "A rule of the flow refuses this now; `rule` names it." },
  idempotency_key_reused: {
    status: 409,
    summary: "This Idempotency-Key was used within 24 hours for another request.",
  },
  version_mismatch: {
    status: 412,
    summary: "If-Match does not name the present version of the record.",
  },
  too_large: { status: 413, summary: "The body is larger than this operation takes." },
  unsupported_media_type: {
    status: 415,
    summary: "The body's content type is not the expected one.",
  },
  invalid: { status: 422, summary: "Values do not fit; `errors` lists them, up to 100." },
  too_many_requests: {
    status: 429,
    summary: "Too many requests; `Retry-After` says when to go on.",
  },
  internal: { status: 500, summary: "A fault of ours. The change was not made." },
  unavailable: {
    status: 503,
    summary:
      "The database cannot be reached, or was lost on the way, so that the change may have been made: send it again with the same Idempotency-Key.",
  },
} as const satisfies Record<string, { status: number; summary: string }>;
export type ErrorCode = keyof typeof errors;

/** One value that does not fit. */
export interface InvalidValue {
  /** JSON Pointer into the body, or the name of a query or path parameter. */
  readonly at: string;
  readonly message: string;
}

interface ApiErrorDetails extends ErrorOptions {
  /** The rule that refused, with code `rule`. */
  readonly rule?: RuleName;
  /** The values that do not fit, with code `invalid`. */
  readonly errors?: readonly InvalidValue[];
}

/** A failure the caller can act on. Anything else thrown is a bug and answers 500. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly rule: RuleName | undefined;
  readonly errors: readonly InvalidValue[] | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { rule, errors: invalid, ...options }: ApiErrorDetails = {},
  ) {
    super(message, options);
    this.code = code;
    this.rule = rule;
    this.errors = invalid;
  }
}

/** A rule of the flow says no. */
export const refuse = (rule: RuleName, message: string) => new ApiError("rule", message, { rule });

/** One value does not fit. */
export const invalid = (at: string, message: string) =>
  new ApiError("invalid", message, { errors: [{ at, message }] });
