import type { Pair } from "../service.ts";

/** Something that a rule refuses, and what has to be done so that it is allowed. */
export interface RuleCase {
  readonly attempt: () => Promise<unknown>;
  readonly mend: () => Promise<unknown>;
}

/** How the case's installer works, and what it starts from. */
export interface RuleSetting {
  readonly mode?: "signed" | "approved" | "processed";
  readonly page?: boolean;
  readonly arrange: (pair: Pair) => Promise<RuleCase>;
}

/** A deal that is lost, mended by moving it back. */
export async function lost(
  pair: Pair,
  id: string,
  attempt: () => Promise<unknown>,
): Promise<RuleCase> {
  await pair.sales.surveys.update({ id, stage: "lost" });
  return { attempt, mend: () => pair.sales.surveys.update({ id, stage: "new" }) };
}
