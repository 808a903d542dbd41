import { z } from "zod";
import { metaOf, unwrap, type Party } from "./meta.ts";

/**
 * What a company in `roles` may see of a value: fields hidden from all of its roles are left out. A company that is both
 * parties sees what either may see.
 * @param schema the schema of `value`; fields that it does not name are left out too.
 */
export function project<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
  roles: readonly Party[],
): z.infer<S> {
  return pruned(schema, value, roles) as z.infer<S>;
}

/** Whether a field is kept from a company in `roles`. */
export function isHidden(schema: z.core.$ZodType, roles: readonly Party[]): boolean {
  const { hiddenFrom } = metaOf(schema);
  return (
    hiddenFrom !== undefined && roles.length > 0 && roles.every((role) => hiddenFrom.includes(role))
  );
}

function pruned(schema: z.core.$ZodType, value: unknown, roles: readonly Party[]): unknown {
  if (value === null || typeof value !== "object") return value;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject && !Array.isArray(value)) {
    return prunedObject(inner.shape, value, roles);
  }
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => pruned(inner.element, item, roles));
  }
  return value;
}

function prunedObject(shape: z.core.$ZodShape, value: object, roles: readonly Party[]) {
  const kept: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field && !isHidden(field, roles)) kept[name] = pruned(field, item, roles);
  }
  return kept;
}

/**
 * The schema of what `project` gives for these roles: hidden fields are gone.
 * Used for published schemas; the shape of the result is only known at run time.
 */
export function projectedSchema(schema: z.core.$ZodType, roles: readonly Party[]): z.core.$ZodType {
  if (schema instanceof z.ZodNullable) {
    return keepMeta(schema, z.nullable(projectedSchema(schema.unwrap(), roles)));
  }
  if (schema instanceof z.ZodOptional) {
    return keepMeta(schema, z.optional(projectedSchema(schema.unwrap(), roles)));
  }
  if (schema instanceof z.ZodDefault) return projectedSchema(schema.unwrap(), roles);
  if (schema instanceof z.ZodArray) {
    return keepMeta(schema, z.array(projectedSchema(schema.element, roles)));
  }
  if (!(schema instanceof z.ZodObject)) return schema;
  const shape: Record<string, z.core.$ZodType> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    if (!isHidden(field, roles)) shape[name] = projectedSchema(field, roles);
  }
  return keepMeta(schema, z.object(shape));
}

/** Metadata stays, but for the registered id: two schemas must not claim one name. */
function keepMeta(from: z.core.$ZodType, to: z.ZodType): z.ZodType {
  const { id: _, ...rest } = z.globalRegistry.get(from) ?? {};
  return to.meta(rest);
}
