import type { Cell } from "../../src/contract/lifecycle.ts";
import { operation, type OperationName } from "../../src/contract/operations.ts";
import { rules } from "../../src/contract/rules.ts";
import { useSession, type Session } from "./session.ts";

/** Why a command cannot be given: by role, by scope of the key, or by the rule of the record's status. */
export function whyNot(
  { organization, scopes }: Session,
  name: OperationName,
  cell?: Cell<string>,
): string | undefined {
  const { callers, scope } = operation(name);
  const mayCall = organization?.roles.some((role) => callers.includes(role)) ?? false;
  if (!mayCall) {
    return callers.includes("epc")
      ? "This is for the installer"
      : "This is for the sales organization";
  }
  if (scope !== null && !scopes.includes(scope)) return `Your key lacks the scope ${scope}`;
  if (typeof cell === "object") return rules[cell.refusedBy].replaceAll("`", "");
  return undefined;
}

/**
 * Why the session cannot give a command; undefined when it can.
 * @param cell what the record's lifecycle says of it; without, only who asks is looked at.
 */
export const useWhyNot = (name: OperationName, cell?: Cell<string>): string | undefined =>
  whyNot(useSession(), name, cell);
