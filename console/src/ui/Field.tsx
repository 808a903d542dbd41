import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type TextareaHTMLAttributes,
} from "react";

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly children: (ids: {
    id: string;
    describedBy: string | undefined;
    invalid: boolean;
  }) => ReactNode;
}

/** A control with its name, what to know of it, and what is wrong with it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = hint !== undefined || error !== undefined;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-12 font-[560] text-ink-2">
        {label}
      </label>
      {children({ id, describedBy: hasNote ? noteId : undefined, invalid: error !== undefined })}
      {hasNote && (
        <p id={noteId} className={`text-12 ${error === undefined ? "text-ink-3" : "text-fail"}`}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

export const controlClass =
  "h-8 w-full min-w-0 rounded-control border border-line-2 bg-surface px-2.5 text-13 text-ink placeholder:text-ink-3 aria-invalid:border-fail";

type TextProps = Omit<FieldProps, "children"> & InputHTMLAttributes<HTMLInputElement>;

/** One line of text, a number, a day or a time. */
export function TextField({ label, hint, error, className = "", ...input }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <input
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          autoComplete="off"
          {...input}
          className={`${controlClass} ${className}`}
        />
      )}
    </Field>
  );
}

type AreaProps = Omit<FieldProps, "children"> & TextareaHTMLAttributes<HTMLTextAreaElement>;

/** Several lines of text. */
export function TextArea({ label, hint, error, ...area }: AreaProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <textarea
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          rows={4}
          {...area}
          className={`${controlClass} h-auto py-1.5`}
        />
      )}
    </Field>
  );
}

interface SelectProps extends Omit<FieldProps, "children"> {
  readonly name?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
}

/** One of a few. The browser's own, which works on every device. */
export function SelectField({ label, hint, error, name, value, onChange, options }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <select
          id={id}
          name={name}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          className={`${controlClass} pr-7`}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
