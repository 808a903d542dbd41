import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Field, controlClass } from "../ui/Field.tsx";
import { Panel } from "../ui/Panel.tsx";
import { fieldsIn, pathAt, schemaAt, typeWords, type HintSchema } from "./hints.ts";

interface EditorProps {
  readonly type: string;
  readonly text: string;
  readonly isEdited: boolean;
  readonly onChange: (text: string) => void;
  readonly onReset: () => void;
}

/** The body of an event as text that can be tried out, with what the schema says of the place one is at. */
export function Editor({ type, text, isEdited, onChange, onReset }: EditorProps) {
  const [caret, setCaret] = useState(0);
  const schema = useQuery({
    queryKey: ["schema", type],
    // The contract names JSON Schemas loosely.
    queryFn: async () => (await api.schemas.get({ file: `${type}.json` })) as HintSchema,
    enabled: type !== "",
    staleTime: Infinity,
  });
  const fault = faultOf(text);
  return (
    <Panel
      title={<code className="font-mono text-14">{type}</code>}
      aside={
        isEdited && (
          <Button small onClick={onReset}>
            Back to the example
          </Button>
        )
      }
    >
      <div className="grid grid-cols-1 gap-3 px-5 py-4">
        <Field label="Body" hint="The worked example of the contract." error={fault}>
          {({ id, describedBy, invalid }) => (
            <textarea
              id={id}
              aria-describedby={describedBy}
              aria-invalid={invalid || undefined}
              rows={24}
              spellCheck={false}
              value={text}
              onChange={({ target }) => onChange(target.value)}
              onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
              className={`${controlClass} !h-auto py-2 !font-mono !text-12 leading-[18px]`}
            />
          )}
        </Field>
        {schema.data && <Hint root={schema.data} text={text} caret={caret} />}
      </div>
    </Panel>
  );
}

/** Why a text is no JSON; undefined when it is. */
export function faultOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `Not JSON yet: ${error instanceof Error ? error.message : "it cannot be read"}`;
  }
}

interface HintProps {
  readonly root: HintSchema;
  readonly text: string;
  readonly caret: number;
}

function Hint({ root, text, caret }: HintProps) {
  const path = pathAt(text, caret);
  const here = schemaAt(root, path);
  const fields = here ? fieldsIn(root, here) : [];
  return (
    <div role="status" className="grid gap-1 rounded-control bg-sunken px-3 py-2 text-12">
      <p>
        <code className="font-mono">{path.length === 0 ? "The whole body" : path.join(".")}</code>
        {here && fields.length === 0 && (
          <span className="text-ink-2">, {typeWords(root, here)}</span>
        )}
      </p>
      <p className="text-ink-2">
        {here === null
          ? "The schema does not name this field; receivers must bear unknown ones."
          : (here.description ?? "").replaceAll("`", "")}
      </p>
      {fields.length > 0 && (
        <details className="text-ink-2">
          <summary className="cursor-pointer">Its {fields.length} fields</summary>
          <dl className="mt-1 grid max-h-56 gap-x-3 gap-y-0.5 overflow-y-auto sm:grid-cols-[auto_1fr]">
            {fields.map(([name, field]) => (
              <div key={name} className="contents">
                <dt>
                  <code className="font-mono text-ink">{name}</code>
                </dt>
                <dd>{(field.description ?? typeWords(root, field)).replaceAll("`", "")}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}
