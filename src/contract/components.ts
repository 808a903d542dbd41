import type { z } from "zod";
import { envelopeOf } from "./catalogue.ts";
import { InboundEnvelope, type FeedType } from "./inbound.ts";
import { inboundType } from "./inboundType.ts";
import { jsonSchemaOf, mapSchema, type JsonSchema, type JsonSchemaOptions } from "./schemas.ts";

/** Collects the named schemas of a document while its parts refer to them. */
export interface Components {
  readonly schemas: Record<string, JsonSchema>;
  /** The JSON Schema of `schema`, with what has an id moved to `schemas`. */
  refer(schema: z.core.$ZodType, side?: JsonSchemaOptions["side"]): JsonSchema;
  /** A reference to the body of a delivery. */
  referEvent(type: FeedType): JsonSchema;
}

const prefix = "#/components/schemas/";
const defs = "#/$defs/";

/** Starts a collection. Its `refer` throws when two different schemas claim one name. */
export function createComponents(): Components {
  const schemas: Record<string, JsonSchema> = {};

  function add(name: string, schema: JsonSchema) {
    const known = schemas[name];
    if (known && !isSame(known, schema)) throw new Error(`Two schemas are called ${name}`);
    schemas[name] = schema;
  }

  function refer(schema: z.core.$ZodType, side: JsonSchemaOptions["side"] = "answer"): JsonSchema {
    const { $schema: _, $defs = {}, ...root } = jsonSchemaOf(schema, { side });
    const named = $defs as Record<string, JsonSchema>;
    const rename = side === "request" ? requestNames(schema, named) : (name: string) => name;
    const pointed = (json: JsonSchema) => mapSchema(json, (part) => pointAt(part, rename));
    for (const [name, json] of Object.entries(named)) add(rename(name), pointed(json));
    return pointed(root);
  }

  function referEvent(type: FeedType): JsonSchema {
    const name = `${pascalCase(type)}Event`;
    if (!schemas[name]) add(name, refer(type === inboundType ? InboundEnvelope : envelopeOf(type)));
    return { $ref: `${prefix}${name}` };
  }

  return { schemas, refer, referEvent };
}

/** `new_install` or `new install` as `NewInstall`. */
export const pascalCase = (name: string) =>
  name.replaceAll(/(?:^|[_ ])(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What is taken differs from what is sent in most objects; such ones get a name of their own. */
function requestNames(schema: z.core.$ZodType, taken: Record<string, JsonSchema>) {
  const sent = (jsonSchemaOf(schema)["$defs"] ?? {}) as Record<string, JsonSchema>;
  return (name: string) =>
    name.endsWith("Input") || isSame(sent[name], taken[name]) ? name : `${name}Input`;
}

function pointAt(schema: JsonSchema, rename: (name: string) => string): JsonSchema {
  const { $ref } = schema;
  if (typeof $ref !== "string" || !$ref.startsWith(defs)) return schema;
  return { ...schema, $ref: `${prefix}${rename($ref.slice(defs.length))}` };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
