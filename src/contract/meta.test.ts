import { describe, expect, test } from "vitest";
import { z } from "zod";
import { envelopeOf, eventTypes } from "./catalogue.ts";
import { answerHeaders, deliveryHeaders, requestHeaders } from "./headers.ts";
import { exampleOf, metaOf, unwrap } from "./meta.ts";
import { operation, operationNames } from "./operations.ts";
import { Problem } from "./problem.ts";
import { resourceInfo, resources } from "./resource.ts";

/** Every schema whose fields the reference shows, by a name for the report. */
const described: readonly (readonly [name: string, schema: z.core.$ZodType])[] = [
  ...[...resources().keys()].map((schema) => [resourceInfo(schema).name, schema] as const),
  ...eventTypes.map((type) => [type, envelopeOf(type)] as const),
  ...operationNames.flatMap((name) => {
    const { params, query, body, answer } = operation(name);
    return Object.entries({ params, query, body, answer }).map(
      ([part, schema]) => [`${name} ${part}`, schema] as const,
    );
  }),
  ["delivery headers", deliveryHeaders],
  ["request headers", requestHeaders],
  ["answer headers", answerHeaders],
  ["problem", Problem],
];

describe("every field", () => {
  test.each(described)("of %s says what it is", (_, schema) => {
    expect(faults(schema, "")).toEqual([]);
  });
});

/** What a reader of the reference would miss. */
function faults(schema: z.core.$ZodType, path: string): string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return faults(inner.element, `${path}[]`);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as z.core.$ZodShape).flatMap(([name, field]) => {
    const place = `${path}/${name}`;
    return ownFaults(field)
      .map((fault) => `${place}: ${fault}`)
      .concat(faults(field, place));
  });
}

function ownFaults(field: z.core.$ZodType): string[] {
  const { description, unit } = metaOf(field);
  const inner = unwrap(field);
  const isNumber = inner instanceof z.ZodNumber;
  return [
    ...(description ? [] : ["no description"]),
    ...(isNumber && !unit ? ["no unit"] : []),
    ...(hasExample(field) ? [] : ["no example"]),
    ...(isFalseExample(field) ? ["the example does not fit"] : []),
  ];
}

/** Codes and literals must not rest on the first value being a good example. */
function hasExample(field: z.core.$ZodType): boolean {
  const inner = unwrap(field);
  if (inner instanceof z.ZodArray)
    return metaOf(field).example !== undefined || hasExample(inner.element);
  if (inner instanceof z.ZodObject) return true;
  return metaOf(field).example !== undefined;
}

function isFalseExample(field: z.core.$ZodType): boolean {
  if (unwrap(field) instanceof z.ZodFile) return false;
  return !z.safeParse(field, exampleOf(field)).success;
}
