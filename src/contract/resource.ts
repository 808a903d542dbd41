import { z } from "zod";
import { custom, customPatch, externalIds, externalIdsPatch, id, instant } from "./fields.ts";
import type { Party } from "./meta.ts";

/** What the rest of the system needs to know of a kind of record. */
export interface ResourceInfo {
  /** Singular, as in `data.install` of an event. */
  readonly name: string;
  /** Table in PostgreSQL. Columns and fields share their names. */
  readonly table: string;
  /** Prefix of its TypeIDs. */
  readonly prefix: string;
  /** One sentence for the reference pages. */
  readonly summary: string;
  /** Parties to the customer that may read it over REST. */
  readonly parties: readonly Party[];
}

const infos = new Map<z.core.$ZodType, ResourceInfo>();

/** All kinds of records, in the order in which the flow meets them. */
export const resources = (): ReadonlyMap<z.core.$ZodType, ResourceInfo> => infos;

/** @throws {Error} when `schema` was not made by `defineResource`. */
export function resourceInfo(schema: z.core.$ZodType): ResourceInfo {
  const info = infos.get(schema);
  if (!info) throw new Error("Not a resource of the contract");
  return info;
}

const common = (info: ResourceInfo) => ({
  id: id(info.prefix, `Id of the ${info.name.replaceAll("_", " ")}.`),
  number: z.int().positive().meta({
    description: "Integer for people and for receivers that want integer ids.",
    unit: "number",
    example: 1001,
    enerflo: "id",
  }),
  version: z.int().positive().meta({
    description: "Counts the writes to this record; its ETag.",
    unit: "count",
    example: 1,
  }),
});

const trailer = () => ({
  external_ids: externalIds,
  custom,
  created_at: instant({
    description: "When the record was made.",
    example: "2026-03-02T15:04:05.120Z",
    enerflo: "timestamps.created_at",
  }),
  updated_at: instant({
    description: "When the record was last changed.",
    example: "2026-03-02T15:04:05.120Z",
    enerflo: "timestamps.updated_at",
  }),
});

/** Declares a kind of record: its fields plus those that every record has. */
export function defineResource<Shape extends z.core.$ZodLooseShape>(
  info: ResourceInfo,
  fields: Shape,
) {
  const schema = z
    .object({ ...common(info), ...fields, ...trailer() })
    .meta({ id: pascalCase(info.name), description: info.summary });
  infos.set(schema, info);
  return schema;
}

const pascalCase = (name: string) =>
  name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

type Fields = z.core.$ZodShape;
type Optional<S extends Fields, K extends keyof S> = { [P in K]: z.ZodOptional<S[P]> };

/**
 * Input schema of a creation: fields of a resource by name, unknown ones refused. `required` must be given, `optional`
 * may; every record may also be given `external_ids` and `custom`.
 */
export function input<S extends Fields, R extends keyof S & string, O extends keyof S & string>(
  resource: z.ZodObject<S>,
  required: readonly R[],
  optional: readonly O[],
) {
  const shape: Record<string, z.core.$ZodType> = {};
  for (const name of required) shape[name] = fieldOf(resource, name);
  for (const name of optional) shape[name] = z.optional(fieldOf(resource, name));
  const own = { external_ids: externalIds.optional(), custom: custom.optional() };
  // The shape is built by name at run time; the type says the same by name.
  return z.strictObject({ ...shape, ...own }) as unknown as z.ZodObject<
    Pick<S, R> & Optional<S, O> & typeof own,
    z.core.$strict
  >;
}

/**
 * Input schema of a change: any of the named fields; those left out stay as they are. In `external_ids` and `custom` a
 * name given as null is removed and names left out stay.
 */
export function patch<S extends Fields, O extends keyof S & string>(
  resource: z.ZodObject<S>,
  optional: readonly O[],
) {
  const shape: Record<string, z.core.$ZodType> = {};
  for (const name of optional) shape[name] = z.optional(fieldOf(resource, name));
  const own = { external_ids: externalIdsPatch.optional(), custom: customPatch.optional() };
  return z.strictObject({ ...shape, ...own }) as unknown as z.ZodObject<
    Optional<S, O> & typeof own,
    z.core.$strict
  >;
}

function fieldOf(resource: z.ZodObject, name: string): z.core.$ZodType {
  const field = resource.shape[name];
  if (!field) throw new Error(`The resource has no field ${name}`);
  return field;
}
