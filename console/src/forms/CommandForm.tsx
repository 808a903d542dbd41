import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { operation, type OperationName } from "../../../src/contract/operations.ts";
import { rules } from "../../../src/contract/rules.ts";
import { HeliographError } from "../../../src/sdk/index.ts";
import { queries } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Note.tsx";
import { Controls } from "./Controls.tsx";
import { fieldsOf } from "./schema.ts";
import { toBody, toDraft, type Draft } from "./values.ts";

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

/** A command of the flow as a form, made from the contract: fields, units, what is needed, and the rules that may refuse. */
export function CommandForm(props: CommandFormProps) {
  // As it was when the form was opened: what a colleague changes meanwhile is not overwritten, it is refused by its version.
  const [{ name, verb, run, before, start, within, only, names }] = useState(props);
  const { onDone } = props;
  const declared = operation(name);
  const fields = fieldsOf(declared.body, within).filter(
    (field) => only?.includes(field.name) ?? true,
  );
  const [draft, setDraft] = useState<Draft>(() => toDraft(fields, before ?? start ?? {}));
  const command = useMutation({
    mutationFn: () => run(toBody(fields, draft, before)),
    async onSuccess(answer) {
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
      onDone(answer);
    },
    onError: () => queries.invalidateQueries({ queryKey: ["flow"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.mutate();
  };
  const faults = faultsOf(command.error);
  return (
    <form onSubmit={submit} className="grid gap-4">
      {/* A form of a few fields is about less than its operation says. */}
      {only === undefined && declared.description !== undefined && (
        <p className="text-12 text-ink-2">{declared.description.replaceAll("`", "")}</p>
      )}
      <Controls
        fields={fields}
        draft={draft}
        onChange={setDraft}
        faults={faults}
        at={within === undefined ? "" : `/${within}`}
        isChange={before !== undefined}
        {...(names && { names })}
      />
      {declared.rules.length > 0 && (
        <details className="text-12 text-ink-2">
          <summary className="cursor-pointer">What must hold</summary>
          <ul className="mt-1 list-disc pl-5">
            {declared.rules.map((rule) => (
              <li key={rule}>{rules[rule].replaceAll("`", "")}</li>
            ))}
          </ul>
        </details>
      )}
      {command.isError && <Failure error={command.error} />}
      <div className="flex justify-end">
        <Button type="submit" look="strong" disabled={command.isPending}>
          {verb}
        </Button>
      </div>
    </form>
  );
}

/** What the service found wrong, by field. */
const faultsOf = (error: unknown): ReadonlyMap<string, string> =>
  new Map(
    error instanceof HeliographError
      ? (error.problem.errors ?? []).map(({ at, message }) => [at, message])
      : [],
  );

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
