import { z } from "zod";
import { Party, unwrap } from "./meta.ts";
import { isHidden, onceFor } from "./projection.ts";

/**
 * What `project` gives, written as JSON, without reading the text: hidden fields are cut out of it where they stand. Reading
 * and writing a snapshot anew is most of what a delivery's body costs, and few fields are hidden.
 * @param schema names all that the text's value holds: see `hasOnlyNamed` and `shapeOf`.
 * @param text as `JSON.stringify` writes it.
 * @returns null when hidden fields of this schema cannot be told by their names alone.
 */
export function projectText(
  schema: z.core.$ZodType,
  text: string,
  roles: readonly Party[],
): string | null {
  const { hidden, isClear } = find(schema, roles);
  if (!isClear) return null;
  let seen = text;
  for (const name of hidden) seen = withoutField(seen, name);
  return seen;
}

/** What names alone tell of what is hidden from some roles. */
interface Found {
  readonly hidden: Set<string>;
  readonly seen: Set<string>;
  /** Whether what is hidden has no parts, and of all values it is known which names they have. */
  isClear: boolean;
}

const find = onceFor((schema, roles): Found => {
  const found: Found = { hidden: new Set(), seen: new Set(), isClear: true };
  look(schema, roles, found);
  found.isClear &&= found.hidden.isDisjointFrom(found.seen);
  return found;
});

function look(schema: z.core.$ZodType, roles: readonly Party[], found: Found): void {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) look(inner.element, roles, found);
  else if (inner instanceof z.ZodObject) {
    for (const [name, field] of Object.entries<z.core.$ZodType>(inner.shape)) {
      if (isHidden(field, roles)) {
        found.hidden.add(name);
        found.isClear &&= isPlain(unwrap(field));
      } else {
        found.seen.add(name);
        look(field, roles, found);
      }
    }
  } else if (!(inner instanceof z.ZodRecord)) found.isClear &&= isPlain(inner); // records: see `hasOnlyNamed`
}

/** Whether values have no names in them. */
const isPlain = (schema: z.core.$ZodType) =>
  schema instanceof z.ZodString ||
  schema instanceof z.ZodStringFormat ||
  schema instanceof z.ZodNumber ||
  schema instanceof z.ZodBoolean ||
  schema instanceof z.ZodEnum ||
  schema instanceof z.ZodLiteral;

/**
 * Takes every field of this name out of a JSON text. Within a value a quote is written with a backslash, so what looks like a
 * field's name is one.
 */
function withoutField(text: string, name: string): string {
  const field = `"${name}":`;
  let left = text;
  for (let at = left.indexOf(field); at !== -1; at = left.indexOf(field, at)) {
    let start = at;
    let end = endOfPlain(left, at + field.length);
    if (left[end] === ",") end += 1;
    else if (left[start - 1] === ",") start -= 1;
    left = left.slice(0, start) + left.slice(end);
    at = start;
  }
  return left;
}

/** Where a number, text, boolean or null that begins at `start` ends. */
function endOfPlain(text: string, start: number): number {
  if (text[start] !== '"') {
    let end = start;
    while (!",}]".includes(text.charAt(end))) end += 1;
    return end;
  }
  for (let end = start + 1; ; end += 1) {
    if (text[end] === "\\") end += 1;
    else if (text[end] === '"') return end + 1;
    else if (end >= text.length) throw new Error("A text in the snapshot has no end");
  }
}

/**
 * Fingerprint of what a schema names and hides, a signed number of 32 bits. It is stored with values that `hasOnlyNamed`: while
 * it is still the same, nothing is in the stored text that the schema does not name.
 */
export function shapeOf(schema: z.core.$ZodType): number {
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = fnv1a(JSON.stringify(describe(schema)));
  shapes.set(schema, shape);
  return shape;
}

const shapes = new WeakMap<z.core.$ZodType, number>();

function describe(schema: z.core.$ZodType): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return [describe(inner.element)];
  if (!(inner instanceof z.ZodObject)) return inner instanceof z.ZodType ? inner.type : "";
  const fields = Object.entries<z.core.$ZodType>(inner.shape);
  return Object.fromEntries(
    fields.map(([name, field]) => [
      name,
      [Party.options.map((role) => isHidden(field, [role])), describe(field)],
    ]),
  );
}

/** Whether a value has no field but those that its schema names; names in a record look like none that is hidden. */
export function hasOnlyNamed(schema: z.core.$ZodType, value: unknown): boolean {
  const isHiddenName = (name: string) =>
    Party.options.some((role) => find(schema, [role]).hidden.has(name));
  return isNamed(schema, value, isHiddenName);
}

function isNamed(
  schema: z.core.$ZodType,
  value: unknown,
  isHiddenName: (name: string) => boolean,
): boolean {
  if (value === null || typeof value !== "object") return true;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) {
    return (
      Array.isArray(value) && value.every((item) => isNamed(inner.element, item, isHiddenName))
    );
  }
  if (Array.isArray(value)) return false;
  if (inner instanceof z.ZodRecord) {
    const isPlainName = (name: string) => /^[^"\\]*$/.test(name) && !isHiddenName(name);
    const isPlainValue = (item: unknown) => item === null || typeof item !== "object";
    return Object.entries(value).every(([name, item]) => isPlainName(name) && isPlainValue(item));
  }
  if (!(inner instanceof z.ZodObject)) return false;
  const shape: z.core.$ZodShape = inner.shape;
  return Object.entries(value).every(([name, item]) => {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return field !== undefined && isNamed(field, item, isHiddenName);
  });
}

/** FNV-1a of 32 bits (draft-eastlake-fnv), of UTF-16 code units, as a signed number. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
