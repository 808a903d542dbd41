import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { envelopeOf, eventDefinition, eventExample, eventTypes } from "./catalogue.ts";
import type { Party } from "./meta.ts";
import { projectedSchema } from "./projection.ts";
import { eventSchema, jsonSchemaOf, schemaPath, type JsonSchema } from "./schemas.ts";

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));

/** What a validator finds wrong, as text. Compiled once per schema, by its `$id`. */
function faults(schema: JsonSchema, value: unknown): string {
  const validate = ajv.getSchema(String(schema["$id"])) ?? ajv.compile(schema);
  return validate(value) ? "" : ajv.errorsText(validate.errors);
}

const perRole = eventTypes.flatMap((type) =>
  eventDefinition(type).audience.map((role) => [type, role] as const),
);

const hidden = { sales_org: hiddenNames("sales_org"), epc: hiddenNames("epc") };

describe("eventSchema()", () => {
  test.each(perRole)("accepts the worked example of %s as %s gets it", (type, role) => {
    const example = eventExample(type, role);

    expect(faults(eventSchema(type), example)).toBe("");
    expect(faults(eventSchema(type, role), example)).toBe("");
    const projected = projectedSchema(envelopeOf(type), [role]) as z.ZodType;
    expect(projected.safeParse(example).error).toBeUndefined();
  });

  test.each(eventTypes)("of %s is open: fields added anywhere are borne", (type) => {
    for (const role of eventDefinition(type).audience) {
      const grown = withUnknownFields(eventExample(type, role));

      expect(faults(eventSchema(type), grown)).toBe("");
      expect(faults(eventSchema(type, role), grown)).toBe("");
    }
  });

  test.each(eventTypes)("of %s asks for every field that is not hidden from somebody", (type) => {
    for (const [path, object, schema] of objectsOf(eventSchema(type))) {
      const required = (schema["required"] ?? []) as string[];
      const left = Object.keys(object).filter((name) => !required.includes(name));
      const named = left.filter((name) => !(object[name] as JsonSchema)["x-hidden-from"]);

      // Changes, and what a change order does not change, are left out.
      expect(
        named.filter((name) => name !== "changes" && !path.endsWith("ContractChanges")),
        path,
      ).toEqual([]);
    }
  });

  test.each(perRole)("%s has nothing hidden from %s, in schema and example", (type, role) => {
    const shown = namesIn(eventExample(type, role)["data"]);

    for (const [, properties] of objectsOf(eventSchema(type, role))) {
      for (const property of Object.values(properties)) {
        expect((property as JsonSchema)["x-hidden-from"] ?? []).not.toContain(role);
      }
    }
    for (const name of hidden[role]) expect(shown).not.toContain(name);
  });

  test("hides what the contract says", () => {
    expect(hidden.epc).toEqual(
      expect.arrayContaining(["commission_cents", "dealer_fee_cents", "lead_source"]),
    );
    expect(hidden.sales_org).toContain("install_cost_cents");
    const epcInstall = JSON.stringify(eventSchema("new_install", "epc"));
    expect(epcInstall).not.toContain("commission_cents");
    expect(epcInstall).toContain("install_cost_cents");
  });

  test("is refused what does not fit", () => {
    const example = eventExample("new_install", "epc");

    expect(faults(eventSchema("new_install"), { ...example, sequence: "1" })).toContain(
      "/sequence",
    );
    expect(faults(eventSchema("new_install"), { ...example, data: {} })).toContain("install");
    expect(faults(eventSchema("new_install"), { ...example, timestamp: "today" })).toContain(
      "date-time",
    );
  });

  test.each(eventTypes)(
    "of %s is valid JSON Schema with the id under which it is served",
    (type) => {
      const schema = eventSchema(type);

      expect(ajv.validateSchema(schema)).toBe(true);
      expect(schema["$id"]).toBe(schemaPath(type));
      expect(() =>
        new Ajv2020({ strict: false, validateFormats: false }).compile(schema),
      ).not.toThrow();
    },
  );
});

describe("jsonSchemaOf()", () => {
  test("maps what a field says of itself, and drops long patterns", () => {
    const { customer } = eventDefinition("new_customer").data.shape as Record<string, z.ZodType>;
    const { $defs } = jsonSchemaOf(customer ?? envelopeOf("new_customer")) as {
      $defs: Record<string, { properties: JsonSchema }>;
    };

    expect($defs["Customer"]?.properties).toMatchObject({
      annual_usage_kwh: {
        type: ["number", "null"],
        description: "Electricity used in a year before solar.",
        "x-unit": "kWh per year",
        "x-orange-button": "EnergyConsumption",
        "x-enerflo": "solar_data_current_usage",
        examples: [13500],
      },
      first_name: { "x-personal-data": true },
      lead_source: { "x-hidden-from": ["epc"] },
      created_at: { type: "string", format: "date-time" },
    });
    expect($defs["Customer"]?.properties["created_at"]).not.toHaveProperty("pattern");
    expect(JSON.stringify($defs)).not.toMatch(/"(unit|example|orangeButton|enerflo|hiddenFrom)":/);
  });
});

type Found = readonly [path: string, properties: JsonSchema, schema: JsonSchema];

/** All objects that a schema describes, by where they stand. */
function objectsOf(value: unknown, path = ""): Found[] {
  if (typeof value !== "object" || value === null) return [];
  const schema = value as JsonSchema;
  const inner = Object.entries(schema).flatMap(([key, child]) =>
    key === "examples" ? [] : objectsOf(child, `${path}/${key}`),
  );
  const isObject = schema["type"] === "object" && typeof schema["properties"] === "object";
  return isObject ? [[path, schema["properties"] as JsonSchema, schema], ...inner] : inner;
}

/** Names of the fields hidden from a party, over all events. */
function hiddenNames(role: Party): string[] {
  const names = eventTypes.flatMap((type) =>
    objectsOf(eventSchema(type)).flatMap(([, properties]) =>
      Object.keys(properties).filter((name) => {
        const from = (properties[name] as JsonSchema)["x-hidden-from"] ?? [];
        return (from as string[]).includes(role);
      }),
    ),
  );
  return [...new Set(names)];
}

function namesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name].concat(namesIn(inner)));
}

/** `value` with a field nobody knows in every object, but for maps, whose names are data. */
function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (typeof value !== "object" || value === null) return value;
  const isMap = (name: string) => ["external_ids", "custom", "changes"].includes(name);
  const grown = Object.entries(value).map(([name, inner]) => [
    name,
    isMap(name) ? inner : withUnknownFields(inner),
  ]);
  return { ...Object.fromEntries(grown), a_later_field: { of: ["any", "kind"] } };
}
