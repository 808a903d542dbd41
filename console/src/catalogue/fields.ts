import type { Party } from "../../../src/contract/meta.ts";
import { stageOf } from "./stages.ts";

/** A part of a JSON Schema, as far as the field table reads it. */
interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly "x-unit"?: string;
  readonly "x-hidden-from"?: readonly Party[];
  readonly "x-personal-data"?: boolean;
}

/** The JSON Schema of an event's body, as the API gives it. */
export interface BodySchema extends Node {
  readonly $defs?: Readonly<Record<string, Node>>;
}

/** One field of an event's body. */
export interface FieldRow {
  /** Path within its record: `address.zip`, `modules[].name`. */
  readonly path: string;
  readonly type: string;
  /** Whether it is there whenever its record is; else only sometimes. */
  readonly isAlways: boolean;
  readonly description: string;
  readonly unit: string | undefined;
  readonly example: string | undefined;
  readonly values: readonly string[];
  /** Who never gets it. */
  readonly hiddenFrom: readonly Party[];
  readonly isPersonal: boolean;
}

/** Fields that belong together: the envelope, or one record of the data. */
export interface FieldGroup {
  /** Path of the record in the body; empty for the envelope. */
  readonly path: string;
  readonly description: string;
  readonly isNullable: boolean;
  readonly rows: readonly FieldRow[];
}

/** Deeper than this no record of the contract goes; a schema that refers to itself ends here. */
const deepest = 6;

/** The fields of a body, record by record, the envelope last: it is the same for every event. */
export function fieldGroupsOf(schema: BodySchema): readonly FieldGroup[] {
  const defs = schema.$defs ?? {};
  const { data, ...envelope } = schema.properties ?? {};
  const inner = data ? plain(data, defs).node : {};
  const records = Object.entries(inner.properties ?? {}).map(([name, child]): FieldGroup => {
    const { node, isNullable } = plain(child, defs);
    return {
      path: `data.${name}`,
      description: node.description ?? "",
      isNullable,
      rows: rowsOf(node, defs, "", 0),
    };
  });
  const head = { properties: envelope, required: schema.required ?? [] };
  return [
    ...records,
    {
      path: "",
      description: "Around the data of every event.",
      isNullable: false,
      rows: rowsOf(head, defs, "", 0),
    },
  ];
}

/** The groups with the one in front that an event is about: the record that its name ends with, else that of its stage. */
export function subjectFirst(type: string, groups: readonly FieldGroup[]): readonly FieldGroup[] {
  const nameOf = ({ path }: FieldGroup) => path.replace("data.", "");
  const endOf = (group: FieldGroup) => {
    const name = nameOf(group);
    return name === "" || !type.includes(name) ? 0 : type.lastIndexOf(name) + name.length;
  };
  const ofStage = groups.find((group) => nameOf(group) === stageOf(type).toLowerCase());
  const [named] = groups
    .filter((group) => endOf(group) > 0)
    .toSorted(
      (one, other) => endOf(other) - endOf(one) || nameOf(other).length - nameOf(one).length,
    );
  const subject = named ?? ofStage;
  return subject ? [subject, ...groups.filter((group) => group !== subject)] : groups;
}

type Defs = Readonly<Record<string, Node>>;

/** A node without its reference and without the choice of null. */
function plain(given: Node, defs: Defs): { node: Node; isNullable: boolean } {
  const { $ref, ...own } = given;
  const node: Node = $ref === undefined ? given : { ...defs[$ref.split("/").at(-1) ?? ""], ...own };
  const { anyOf, ...rest } = node;
  const others = anyOf?.filter(({ type }) => type !== "null");
  const [only] = others ?? [];
  if (!anyOf || !only || others?.length !== 1) {
    return { node, isNullable: [node.type].flat().includes("null") };
  }
  const found = plain(only, defs);
  return { node: { ...found.node, ...rest }, isNullable: anyOf.length > 1 || found.isNullable };
}

function rowsOf(record: Node, defs: Defs, before: string, depth: number): FieldRow[] {
  const required = new Set(record.required);
  return Object.entries(record.properties ?? {}).flatMap(([name, child]) => {
    const { node, isNullable } = plain(child, defs);
    const item = node.items && plain(node.items, defs).node;
    const path = `${before}${name}`;
    const [example] = node.examples ?? [];
    const row: FieldRow = {
      path,
      type: `${typeOf(node, item, defs)}${isNullable ? " or null" : ""}`,
      isAlways: required.has(name),
      description: node.description ?? "",
      unit: node["x-unit"],
      example: example === undefined ? undefined : shown(example),
      values: (node.enum ?? item?.enum ?? []).filter((value) => value !== null).map(shown),
      hiddenFrom: node["x-hidden-from"] ?? [],
      isPersonal: node["x-personal-data"] === true,
    };
    if (depth >= deepest) return [row];
    const inner = item?.properties
      ? rowsOf(item, defs, `${path}[].`, depth + 1)
      : rowsOf(node, defs, `${path}.`, depth + 1);
    return [row].concat(inner);
  });
}

const words: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  object: "record",
  array: "list",
};
const formats: Readonly<Record<string, string>> = {
  "date-time": "instant",
  date: "day",
  email: "e-mail address",
  uri: "URL",
};

function typeOf(node: Node, item: Node | undefined, defs: Defs): string {
  if (node.const !== undefined) return shown(node.const);
  if (node.enum) return "one of";
  if (node.format !== undefined) return formats[node.format] ?? node.format;
  if (item) return `list of ${typeOf(item, item.items, defs)}`;
  if (typeof node.additionalProperties === "object" && !node.properties) {
    const { node: value } = plain(node.additionalProperties, defs);
    return `map of ${value.anyOf ? "values" : typeOf(value, value.items, defs)}`;
  }
  const named = [node.type ?? "any"].flat().filter((type) => type !== "null");
  return named.map((type) => words[type] ?? type).join(" or ");
}

/** A value as the table writes it. */
export const shown = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
