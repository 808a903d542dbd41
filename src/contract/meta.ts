import { z } from "zod";

/** The two sides of the flow, as an organization's role and as a party to one customer. */
export const Party = z.enum(["sales_org", "epc"]).meta({
  id: "Party",
  description:
    "Side of the flow: `sales_org` owns the customer and sells, `epc` is the installer chosen on the deal.",
  example: "sales_org",
});
export type Party = z.infer<typeof Party>;

declare module "zod" {
  /** What every field of the contract may say about itself. The data dictionary is computed from it. */
  interface GlobalMeta {
    /** A value that is valid and fits the story that all examples tell together. */
    example?: unknown;
    /** Null in composed examples: the story that they tell has not come to it, or never does. */
    absent?: boolean;
    /** Unit of a number, in the words of `docs/reference/dictionary.md`. */
    unit?: string;
    /** Name of the same thing in the Orange Button taxonomy. */
    orangeButton?: string;
    /** Name of the same thing in Enerflo 1.0. */
    enerflo?: string;
    /** Tells something about an identifiable person. */
    personal?: boolean;
    /** Never shown once it was given: neither in answers nor in errors. */
    secret?: boolean;
    /** Parties that never see this field, neither in events nor in answers. */
    hiddenFrom?: readonly Party[];
  }
}

/** The schema under `optional`, `nullable`, `default`, `readonly` and the input side of a pipe. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrap(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in);
  return schema;
}

/** What a field says about itself: the outermost wrapper's word counts, inner ones fill the gaps. */
export function metaOf(schema: z.core.$ZodType): z.GlobalMeta {
  const own = z.globalRegistry.get(schema) ?? {};
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly
  ) {
    return { ...metaOf(schema.unwrap()), ...own };
  }
  if (schema instanceof z.ZodPipe) return { ...metaOf(schema.def.in), ...own };
  return own;
}

/** Whether what stands at a place in a value, the names on the way to it, is never to be shown. */
export function isSecretAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): boolean {
  if (metaOf(schema).secret === true) return true;
  const [name, ...rest] = path;
  const inner = unwrap(schema);
  if (name === undefined || !(inner instanceof z.ZodObject)) return false;
  const field = (inner.shape as z.core.$ZodShape)[String(name)];
  return field !== undefined && isSecretAt(field, rest);
}

/**
 * A worked example of a schema, composed of the examples of its fields, so that no example is written twice.
 * @throws {Error} naming the schema kind when a leaf has neither an example nor a value that follows from its type.
 */
export function exampleOf(schema: z.core.$ZodType): unknown {
  const { example, absent } = metaOf(schema);
  if (absent) return null;
  if (example !== undefined) return example;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.fromEntries(
      Object.entries(inner.shape as z.core.$ZodShape).map(([key, field]) => [
        key,
        exampleOf(field),
      ]),
    );
  }
  if (inner instanceof z.ZodArray) return [exampleOf(inner.element)];
  if (inner instanceof z.ZodLiteral) return [...inner.values][0];
  if (inner instanceof z.ZodEnum) return inner.options[0];
  if (inner instanceof z.ZodUnion) {
    const [first] = inner.options;
    if (first) return exampleOf(first);
  }
  const kind = inner instanceof z.ZodType ? inner.type : "unknown";
  throw new Error(`No example for a schema of type ${kind}`);
}
