import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { operation } from "../../../src/contract/operations.ts";
import { rules } from "../../../src/contract/rules.ts";
import { HeliographError } from "../../../src/sdk/index.ts";
import { queries } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Note.tsx";
import type { CommandFormProps } from "./CommandForm.tsx";
import { Controls } from "./Controls.tsx";
import { rebase } from "./rebase.ts";
import { fieldsOf } from "./schema.ts";
import { toBody, toDraft, type Draft } from "./values.ts";

/** A command of the flow as a form, made from the contract: fields, units, what is needed, and the rules that may refuse. */
export function ContractForm(props: CommandFormProps) {
  // As it was when the form was opened: what a colleague changes meanwhile is not overwritten, it is refused by its version.
  const [opened, setOpened] = useState(props);
  const { name, verb, run, before, start, within, only, names } = opened;
  const { onDone } = props;
  const declared = operation(name);
  const fields = fieldsOf(declared.body, within).filter(
    (field) => only?.includes(field.name) ?? true,
  );
  const [draft, setDraft] = useState<Draft>(() => toDraft(fields, before ?? start ?? {}));
  const [theirs, setTheirs] = useState<readonly string[]>([]);
  const command = useMutation({
    mutationFn: () => run(toBody(fields, draft, before)),
    async onSuccess(answer) {
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
      onDone(answer);
    },
    // Not waited for: where the service is away, reading again would hold back what went wrong.
    onError() {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    },
  });
  // Once it was refused, what was typed goes on from the record as it is now.
  if (isOutdated(command.error) && opened !== props && before && props.before) {
    const taken = rebase(fields, draft, { was: before, is: props.before });
    setOpened(props);
    setDraft(taken.draft);
    setTheirs([...new Set([...theirs, ...taken.changed])]);
  }
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
      {isOutdated(command.error) && theirs.length > 0 && (
        <p className="text-12 text-ink-2">
          Changed by them: {theirs.join(", ")}. What you typed is kept; saving puts it over theirs.
        </p>
      )}
      <div className="flex justify-end">
        <Button type="submit" look="strong" disabled={command.isPending}>
          {verb}
        </Button>
      </div>
    </form>
  );
}

const isOutdated = (error: unknown) =>
  error instanceof HeliographError && error.code === "version_mismatch";

/** What the service found wrong, by field. */
const faultsOf = (error: unknown): ReadonlyMap<string, string> =>
  new Map(
    error instanceof HeliographError
      ? (error.problem.errors ?? []).map(({ at, message }) => [at, message])
      : [],
  );
