import { z } from "zod";
import { eventDefinition, type EventType } from "../catalogue.ts";
import type { Changes } from "../event.ts";
import { exampleOf, unwrap, type Party } from "../meta.ts";
import { shapeOf } from "../projectedText.ts";
import { isHidden } from "../projection.ts";
import type { FactEntry } from "./entry.ts";

/** Entries for the tests of the formats. */

const suffix = "01kb8x3f5wemztqk0k6y2v9d4a";

/** How a company can be party to a customer. */
export const standings: readonly (readonly Party[])[] = [
  ["sales_org"],
  ["epc"],
  ["sales_org", "epc"],
  ["epc", "sales_org"],
];

interface Given {
  readonly roles?: readonly Party[];
  readonly data?: unknown;
  readonly changes?: Changes | null;
  /** Whether the entry says that its data holds only what the contract names. */
  readonly isShapeKnown?: boolean;
}

/** An entry whose data and changes are the examples of the contract unless given. */
export function entryOf(type: EventType, given: Given = {}): FactEntry {
  const definition = eventDefinition(type);
  const { roles = ["sales_org"], changes = definition.changes ?? null } = given;
  return {
    event_id: `evt_${suffix}`,
    type,
    timestamp: "2026-03-10T15:47:29.120Z",
    schema_version: definition.schemaVersion,
    sequence: 1284,
    customer_sequence: 17,
    organization_id: `org_${suffix}`,
    roles,
    actor: { kind: "user", id: "usr_01kb8x3f5wemztqk0k6y2v9d4b", name: "Ola Office" },
    cause: { command: "sign_agreement", request_id: `req_${suffix}` },
    data: JSON.stringify(given.data ?? exampleOf(definition.data)),
    data_shape: given.isShapeKnown === true ? shapeOf(definition.data) : null,
    changes: changes && JSON.stringify(changes),
  };
}

/** The example of an event's data with null and empty lists wherever the schema allows them. */
export const sparseData = (type: EventType): unknown => sparse(eventDefinition(type).data);

function sparse(schema: z.core.$ZodType): unknown {
  if (isNullable(schema)) return null;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return [];
  if (inner instanceof z.ZodRecord) return {};
  if (!(inner instanceof z.ZodObject)) return exampleOf(schema);
  return mapShape(inner, sparse);
}

/** The example of an event's data with a telltale in place of every field that is hidden from `party`. */
export const markedData = (type: EventType, party: Party): unknown =>
  marked(eventDefinition(type).data, party);

export const telltaleCents = 98_765_432_100;
export const telltaleText = "Telltale";

function marked(schema: z.core.$ZodType, party: Party): unknown {
  const inner = unwrap(schema);
  if (isHidden(schema, [party])) return inner instanceof z.ZodNumber ? telltaleCents : telltaleText;
  if (!(inner instanceof z.ZodObject)) return exampleOf(schema);
  return mapShape(inner, (field) => marked(field, party));
}

/** The example of an event's data with a dealer fee in the contract price, and parts that add up with it. */
export function pricedData(type: EventType, dealer_fee_cents: number): unknown {
  const data = exampleOf(eventDefinition(type).data) as { proposal?: { pricing: object } };
  if (!data.proposal) return data;
  const own = {
    base_price_cents: 3_200_000 - dealer_fee_cents,
    equipment_cents: 6_000,
    dealer_fee_cents,
    commission_base_cents: 3_456_000 - dealer_fee_cents,
  };
  const pricing = { ...data.proposal.pricing, ...own };
  return { ...data, proposal: { ...data.proposal, pricing } };
}

const mapShape = (schema: z.ZodObject, map: (field: z.core.$ZodType) => unknown) =>
  Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => [name, map(field as z.core.$ZodType)]),
  );

function isNullable(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodNullable) return true;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return isNullable(schema.unwrap());
  }
  return false;
}

/** Every key of a value with its path and value, at any depth; list items under `[]`. */
export function fieldsOf(value: unknown, path = ""): [path: string, value: unknown][] {
  if (value === null || typeof value !== "object") return [];
  const at = (name: string) => (Array.isArray(value) ? `${path}[]` : `${path}.${name}`);
  return Object.entries(value).flatMap(([name, item]) =>
    [[at(name), item] as [string, unknown]].concat(fieldsOf(item, at(name))),
  );
}
