import type { Components } from "./components.ts";
import { pascalCase } from "./components.ts";
import { errors, type ErrorCode } from "./errors.ts";
import { answerHeaders } from "./headers.ts";
import { metaOf } from "./meta.ts";
import type { Operation } from "./operation.ts";
import { errorCodes, Problem, problemExample } from "./problem.ts";
import { Attempt } from "./resources/delivery.ts";
import { rules } from "./rules.ts";

const mediaType = "application/problem+json";
const problem = { $ref: "#/components/schemas/Problem" };

/** One shared response per code. Those of a rule are described where the operation is. */
export function problemResponses(components: Components) {
  components.refer(Problem);
  const own = errorCodes.filter((code) => code !== "rule" && code !== "method_not_allowed");
  return Object.fromEntries(
    own.map((code) => [
      pascalCase(code),
      {
        description: `\`${code}\`: ${errors[code].summary}`,
        ...headersOf(code, components),
        content: { [mediaType]: { schema: problem, example: problemExample(code) } },
      },
    ]),
  );
}

/** Every way in which this operation can fail, by status. */
export function failures(of: Operation): Record<string, unknown> {
  const plain = codesOf(of).map((code) => [
    String(errors[code].status),
    { $ref: `#/components/responses/${pascalCase(code)}` },
  ]);
  return { ...Object.fromEntries(plain), ...(of.rules.length > 0 && { "409": conflict(of) }) };
}

/**
 * Whether an answer is kept with the Idempotency-Key of the request. That of every change is; an attempt is none: it is
 * made each time somebody asks for it.
 */
export const keepsAnswer = (of: Operation): boolean =>
  of.method !== "GET" && of.callers.length > 0 && of.answer !== Attempt;

/** Codes that this operation can answer with, but for `rule`. */
export function codesOf(of: Operation): ErrorCode[] {
  const takesBody = of.bodyKind !== "none";
  const isSigned = of.bodyKind === "raw_json" || of.answerKind === "content";
  const applies: Partial<Record<ErrorCode, boolean>> = {
    malformed: true,
    unauthorized: of.callers.length > 0,
    bad_signature: isSigned,
    forbidden: of.callers.length > 0,
    not_found: of.path.includes("{"),
    idempotency_key_reused: keepsAnswer(of),
    version_mismatch: of.versioned,
    too_large: takesBody,
    unsupported_media_type: takesBody,
    invalid: true,
    too_many_requests: of.callers.length > 0 || of.bodyKind === "bytes",
    internal: true,
    unavailable: true,
  };
  return errorCodes.filter((code) => applies[code] === true);
}

function conflict(of: Operation) {
  const reused: ErrorCode = "idempotency_key_reused";
  const [first] = of.rules;
  const lines = of.rules.map((rule) => `- \`${rule}\`: ${rules[rule]}`);
  return {
    description: `\`rule\`: one of these does not hold:\n\n${lines.join("\n")}\n\n\`${reused}\`: ${errors[reused].summary}`,
    "x-rules": of.rules,
    content: {
      [mediaType]: {
        schema: problem,
        examples: {
          rule: { value: problemExample("rule", first) },
          [reused]: { value: problemExample(reused) },
        },
      },
    },
  };
}

function headersOf(code: ErrorCode, components: Components) {
  if (code !== "too_many_requests") return {};
  const { description, example } = metaOf(answerHeaders.shape["Retry-After"]);
  const schema = components.refer(answerHeaders.shape["Retry-After"]);
  return { headers: { "Retry-After": { description, example, schema } } };
}
