import { refuse } from "../contract/errors.ts";
import type { Cell, Lifecycle } from "../contract/lifecycle.ts";

/**
 * Where an action leads.
 * @param what the record in words, for the sentence of a refusal.
 * @throws {ApiError} `rule` with the name of the rule that refuses the action in this status.
 */
export function next<Status extends string, Action extends string>(
  lifecycle: Lifecycle<Status, Action>,
  { status, action, what }: { status: Status; action: Action; what: string },
): Status {
  const cell: Cell<Status> = lifecycle[status][action];
  if (typeof cell !== "object") return cell;
  throw refuse(
    cell.refusedBy,
    `Cannot ${verbs[action] ?? action} ${what} that is ${status.replaceAll("_", " ")}`,
  );
}

/** Actions whose names are not what one would say. */
const verbs: Readonly<Record<string, string>> = {
  miss: "mark as no-show",
  signLast: "sign",
  takeUp: "take up",
  build: "add to or change the milestones of",
  amend: "change the contract of",
  deliver: "deliver the design of",
};
