import { z } from "zod";
import { envelopeOf, eventDefinition, type EventType } from "./catalogue.ts";
import { inboundAbout, InboundEnvelope, type FeedType } from "./inbound.ts";
import { inboundType } from "./inboundType.ts";
import { metaOf, type Party } from "./meta.ts";
import { isHidden } from "./projection.ts";

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Record<string, unknown>;

export interface JsonSchemaOptions {
  /**
   * `answer` (the usual): what we send. All fields are there, and unknown ones must be borne, so that a new field breaks
   * nobody. `request`: what we take. Fields with a default may be left out, and unknown ones are refused.
   */
  readonly side?: "answer" | "request";
  /** The party that reads it: fields hidden from it are gone. Without, fields hidden from some are not required. */
  readonly role?: Party;
}

/** The JSON Schema of a schema of the contract. Those with an id are in `$defs` and referred to. */
export function jsonSchemaOf(
  schema: z.core.$ZodType,
  { side = "answer", role }: JsonSchemaOptions = {},
): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io: side === "answer" ? "output" : "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const json = jsonSchema as JsonSchema;
      renameMetadata(json);
      dropNoise(json);
      if (zodSchema instanceof z.ZodFile) describeContent(json);
      // Left out by zod where the default stands before a conversion, as in a query.
      if (zodSchema instanceof z.ZodDefault) json["default"] = zodSchema.def.defaultValue;
      if (side === "request") return;
      delete json["default"];
      if (zodSchema instanceof z.ZodObject) openObject(json, zodSchema.shape, role);
      if (Array.isArray(json["anyOf"])) dropUnknownOptions(json, json["anyOf"]);
    },
  });
  return mapSchema({ ...made }, (json) => inOrder(joinNull(json)));
}

/**
 * The JSON Schema of the body of a delivery in our own format. Its `$id` is the path under which every installation serves
 * it, so that it resolves to where it was fetched.
 * @param role the receiving party; without, the schema accepts what either of them gets.
 */
export function eventSchema(type: EventType, role?: Party): JsonSchema {
  const { label, trigger } = eventDefinition(type);
  const { $schema, ...schema } = jsonSchemaOf(envelopeOf(type), role ? { role } : {});
  const $id = `${schemaPath(type)}${role ? `?role=${role}` : ""}`;
  return { $schema, $id, title: label, description: trigger, ...schema };
}

/** The JSON Schema of the body of a delivery of what came in, in our own format. */
export function inboundSchema(): JsonSchema {
  const { $schema, ...schema } = jsonSchemaOf(InboundEnvelope);
  const { label, trigger } = inboundAbout;
  return { $schema, $id: schemaPath(inboundType), title: label, description: trigger, ...schema };
}

/** Path of the JSON Schema of an event. */
export const schemaPath = (type: FeedType) => `/v1/schemas/${type}.json`;

/** Applies `change` to a schema and all schemas inside it, the inner ones first. Values such as examples are left alone. */
export function mapSchema(
  schema: JsonSchema,
  change: (schema: JsonSchema) => JsonSchema,
): JsonSchema {
  const inner = (value: unknown) => (isSchema(value) ? mapSchema(value, change) : value);
  const mapped: JsonSchema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "properties" || key === "$defs") {
      mapped[key] = Object.fromEntries(
        Object.entries(value as JsonSchema).map(([name, child]) => [name, inner(child)]),
      );
    } else if (key === "anyOf" || key === "oneOf" || key === "allOf") {
      mapped[key] = (value as unknown[]).map(inner);
    } else if (key === "items" || key === "additionalProperties" || key === "propertyNames") {
      mapped[key] = inner(value);
    } else {
      mapped[key] = value;
    }
  }
  return change(mapped);
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const published: Readonly<Record<string, string>> = {
  unit: "x-unit",
  orangeButton: "x-orange-button",
  enerflo: "x-enerflo",
  personal: "x-personal-data",
  hiddenFrom: "x-hidden-from",
  secret: "writeOnly",
};

function renameMetadata(json: JsonSchema) {
  for (const [name, publicName] of Object.entries(published)) {
    if (!(name in json)) continue;
    json[publicName] = json[name];
    delete json[name];
  }
  if (!("example" in json)) return;
  json["examples"] = [json["example"]];
  delete json["example"];
}

/** What validators know from the format, and limits that every JSON number has. */
function dropNoise(json: JsonSchema) {
  if ("format" in json) delete json["pattern"];
  if (json["maximum"] === Number.MAX_SAFE_INTEGER) delete json["maximum"];
  if (json["minimum"] === Number.MIN_SAFE_INTEGER) delete json["minimum"];
}

function describeContent(json: JsonSchema) {
  delete json["format"];
  delete json["contentEncoding"];
  json["contentMediaType"] = "application/octet-stream";
}

function openObject(json: JsonSchema, shape: z.core.$ZodShape, role: Party | undefined) {
  if (json["additionalProperties"] === false) delete json["additionalProperties"];
  const properties = json["properties"] as JsonSchema;
  const mayMiss = new Set<string>();
  for (const [name, field] of Object.entries(shape)) {
    const isGone = role !== undefined && isHidden(field, [role]);
    if (isGone) delete properties[name];
    if (isGone || (role === undefined && metaOf(field).hiddenFrom?.length)) mayMiss.add(name);
  }
  const required = (json["required"] as string[] | undefined)?.filter((name) => !mayMiss.has(name));
  if (required?.length) json["required"] = required;
  else delete json["required"];
}

/** The output of a transformation is unknown here; the other options say what we send. */
function dropUnknownOptions(json: JsonSchema, options: readonly JsonSchema[]) {
  const known = options.filter((option) => Object.keys(option).length > 0);
  if (known.length === options.length || known.length === 0) return;
  delete json["anyOf"];
  if (known.length > 1) json["anyOf"] = known;
  else Object.assign(json, { ...known[0], ...json });
}

const keyOrder = ["$schema", "$ref", "title", "description", "type", "format", "const", "enum"];

/** What a reader wants first comes first; inner schemas come last. */
function inOrder(schema: JsonSchema): JsonSchema {
  const { properties, required, additionalProperties, $defs, ...rest } = schema;
  const first = keyOrder.filter((key) => key in rest).map((key) => [key, rest[key]]);
  const inner = { required, additionalProperties, properties, $defs };
  const last = Object.entries(inner).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(first), ...rest, ...Object.fromEntries(last) };
}

/** `anyOf: [text, null]` as `type: [string, null]`, which people and generators read more easily. */
function joinNull(schema: JsonSchema): JsonSchema {
  const { anyOf: options, ...rest } = schema;
  if (!Array.isArray(options) || options.length !== 2) return schema;
  const [value, empty] = options as [JsonSchema, JsonSchema];
  if (empty["type"] === "null" && Array.isArray(value["anyOf"])) {
    return { ...value, ...rest, anyOf: [...value["anyOf"], empty] };
  }
  if (empty["type"] !== "null" || typeof value["type"] !== "string" || "const" in value) {
    return schema;
  }
  const joined: JsonSchema = { ...value, type: [value["type"], "null"], ...rest };
  if (Array.isArray(value["enum"])) joined["enum"] = [...value["enum"], null];
  return joined;
}
