import type { JsonSchema } from "../../contract/schemas.ts";

/** An event's body as a TypeScript type that stands alone, computed from its JSON Schema. */
export function typescriptOf(name: string, schema: JsonSchema): string {
  const defs = (schema["$defs"] ?? {}) as Record<string, JsonSchema>;
  const types = Object.entries(defs).map(([id, def]) => declared(id, def));
  return [declared(pascalCase(name), schema), ...types].join("\n\n");
}

const declared = (name: string, schema: JsonSchema) =>
  `${comment(schema["description"], "")}export type ${name} = ${typeOf(schema, "")};`;

const pascalCase = (name: string) =>
  name.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const comment = (text: unknown, indent: string) =>
  typeof text === "string"
    ? `/** ${text.replaceAll("*/", "*\\/").replaceAll("\n", " ")} */\n${indent}`
    : "";

function typeOf(schema: JsonSchema, indent: string): string {
  const { $ref, const: constant, enum: values, anyOf, oneOf, type } = schema;
  if (typeof $ref === "string") return $ref.split("/").at(-1) ?? "unknown";
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  const options = (anyOf ?? oneOf) as JsonSchema[] | undefined;
  if (options) return options.map((option) => typeOf(option, indent)).join(" | ");
  if (Array.isArray(type)) {
    return type.map((each: unknown) => typeOf({ ...schema, type: each }, indent)).join(" | ");
  }
  if (type === "array")
    return `readonly (${typeOf((schema["items"] ?? {}) as JsonSchema, indent)})[]`;
  if (type === "object") return objectOf(schema, indent);
  if (type === "integer" || type === "number") return "number";
  return type === "string" || type === "boolean" || type === "null" ? type : "unknown";
}

function objectOf(schema: JsonSchema, indent: string): string {
  const { properties, required, additionalProperties } = schema;
  if (properties === undefined) {
    const inner =
      typeof additionalProperties === "object" ? (additionalProperties as JsonSchema) : {};
    return `Readonly<Record<string, ${typeOf(inner, indent)}>>`;
  }
  const deeper = `${indent}  `;
  const needed = new Set((required ?? []) as string[]);
  const lines = Object.entries(properties as Record<string, JsonSchema>).map(([name, field]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const mark = needed.has(name) ? "" : "?";
    return `${deeper}${comment(field["description"], deeper)}readonly ${key}${mark}: ${typeOf(field, deeper)};`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}
