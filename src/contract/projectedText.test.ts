import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { eventDefinition, eventTypes } from "./catalogue.ts";
import { exampleOf, unwrap, type Party } from "./meta.ts";
import { hasOnlyNamed, projectText, shapeOf } from "./projectedText.ts";
import { project } from "./projection.ts";

const standings: readonly (readonly Party[])[] = [["sales_org"], ["epc"], ["sales_org", "epc"]];

/** Texts that look like what is cut out, and what JSON writes with a backslash. */
const trickyText = fc.oneof(
  fc.string(),
  fc
    .array(fc.constantFrom('"', "\\", ":", ",", "}", "lead_source", "commission_cents", '":', "é"))
    .map((parts) => parts.join("")),
);

/** Names of what is free, of which few are refused. */
const anyName = fc.oneof(
  { weight: 50, arbitrary: fc.stringMatching(/^[a-z ]{1,4}$/) },
  { weight: 1, arbitrary: trickyText },
);

/** A value of a schema's form, with anything at all where it has texts. */
function anyOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const inner = unwrap(schema);
  const isNullable = schema.constructor !== inner.constructor;
  const value = anyInner(inner);
  return isNullable ? fc.oneof({ weight: 3, arbitrary: value }, fc.constant(null)) : value;
}

function anyInner(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodArray) return fc.array(anyOf(schema.element), { maxLength: 2 });
  if (schema instanceof z.ZodRecord) {
    return fc.dictionary(anyName, fc.oneof(trickyText, fc.integer(), fc.constant(null)), {
      maxKeys: 2,
    });
  }
  if (schema instanceof z.ZodNumber) return fc.oneof(fc.integer(), fc.double({ noNaN: true }));
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (!(schema instanceof z.ZodObject)) return trickyText;
  const fields = Object.entries<z.core.$ZodType>(schema.shape);
  return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, anyOf(field)])));
}

describe.each(eventTypes)("the snapshot of %s", (type) => {
  const { data: schema } = eventDefinition(type);

  test.each(standings.map((roles) => ({ roles })))(
    "is cut as it is projected, for $roles",
    ({ roles }) => {
      fc.assert(
        fc.property(anyOf(schema), (value) => {
          fc.pre(hasOnlyNamed(schema, value));
          const text = JSON.stringify(value);
          const projected = project(schema, JSON.parse(text), roles);
          expect(projectText(schema, text, roles)).toBe(JSON.stringify(projected));
        }),
        { numRuns: 20 },
      );
    },
  );

  test("holds nothing unnamed in the worked example", () => {
    expect(hasOnlyNamed(schema, exampleOf(schema))).toBe(true);
  });
});

describe("hasOnlyNamed()", () => {
  const schema = z.object({
    seen: z.string().nullable(),
    kept: z.string().meta({ hiddenFrom: ["epc"] }),
    list: z.array(z.object({ one: z.number() })),
    free: z.record(z.string(), z.string()),
  });
  const value = { seen: "a", kept: "b", list: [{ one: 1 }], free: { any: "c" } };

  test("takes what the schema names", () => {
    expect(hasOnlyNamed(schema, value)).toBe(true);
    expect(hasOnlyNamed(schema, { ...value, seen: null })).toBe(true);
  });

  test.each([
    ["a field more", { ...value, more: 1 }],
    ["a field more in a list", { ...value, list: [{ one: 1, two: 2 }] }],
    ["an object in place of a text", { ...value, seen: { kept: "b" } }],
    ["a list in place of an object", { ...value, list: [[1]] }],
    ["an object in place of a list", { ...value, list: { one: 1 } }],
    ["the name of a hidden field in a record", { ...value, free: { kept: "c" } }],
    ["a name that JSON writes otherwise in a record", { ...value, free: { 'a"kept': "c" } }],
    ["an object in a record", { ...value, free: { any: { kept: "c" } } }],
    ["a name of every object", { ...value, constructor: "c" }],
  ])("does not take %s", (_, other) => {
    expect(hasOnlyNamed(schema, other)).toBe(false);
  });
});

describe("projectText()", () => {
  test("does not cut where a name does not tell what is hidden", () => {
    const hidden = z.string().meta({ hiddenFrom: ["epc"] });
    const twice = z.object({
      own: z.object({ note: hidden }),
      theirs: z.object({ note: z.string() }),
    });
    const parts = z.object({ own: z.object({ note: z.string() }).meta({ hiddenFrom: ["epc"] }) });
    const free = z.object({ own: hidden, any: z.unknown() });

    for (const schema of [twice, parts, free]) {
      expect(projectText(schema, "{}", ["epc"])).toBeNull();
    }
    expect(projectText(twice, '{"own":1}', ["sales_org"])).toBe('{"own":1}');
  });
});

describe("shapeOf()", () => {
  const schema = z.object({ one: z.string(), list: z.array(z.object({ two: z.number() })) });

  test("is the same for what names and hides the same", () => {
    const described = schema.extend({
      one: z.string().max(5).meta({ description: "Other words." }),
    });
    expect(shapeOf(described)).toBe(shapeOf(schema));
  });

  test.each([
    ["a field more", schema.extend({ three: z.string() })],
    ["a field less", schema.omit({ one: true })],
    ["a field hidden", schema.extend({ one: z.string().meta({ hiddenFrom: ["epc"] }) })],
    ["a field less hidden", schema.extend({ one: z.string().meta({ hiddenFrom: ["sales_org"] }) })],
    ["a list no more", schema.extend({ list: z.object({ two: z.number() }) })],
    ["another kind", schema.extend({ one: z.number() })],
  ])("differs with %s", (_, other) => {
    expect(shapeOf(other)).not.toBe(shapeOf(schema));
  });
});
