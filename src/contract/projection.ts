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
  return prunerOf(schema, roles)(value) as z.infer<S>;
}

/** Whether a field is kept from a company in `roles`. */
export function isHidden(schema: z.core.$ZodType, roles: readonly Party[]): boolean {
  const { hiddenFrom } = metaOf(schema);
  return (
    hiddenFrom !== undefined && roles.length > 0 && roles.every((role) => hiddenFrom.includes(role))
  );
}

/** Leaves out of a value what is hidden. */
type Prune = (value: unknown) => unknown;

const asItIs: Prune = (value) => value;

/**
 * Remembers what is made by schema and roles: what a schema hides never changes, and to walk it anew costs many times what
 * rendering does.
 */
export function onceFor<Made extends object>(
  make: (schema: z.core.$ZodType, roles: readonly Party[]) => Made,
): typeof make {
  const made = new WeakMap<z.core.$ZodType, Map<string, Made>>();
  return (schema, roles) => {
    const known = made.get(schema) ?? new Map<string, Made>();
    made.set(schema, known);
    const key = roles.join(" ");
    const one = known.get(key) ?? make(schema, roles);
    known.set(key, one);
    return one;
  };
}

const prunerOf = onceFor(makePruner);

function makePruner(schema: z.core.$ZodType, roles: readonly Party[]): Prune {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return objectPruner(inner.shape, roles);
  if (!(inner instanceof z.ZodArray)) return asItIs;
  const prune = prunerOf(inner.element, roles);
  if (prune === asItIs) return asItIs;
  return (value) => (Array.isArray(value) ? value.map(prune) : value);
}

function objectPruner(shape: z.core.$ZodShape, roles: readonly Party[]): Prune {
  const fields = new Map<string, Prune>();
  for (const [name, field] of Object.entries(shape)) {
    if (!isHidden(field, roles)) fields.set(name, prunerOf(field, roles));
  }
  return (value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    const kept: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) {
      const prune = fields.get(name);
      if (prune) kept[name] = prune(item);
    }
    return kept;
  };
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
