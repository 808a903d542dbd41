import { expect } from "vitest";
import { errors, type ErrorCode } from "../src/contract/errors.ts";
import { Problem, problemType } from "../src/contract/problem.ts";

/**
 * An answer is a problem of the closed list, whole and true to its status.
 * @returns the problem.
 */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  expect(response.headers.get("content-type"), text).toBe("application/problem+json");
  const problem = Problem.parse(JSON.parse(text));
  const { status, summary } = errors[problem.code];
  expect(problem).toMatchObject({ type: problemType(problem.code), title: summary, status });
  expect(response.status).toBe(status);
  expect(response.headers.get("heliograph-request-id")).toBe(problem.request_id);
  expect(problem.code === "rule").toBe(problem.rule !== undefined);
  expect(problem.code === "invalid").toBe(problem.errors !== undefined);
  return problem;
}

/** An answer is the problem with this code. */
export async function expectProblem(response: Response, code: ErrorCode): Promise<Problem> {
  const problem = await problemOf(response);
  expect(problem.code, problem.detail).toBe(code);
  return problem;
}
