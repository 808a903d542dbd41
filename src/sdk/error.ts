import type { Problem } from "../contract/problem.ts";

/** A request that the service refused. `problem` is its answer, `code` the part to act on. */
export class HeliographError extends Error {
  override readonly name = "HeliographError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    const named = problem.errors?.map(({ at, message }) => `${at}: ${message}`).join("; ");
    super(`${problem.detail}${named ? ` (${named})` : ""}`);
    this.problem = problem;
  }

  get code(): Problem["code"] {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}
