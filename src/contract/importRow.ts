import { z } from "zod";
import { metaOf, unwrap } from "./meta.ts";
import { customerOperations } from "./operations/customers.ts";

/** A field of a customer that a column of a file may give. */
export interface ImportField {
  /** Its name; with a dot for a part of the address. */
  readonly path: string;
  readonly description: string;
  readonly example: unknown;
  /** Whether its value is a number, which a file may write as text. */
  readonly isNumber: boolean;
  /** Whether a customer cannot be made without. */
  readonly isRequired: boolean;
  /** Other names of it, in the industry and in Enerflo. */
  readonly otherNames: readonly string[];
}

/** What a row makes: the body of `upsertCustomer`, whose `external_id` is a field of its own. */
export const ImportedCustomer = customerOperations.upsertCustomer.body.omit({ external_ids: true });

/** By what a customer is found: the other system, and the id there. */
export const customerKey = customerOperations.upsertCustomer.params.shape;

/** The id that a customer has in the system that the file is from. */
export const externalIdField = "external_id";
const customField = /^custom\.[A-Za-z0-9_.-]{1,64}$/;

/** All fields that columns may give, besides `custom.<name>`. */
export const importFields: readonly ImportField[] = [
  {
    path: externalIdField,
    description: "Id of the customer in the system that the file is from.",
    example: "L-20931",
    isNumber: false,
    isRequired: true,
    otherNames: ["id", "lead_id", "customer_id"],
  },
  ...fieldsOf(ImportedCustomer),
];

const byPath = new Map(importFields.map((field) => [field.path, field]));

/** Whether a column may be mapped to this field. */
export const isImportField = (path: string): boolean => byPath.has(path) || customField.test(path);

function fieldsOf(schema: z.ZodObject, within = ""): ImportField[] {
  return Object.entries(schema.shape as z.core.$ZodShape).flatMap(([name, field]) => {
    if (name === "custom") return [];
    const inner = unwrap(field);
    if (inner instanceof z.ZodObject) return fieldsOf(inner, `${name}.`);
    const { description = "", example, orangeButton, enerflo } = metaOf(field);
    return [
      {
        path: `${within}${name}`,
        description,
        example,
        isNumber: inner instanceof z.ZodNumber,
        isRequired: !z.safeParse(field, undefined).success,
        otherNames: [name, orangeButton, enerflo].filter((other) => other !== undefined),
      },
    ];
  });
}

/** Which column gives which field, by the field's path. */
export type Mapping = Readonly<Record<string, string>>;

/** The mapping that the names of the columns suggest: equal but for case and punctuation. */
export function suggestMapping(columns: readonly string[]): Record<string, string> {
  const known = new Map(columns.toReversed().map((column) => [plain(column), column]));
  const mapping: Record<string, string> = {};
  for (const { path, otherNames } of importFields) {
    const column = [path, ...otherNames].map((name) => known.get(plain(name))).find(Boolean);
    if (column !== undefined) mapping[path] = column;
  }
  return mapping;
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** One row of a file: by column, or a record as it is where nothing is mapped. */
export type ImportRow = Readonly<Record<string, unknown>>;

/** What a row says, not checked yet. Empty values are left out: they leave what is there as it is. */
export function readRow(row: ImportRow, mapping: Mapping | null) {
  if (mapping === null) {
    const { [externalIdField]: id, ...body } = row;
    return { externalId: idOf(id), body };
  }
  const body: Record<string, unknown> = {};
  for (const [path, column] of Object.entries(mapping)) {
    const value = valueOf(row[column], byPath.get(path)?.isNumber === true);
    if (path !== externalIdField && value !== undefined) put(body, path, value);
  }
  return { externalId: idOf(row[mapping[externalIdField] ?? ""]), body };
}

/** Ids are text, whatever a file writes them as. */
const idOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() : "";

/** `4,200` and ` 4200 ` are numbers where one is wanted; what is none stays, and is refused as what it is. */
function valueOf(value: unknown, isNumber: boolean): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "string") return value;
  const trimmed = value.trim();
  if (trimmed === "") return undefined;
  const isWritten = isNumber && /^-?\d{1,3}(,?\d{3})*(\.\d+)?$|^-?\d+(\.\d+)?$/.test(trimmed);
  return isWritten ? Number(trimmed.replaceAll(",", "")) : trimmed;
}

function put(body: Record<string, unknown>, path: string, value: unknown): void {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    body[name] = value;
    return;
  }
  const within = (body[name] ?? {}) as Record<string, unknown>;
  within[rest.join(".")] = value;
  body[name] = within;
}

/** The column that a place in the body came from; undefined where none did. */
export function columnOf(at: string, mapping: Mapping | null): string | undefined {
  const path = at.slice(1).replaceAll("/", ".");
  return mapping?.[path];
}
