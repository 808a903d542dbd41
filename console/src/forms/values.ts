import type { FormField } from "./schema.ts";

/** What a form holds: texts as they are typed, by the path of their field. */
export type Draft = Readonly<Record<string, unknown>>;

/** A value of the API as its control shows it. */
export function toDraft(
  fields: readonly FormField[],
  value: Readonly<Record<string, unknown>>,
): Draft {
  return Object.fromEntries(fields.map((field) => [field.name, shownOf(field, value[field.name])]));
}

function shownOf({ control }: FormField, value: unknown): unknown {
  if (control.kind === "group") return toDraft(control.fields, (value ?? {}) as Draft);
  if (control.kind === "rows") {
    return ((value ?? []) as Draft[]).map((row) => toDraft(control.fields, row));
  }
  if (control.kind === "choices") return value ?? [];
  if (control.kind === "texts") return ((value ?? []) as string[]).join("\n");
  if (control.kind === "flag") return value === true;
  if (control.kind === "file") return null;
  if (value === undefined || value === null) return "";
  if (control.kind === "money") return (Number(value) / 100).toFixed(2);
  if (control.kind === "json") return JSON.stringify(value, null, 2);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return control.kind === "instant" ? localOf(text) : text;
}

/** An instant as the browser's control wants it, in the viewer's zone. */
function localOf(instant: string): string {
  const at = new Date(instant);
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/**
 * The body that a draft asks for. What was left empty is left out, or is null where it had a value that can be taken away.
 * @param before what the record has: fields that did not change are left out of a change.
 */
export function toBody(
  fields: readonly FormField[],
  draft: Draft,
  before?: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const known = before && toDraft(fields, before);
  for (const field of fields) {
    const typed = draft[field.name];
    if (known && JSON.stringify(known[field.name]) === JSON.stringify(typed)) continue;
    const value = valueOf(field, typed, before?.[field.name]);
    if (value !== undefined) body[field.name] = value;
    else if (before && field.isNullable) body[field.name] = null;
  }
  return body;
}

function valueOf({ control, isRequired }: FormField, typed: unknown, before: unknown): unknown {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the others are all one line of text
  switch (control.kind) {
    case "group": {
      const inner = toBody(control.fields, typed as Draft, before as Draft | undefined);
      return Object.keys(inner).length > 0 || isRequired ? inner : undefined;
    }
    case "rows": {
      const rows = (typed as Draft[]).map((row) => toBody(control.fields, row));
      return rows.length > 0 || isRequired || before !== undefined ? rows : undefined;
    }
    case "choices":
      return (typed as string[]).length > 0 || isRequired || before !== undefined
        ? typed
        : undefined;
    case "texts": {
      const lines = String(typed)
        .split("\n")
        .map((line) => line.trim());
      const told = lines.filter((line) => line !== "");
      return told.length > 0 || isRequired || before !== undefined ? told : undefined;
    }
    case "flag":
      return typed === true || before !== undefined || isRequired ? typed === true : undefined;
    case "file":
      return typed ?? undefined;
    default:
      return typed === "" || typed === undefined
        ? undefined
        : readOf(control.kind, typed as string);
  }
}

/** What was typed, as the API wants it; what cannot be read is sent as it is, so that the service says what is wrong. */
function readOf(kind: string, typed: string): unknown {
  if (kind === "money") {
    const amount = Number(typed.replaceAll(/[$,\s]/g, ""));
    return Number.isFinite(amount) ? Math.round(amount * 100) : typed;
  }
  if (kind === "number") {
    const amount = Number(typed.replaceAll(",", ""));
    return Number.isFinite(amount) ? amount : typed;
  }
  if (kind === "instant") {
    const at = new Date(typed);
    return Number.isNaN(at.getTime()) ? typed : at.toISOString();
  }
  if (kind !== "json") return typed;
  try {
    return JSON.parse(typed) as unknown;
  } catch {
    return typed;
  }
}
