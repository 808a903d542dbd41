import { z } from "zod";
import { errors, type ErrorCode } from "./errors.ts";
import { rules, type RuleName } from "./rules.ts";

/** Every code of `errors`, in its order. */
export const errorCodes = Object.keys(errors) as ErrorCode[];
/** Every name of `rules`, in its order. */
export const ruleNames = Object.keys(rules) as RuleName[];

const InvalidValue = z
  .object({
    at: z.string().meta({
      description: "JSON Pointer into the body, or the name of a query or path parameter.",
      example: "/email",
    }),
    message: z.string().meta({ description: "What is wrong.", example: "Invalid email address" }),
  })
  .meta({ id: "InvalidValue", description: "One value that does not fit." });

/** Body of every failed request, RFC 9457. */
export const Problem = z
  .object({
    type: z
      .string()
      .meta({ description: "The code as a URN.", example: "urn:heliograph:error:not_found" }),
    title: z.string().meta({
      description: "What the code means.",
      example: errors.not_found.summary,
    }),
    status: z
      .int()
      .meta({ description: "The HTTP status again.", unit: "HTTP status", example: 404 }),
    code: z
      .enum(errorCodes)
      .meta({ description: "What went wrong, from a closed list.", example: "not_found" }),
    detail: z.string().meta({
      description: "What went wrong this time, for people.",
      example: "No customer cus_01kb8x3f5wemztqk0k6y2v9d4a",
    }),
    rule: z
      .enum(ruleNames)
      .meta({ description: "With code `rule`: the rule that refused.", example: "deal_open" })
      .optional(),
    errors: z
      .array(InvalidValue)
      .meta({ description: "With code `invalid`: the values that do not fit, up to 100." })
      .optional(),
    request_id: z.string().meta({
      description: "The request, as logs and `heliograph-request-id` name it.",
      example: "req_01kb8x3f5wemztqk0k6y2v9d4a",
    }),
  })
  .meta({ id: "Problem", description: "Why a request failed, as RFC 9457 has it." });
export type Problem = z.infer<typeof Problem>;

/** What stands in `type` for a code. */
export const problemType = (code: ErrorCode) => `urn:heliograph:error:${code}`;

/** A worked example of the answer with this code. */
export function problemExample(code: ErrorCode, rule: RuleName = "deal_open"): Problem {
  const { status, summary } = errors[code];
  const problem: Problem = {
    type: problemType(code),
    title: summary,
    status,
    code,
    detail: summary,
    request_id: "req_01kb8x3f5wemztqk0k6y2v9d4a",
  };
  if (code === "rule") return { ...problem, detail: rules[rule], rule };
  if (code === "invalid") {
    const at = { at: "/email", message: "Invalid email address" };
    return { ...problem, detail: "1 value does not fit", errors: [at] };
  }
  return problem;
}
