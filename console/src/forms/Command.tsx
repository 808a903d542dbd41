import type { Cell } from "../../../src/contract/lifecycle.ts";
import { operation, type OperationName } from "../../../src/contract/operations.ts";
import { rules } from "../../../src/contract/rules.ts";
import { useSession, type Session } from "../session.ts";
import { CommandButton, type CommandFormProps } from "./CommandForm.tsx";

interface CommandProps extends Omit<CommandFormProps, "onDone"> {
  readonly label?: string;
  readonly look?: "plain" | "strong" | "quiet" | "danger";
  readonly small?: boolean;
  /** What the record's lifecycle says of it; without, only who asks is looked at. */
  readonly cell?: Cell<string> | undefined;
  readonly onDone?: (answer: unknown) => void;
}

/** A command with its form. Whoever may not give it, or not now, reads why on the button. */
export function Command({ cell, ...command }: CommandProps) {
  const session = useSession();
  return <CommandButton small {...command} because={whyNot(session, command.name, cell)} />;
}

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
