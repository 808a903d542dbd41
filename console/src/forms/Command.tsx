import type { Cell } from "../../../src/contract/lifecycle.ts";
import { useWhyNot } from "../rights.ts";
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
  return <CommandButton small {...command} because={useWhyNot(command.name, cell)} />;
}
