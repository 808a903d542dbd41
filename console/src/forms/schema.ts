import { z } from "zod";
import { metaOf, unwrap } from "../../../src/contract/meta.ts";

/** What control a field of the contract asks for, found from its schema: there is no second list of fields. */
export type Control =
  | { readonly kind: "text" | "long" | "instant" | "day" | "email" | "file" }
  | { readonly kind: "number"; readonly unit: string | undefined }
  | { readonly kind: "money" }
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly options: readonly string[] }
  | { readonly kind: "choices"; readonly options: readonly string[] }
  | { readonly kind: "texts" }
  | { readonly kind: "group"; readonly fields: readonly FormField[] }
  | { readonly kind: "rows"; readonly fields: readonly FormField[] }
  | { readonly kind: "json" };

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly example: unknown;
  readonly isRequired: boolean;
  /** Whether it can be made empty again. */
  readonly isNullable: boolean;
  readonly control: Control;
}

/** Fields that programs give, and people do not. */
const forPrograms = new Set(["external_ids", "custom"]);

/**
 * The fields of a body, in the contract's order.
 * @param within a group of the body whose fields are meant.
 */
export function fieldsOf(schema: z.core.$ZodType, within?: string): FormField[] {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  if (within !== undefined) {
    const group = (inner.shape as z.core.$ZodShape)[within];
    return group ? fieldsOf(group) : [];
  }
  return Object.entries(inner.shape as z.core.$ZodShape)
    .filter(([name]) => !forPrograms.has(name))
    .map(([name, field]) => ({
      name,
      label: labelOf(name),
      description: (metaOf(field).description ?? "").replaceAll("`", ""),
      example: metaOf(field).example,
      isRequired: !z.safeParse(field, undefined).success,
      isNullable: z.safeParse(field, null).success,
      control: controlOf(name, field),
    }));
}

/** A field's name as people read it: units stand beside the value. */
export const labelOf = (name: string): string => {
  const words = name
    .replace(/_(cents|ids?|at|on)$/, "")
    .replace(/_(kwh|dc_kw|ac_kw|hours|percent)$/, "")
    .replaceAll("_", " ");
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/\burl\b/i, "URL");
};

/** What may be given short or in full is asked for in full, so that nothing of it is out of reach. */
function fullForm(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodUnion)) return inner;
  return inner.options.map(unwrap).find((option) => option instanceof z.ZodObject) ?? inner;
}

function controlOf(name: string, field: z.core.$ZodType): Control {
  const inner = unwrap(field);
  if (inner instanceof z.ZodEnum) return { kind: "choice", options: inner.options.map(String) };
  if (inner instanceof z.ZodBoolean) return { kind: "flag" };
  if (inner instanceof z.ZodNumber) {
    const { unit } = metaOf(field);
    if (unit === "US cents") return { kind: "money" };
    return { kind: "number", unit };
  }
  if (inner instanceof z.ZodFile) return { kind: "file" };
  if (inner instanceof z.ZodISODateTime) return { kind: "instant" };
  if (inner instanceof z.ZodISODate) return { kind: "day" };
  if (inner instanceof z.ZodEmail) return { kind: "email" };
  if (inner instanceof z.ZodObject) {
    const fields = fieldsOf(inner);
    return fields.length > 0 ? { kind: "group", fields } : { kind: "json" };
  }
  if (inner instanceof z.ZodArray) {
    const element = fullForm(inner.element);
    if (element instanceof z.ZodObject) return { kind: "rows", fields: fieldsOf(element) };
    if (element instanceof z.ZodEnum)
      return { kind: "choices", options: element.options.map(String) };
    return element instanceof z.ZodString ? { kind: "texts" } : { kind: "json" };
  }
  if (inner instanceof z.ZodString || inner instanceof z.ZodURL) {
    return {
      kind: /^(body|notes|internal_notes|description|reason)$/.test(name) ? "long" : "text",
    };
  }
  return { kind: "json" };
}
