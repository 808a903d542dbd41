import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/Button.tsx";
import { SelectField, TextArea, TextField } from "../ui/Field.tsx";
import { inWords } from "../ui/Tag.tsx";
import type { FormField } from "./schema.ts";
import { toDraft, type Draft } from "./values.ts";

interface ControlsProps {
  readonly fields: readonly FormField[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** What is wrong, by JSON Pointer. */
  readonly faults: ReadonlyMap<string, string>;
  /** JSON Pointer of what the fields belong to. */
  readonly at?: string;
  /** Choices with names, for fields that hold an id. */
  readonly names?: Readonly<Record<string, readonly (readonly [id: string, name: string])[]>>;
  /** Of a record that is there: any field may stay as it is, so that none is called optional. */
  readonly isChange?: boolean;
}

/** A control for each field, whatever is in it. */
export function Controls({
  fields,
  draft,
  onChange,
  faults,
  at = "",
  names = {},
  isChange = false,
}: ControlsProps) {
  return (
    <div className="grid gap-3">
      {fields.map((field) => (
        <OneControl
          key={field.name}
          field={field}
          value={draft[field.name]}
          set={(value) => onChange({ ...draft, [field.name]: value })}
          faults={faults}
          at={`${at}/${field.name}`}
          names={names}
          isChange={isChange}
        />
      ))}
    </div>
  );
}

interface OneProps {
  readonly field: FormField;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
  readonly faults: ReadonlyMap<string, string>;
  readonly at: string;
  readonly names: NonNullable<ControlsProps["names"]>;
  readonly isChange: boolean;
}

/** What stands in a control of one text. */
const typed = (value: unknown) => (typeof value === "string" ? value : "");

const inputTypes = {
  day: "date",
  instant: "datetime-local",
  email: "email",
  text: "text",
} as const;

function OneControl(props: OneProps): ReactNode {
  const { field, value, set, faults, at, names, isChange } = props;
  const { control, isRequired, description } = field;
  const mark = isRequired || isChange ? "" : " (optional)";
  const label = `${field.label}${mark}`;
  const common = { label, hint: description, error: faults.get(at), name: field.name };
  const named = names[field.name];
  if (named && control.kind !== "choices") {
    const options = [["", isRequired ? "Choose" : "None"], ...named] as const;
    return <SelectField {...common} value={typed(value)} onChange={set} options={options} />;
  }
  switch (control.kind) {
    case "group":
      return (
        <fieldset className="grid gap-3 rounded-control border border-line p-3">
          <legend className="px-1 text-12 font-[620]">{label}</legend>
          <Controls
            fields={control.fields}
            draft={(value ?? {}) as Draft}
            onChange={set}
            faults={faults}
            at={at}
            names={names}
            isChange={isChange}
          />
        </fieldset>
      );
    case "rows":
      return <Rows {...props} />;
    case "choice": {
      const options = control.options.map((option) => [option, inWords(option)] as const);
      const all = isRequired && value !== "" ? options : ([["", "–"], ...options] as const);
      return <SelectField {...common} value={typed(value)} onChange={set} options={all} />;
    }
    case "choices":
      return (
        <Choices
          field={field}
          options={named ?? control.options.map((option) => [option, inWords(option)] as const)}
          value={value}
          set={set}
        />
      );
    case "flag":
      return (
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            name={field.name}
            checked={value === true}
            onChange={({ target }) => set(target.checked)}
            className="mt-0.5 size-4 accent-cell"
          />
          <span>
            <span className="font-[560]">{field.label}</span>
            <span className="block text-12 text-ink-3">{description}</span>
          </span>
        </label>
      );
    case "file":
      return (
        <TextField
          {...common}
          type="file"
          required={isRequired}
          className="pt-1"
          onChange={({ target }) => set(target.files?.[0] ?? null)}
        />
      );
    case "long":
    case "texts":
    case "json":
      return (
        <TextArea
          {...common}
          hint={control.kind === "texts" ? `${description} One a line.` : description}
          required={isRequired}
          value={typed(value)}
          onChange={({ target }) => set(target.value)}
        />
      );
    case "number":
    case "money": {
      const unit = control.kind === "money" ? "US $" : control.unit;
      return (
        <TextField
          {...common}
          label={unit === undefined || unit === "count" ? label : `${field.label}, ${unit}${mark}`}
          inputMode="decimal"
          required={isRequired}
          value={typed(value)}
          onChange={({ target }) => set(target.value)}
        />
      );
    }
    case "day":
    case "email":
    case "instant":
    case "text":
      return (
        <TextField
          {...common}
          type={inputTypes[control.kind]}
          required={isRequired}
          dir="auto"
          value={typed(value)}
          onChange={({ target }) => set(target.value)}
        />
      );
  }
}

function Rows({ field, value, set, faults, at, names }: OneProps) {
  if (field.control.kind !== "rows") return null;
  const { fields } = field.control;
  const rows = (value ?? []) as Draft[];
  const replace = (position: number, row: Draft) =>
    set(rows.map((old, index) => (index === position ? row : old)));
  return (
    <fieldset className="grid gap-2 rounded-control border border-line p-3">
      <legend className="px-1 text-12 font-[620]">{field.label}</legend>
      <p className="text-12 text-ink-3">{field.description}</p>
      {rows.map((row, position) => (
        // oxlint-disable-next-line react/no-array-index-key -- a row is its place
        <div key={position} className="rounded-control bg-sunken p-3">
          <Controls
            fields={fields}
            draft={row}
            onChange={(changed) => replace(position, changed)}
            faults={faults}
            at={`${at}/${position}`}
            names={names}
          />
          <Button
            small
            look="quiet"
            className="mt-2"
            icon={<Trash2 size={12} aria-hidden />}
            onClick={() => set(rows.filter((_, index) => index !== position))}
          >
            Remove
          </Button>
        </div>
      ))}
      {faults.get(at) !== undefined && <p className="text-12 text-fail">{faults.get(at)}</p>}
      <Button
        small
        className="justify-self-start"
        icon={<Plus size={12} aria-hidden />}
        onClick={() => set([...rows, toDraft(fields, {})])}
      >
        Add one
      </Button>
    </fieldset>
  );
}

interface ChoicesProps {
  readonly field: FormField;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly value: unknown;
  readonly set: (value: string[]) => void;
}

function Choices({ field, options, value, set }: ChoicesProps) {
  const chosen = (value ?? []) as string[];
  return (
    <fieldset className="grid gap-1">
      <legend className="text-12 font-[560] text-ink-2">{field.label}</legend>
      {options.map(([option, label]) => (
        <label key={option} className="flex items-start gap-2">
          <input
            type="checkbox"
            checked={chosen.includes(option)}
            onChange={({ target }) =>
              set(target.checked ? [...chosen, option] : chosen.filter((each) => each !== option))
            }
            className="mt-0.5 size-4 shrink-0 accent-cell"
          />
          {label}
        </label>
      ))}
      <p className="text-12 text-ink-3">{field.description}</p>
    </fieldset>
  );
}
