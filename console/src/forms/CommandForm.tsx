import { lazy, Suspense, useState } from "react";
import type { OperationName } from "../../../src/contract/operations.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog, loadDialog } from "../ui/Dialog.tsx";
import { Skeleton } from "../ui/Note.tsx";

/** Which command a form is for, and what it starts with. */
export interface CommandFormProps {
  /** Name of the operation in the contract: its body is the form. */
  readonly name: OperationName;
  readonly title: string;
  /** What the button says. */
  readonly verb: string;
  /** Runs the command with the body that was filled in. */
  readonly run: (body: Record<string, unknown>) => Promise<unknown>;
  /** The record that is changed: the form shows it, and sends only what differs. */
  readonly before?: Readonly<Record<string, unknown>>;
  /** What a new record starts with. */
  readonly start?: Readonly<Record<string, unknown>>;
  /** Fields of this group of the body alone, such as `settings`: `before`, `start` and what `run` gets are the group's. */
  readonly within?: string;
  /** Only these fields; all without. */
  readonly only?: readonly string[];
  /** Names for fields that hold an id. */
  readonly names?: Readonly<Record<string, readonly (readonly [id: string, name: string])[]>>;
  readonly onDone: (answer: unknown) => void;
}

// A form brings the schemas of the contract, which are as much as all the rest of a page.
const loadForm = () => import("./ContractForm.tsx");
const ContractForm = lazy(async () => ({ default: (await loadForm()).ContractForm }));

/** Whoever points at what opens a form will want it. */
const prepareForm = () => {
  // What fails now is tried again, and told, when the form is opened.
  Promise.all([loadDialog(), loadForm()]).catch(() => undefined);
};

/** A command of the flow as a form, which is loaded when it is first shown. */
export function CommandForm(props: CommandFormProps) {
  return (
    <Suspense fallback={<Skeleton rows={4} />}>
      <ContractForm {...props} />
    </Suspense>
  );
}

interface CommandButtonProps extends Omit<CommandFormProps, "onDone"> {
  readonly label?: string;
  readonly look?: "plain" | "strong" | "quiet" | "danger";
  readonly small?: boolean;
  /** Why the command is refused as things stand. */
  readonly because?: string | undefined;
  readonly onDone?: (answer: unknown) => void;
}

/** A button that opens a command's form. Where the command cannot be given, it says the rule. */
export function CommandButton({
  label,
  look,
  small,
  because,
  onDone,
  ...form
}: CommandButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        {...(look && { look })}
        {...(small !== undefined && { small })}
        because={because}
        onClick={() => setOpen(true)}
        {...(because === undefined && { onPointerEnter: prepareForm, onFocus: prepareForm })}
      >
        {label ?? form.verb}
      </Button>
      <Dialog title={form.title} open={isOpen} onClose={() => setOpen(false)} wide>
        <CommandForm
          {...form}
          onDone={(answer) => {
            setOpen(false);
            onDone?.(answer);
          }}
        />
      </Dialog>
    </>
  );
}
