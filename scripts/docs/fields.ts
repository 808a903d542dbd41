import { z } from "zod";
import { metaOf, unwrap } from "../../src/contract/meta.ts";
import { jsonSchemaOf, type JsonSchema } from "../../src/contract/schemas.ts";
import { code, codes } from "./markdown.ts";

/** One field of a schema, as the tables show it. */
export interface Field {
  /** From the top of the schema, with `[]` for the items of a list. */
  readonly path: string;
  readonly type: string;
  readonly meta: z.GlobalMeta;
  /** Whether a caller must give it. */
  readonly required: boolean;
  /** Id of the schema, for those that have one. */
  readonly id: string | undefined;
  /** Values of a list of codes. */
  readonly values: readonly string[];
  /** Whether it holds further fields, which follow. */
  readonly holdsFields: boolean;
}

/** All fields of an object schema, each followed by those inside it. */
export function fieldsOf(schema: z.core.$ZodType, path = ""): Field[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return fieldsOf(inner.element, `${path}[]`);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => fieldsOf(option, path));
  if (!(inner instanceof z.ZodObject)) return [];
  const dot = path === "" ? "" : `${path}.`;
  const met = new Map<z.core.$ZodType, string>();
  return Object.entries(inner.shape as z.core.$ZodShape).flatMap(([name, field]) => {
    const own = describe(`${dot}${name}`, field);
    const inside = fieldsOf(field, own.path);
    const twin = met.get(field);
    met.set(field, name);
    if (inside.length === 0) return [own];
    const holder = { ...own, holdsFields: true };
    if (twin === undefined) return [holder].concat(inside);
    const description = `${own.meta.description ?? ""} Fields as in ${code(twin)}.`;
    return [{ ...holder, meta: { ...own.meta, description } }];
  });
}

function describe(path: string, schema: z.core.$ZodType): Field {
  const inner = unwrap(schema);
  const item = inner instanceof z.ZodArray ? unwrap(inner.element) : inner;
  return {
    path,
    type: typeName(schema),
    meta: metaOf(schema),
    required: !z.safeParse(schema, undefined).success,
    id: metaOf(item).id,
    values: item instanceof z.ZodEnum ? item.options.map(String) : [],
    holdsFields: false,
  };
}

/** What a field holds, in a word or two. */
export function typeName(schema: z.core.$ZodType): string {
  const { $defs = {}, ...json } = jsonSchemaOf(schema);
  return nameOf(json, $defs as Record<string, JsonSchema>);
}

const formats: Readonly<Record<string, string>> = {
  "date-time": "instant",
  date: "day",
  email: "e-mail",
  uri: "URL",
};

function nameOf(json: JsonSchema, defs: Record<string, JsonSchema>): string {
  const { $ref, type, oneOf, anyOf = oneOf, format, enum: values, pattern, items } = json;
  if (typeof $ref === "string") {
    const target = defs[$ref.split("/").at(-1) ?? ""];
    return target ? nameOf(target, defs) : "object";
  }
  if (Array.isArray(anyOf)) {
    return [...new Set(anyOf.map((option) => nameOf(option as JsonSchema, defs)))].join(" or ");
  }
  if (Array.isArray(type)) {
    return type
      .map((one) => (one === "null" ? "null" : nameOf({ ...json, type: one }, defs)))
      .join(" or ");
  }
  if ("const" in json) return code(JSON.stringify(json["const"]));
  if (Array.isArray(values)) return "code";
  if (typeof format === "string") return formats[format] ?? format;
  if (json["contentMediaType"] !== undefined) return "file";
  const prefix = typeof pattern === "string" && /^\^([a-z]+)_\[0-7\]/.exec(pattern)?.[1];
  if (prefix) return `id ${code(`${prefix}_…`)}`;
  if (type === "array") return `list of ${nameOf((items ?? {}) as JsonSchema, defs)}`;
  if (type === "object" && typeof json["additionalProperties"] === "object") {
    return `map of ${nameOf(json["additionalProperties"] as JsonSchema, defs)}`;
  }
  return type === "string" ? "text" : typeof type === "string" ? type : "any";
}

/** Unit of a number. Of instants and days the type says it all. */
export const unitOf = ({ type, meta }: Field) =>
  /instant|day/.test(type) ? "" : (meta.unit ?? "");

/** Longer lists, such as the names of all events, are on a page of their own. */
const mostListed = 20;

/** Description with the codes a field may hold; those with a name of their own are listed elsewhere. */
export function descriptionOf({ meta, id, values }: Field, enumerations: string): string {
  const description = meta.description ?? "";
  const isSaid = values.every((value) => description.includes(code(value)));
  if (isSaid || values.length > mostListed) return description;
  if (id !== undefined && values.length > 4) {
    return `${description} One of [${id}](${enumerations}#${id.toLowerCase()}).`;
  }
  return `${description} One of ${codes(values)}.`;
}

/** Parties that never see a field. */
export const hiddenOf = ({ meta }: Field) => codes(meta.hiddenFrom ?? []);

/** The example of a field, as code; what holds fields has their examples below. */
export function exampleText({ meta: { example }, holdsFields }: Field): string {
  if (example === undefined || holdsFields) return "";
  return code(typeof example === "string" ? example : JSON.stringify(example));
}
