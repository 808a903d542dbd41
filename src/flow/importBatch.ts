import { ApiError, type InvalidValue } from "../contract/errors.ts";
import {
  columnOf,
  customerKey,
  externalIdField,
  ImportedCustomer,
  readRow,
} from "../contract/importRow.ts";
import { misfitsOf } from "../contract/misfits.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Address, Customer } from "../contract/resources/customer.ts";
import type { Import, ImportFault } from "../contract/resources/import.ts";
import type { CustomerGraph } from "../store/deals.ts";
import { changesBetween, merged } from "./changes.ts";
import { change, make, strangersIn } from "./customers.ts";
import type { Work } from "./work.ts";

/** Rows of one batch: read, decided in memory, and then written together. */

type Rows = OperationInput<"takeImportRows">["body"]["rows"];
type ImportedBody = ReturnType<typeof ImportedCustomer.parse>;

/** A row as the contract reads it. */
export interface ReadRow {
  readonly line: number;
  readonly externalId: string;
  /** Empty and never used where something does not fit. */
  readonly body: ImportedBody;
  readonly errors: readonly InvalidValue[];
}

/** What a row comes to. */
export type Decided = { readonly row: ReadRow } & (
  | { readonly became: "created" | "updated" | "unchanged"; readonly errors?: undefined }
  | { readonly errors: readonly InvalidValue[] }
);

/** Checks rows against the contract, and whom they name. */
export async function readRows(
  work: Work,
  organizationId: string,
  { rows, mapping }: { rows: Rows; mapping: Import["mapping"] },
): Promise<ReadRow[]> {
  const read = rows.map(({ line, values }) => ({ line, ...checked(readRow(values, mapping)) }));
  const bodies = read.map(({ body }) => body);
  const strangers = await strangersIn(work, organizationId, bodies);
  return read.map(({ line, externalId, body, errors }, at) => ({
    line,
    externalId,
    body,
    errors: [...errors, ...(strangers[at] ?? [])],
  }));
}

function checked({ externalId, body }: ReturnType<typeof readRow>) {
  const { data, error } = ImportedCustomer.safeParse(body, { reportInput: true });
  const errors = error ? misfitsOf(ImportedCustomer, error, "body") : [];
  if (!customerKey.external_id.safeParse(externalId).success) {
    errors.unshift({ at: `/${externalIdField}`, message: "Must be 1 to 255 characters" });
  }
  return { externalId, body: data ?? ({} as ImportedBody), errors };
}

/**
 * What rows come to, one after the other: two of them may be of one customer.
 * @param there customers by their external ids.
 */
export function decide(rows: readonly ReadRow[], there: ReadonlyMap<string, Customer>): Decided[] {
  const known = new Map<string, Record<string, unknown>>(there);
  return rows.map((row): Decided => {
    if (row.errors.length > 0) return { row, errors: row.errors };
    const before = known.get(row.externalId);
    try {
      const after = before ? { ...before, ...merged(before, row.body) } : asMade(row);
      known.set(row.externalId, after);
      if (!before) return { row, became: "created" };
      return { row, became: changesBetween("customer", before, after) ? "updated" : "unchanged" };
    } catch (error) {
      if (error instanceof ApiError) return { row, errors: faultsOf(error) };
      throw error;
    }
  });
}

const nothing = Object.fromEntries(Object.keys(Customer.shape).map((field) => [field, null]));

/** A customer as a row will make it, for what the next row of the same customer changes. */
const asMade = ({ body }: ReadRow): Record<string, unknown> => ({
  ...nothing,
  custom: {},
  ...body,
  address: Address.parse(body.address),
});

const faultsOf = ({ errors, message }: ApiError): readonly InvalidValue[] =>
  errors ?? [{ at: "", message }];

interface Writing {
  readonly work: Work;
  readonly system: string;
  /** Customers' ids by their external ids; grows by those that are made. */
  readonly ids: Map<string, string>;
}

/**
 * Makes and changes what was decided. All of it is written together; what the flow refuses then, because somebody else
 * was at it a moment before, is a fault of its row alone.
 * @returns what the rows came to.
 */
export async function carryOut(
  work: Work,
  decided: readonly Decided[],
  { system, there }: { system: string; there: ReadonlyMap<string, Customer> },
): Promise<Decided[]> {
  const ids = new Map([...there].map(([externalId, { id }]) => [externalId, id]));
  const rows = decided
    .filter((each) => !each.errors && each.became !== "unchanged")
    .map(({ row }) => row);
  const refused = new Map(await settle({ work, system, ids }, rows));
  return decided.map((each) => {
    const refusal = refused.get(each.row);
    return refusal ? { row: each.row, errors: faultsOf(refusal) } : each;
  });
}

type Refused = readonly (readonly [ReadRow, ApiError])[];

/** Writes rows together; when one is refused nothing is left of them, and they are written by halves, until it is found. */
async function settle(writing: Writing, rows: readonly ReadRow[]): Promise<Refused> {
  const [first] = rows;
  if (!first) return [];
  const attempt = await writing.work.attempt(() => write(writing, rows));
  if (!attempt.refusal) {
    for (const [externalId, id] of attempt.answer) writing.ids.set(externalId, id);
    return [];
  }
  if (rows.length === 1) return [[first, attempt.refusal]];
  const middle = Math.ceil(rows.length / 2);
  return [
    ...(await settle(writing, rows.slice(0, middle))),
    ...(await settle(writing, rows.slice(middle))),
  ];
}

/** @returns the ids of the customers of these rows, by external id. */
async function write(
  { work, system, ids }: Writing,
  rows: readonly ReadRow[],
): Promise<Map<string, string>> {
  const known = new Set(rows.flatMap(({ externalId }) => ids.get(externalId) ?? []));
  const open = new Map<string, CustomerGraph>();
  const keep = (graphs: readonly CustomerGraph[]) => {
    // Until its customer was locked an id could be taken off it: its row makes another customer then.
    for (const graph of graphs) open.set(graph.customer.external_ids[system] ?? "", graph);
  };
  keep(known.size > 0 ? await work.openCustomers([...known]) : []);
  const fresh = new Map<string, ReadRow>();
  for (const row of rows) {
    if (!open.has(row.externalId) && !fresh.has(row.externalId)) fresh.set(row.externalId, row);
  }
  keep(
    await make(
      work,
      [...fresh.values()].map((row) => newCustomer(row, system)),
    ),
  );
  for (const row of rows) {
    const graph = open.get(row.externalId);
    if (!graph) throw new Error(`The customer of line ${row.line} is not open`);
    if (fresh.get(row.externalId) !== row) {
      open.set(row.externalId, await change(work, graph, row.body));
    }
  }
  return new Map([...open].map(([externalId, { customer }]) => [externalId, customer.id]));
}

const newCustomer = ({ externalId, body }: ReadRow, system: string) => ({
  ...body,
  external_ids: { [system]: externalId },
  address: Address.parse(body.address),
});

/** A row that was not taken, as people read it. */
export const faultOf = (
  { line, externalId }: ReadRow,
  errors: readonly InvalidValue[],
  mapping: Import["mapping"],
): ImportFault => ({
  line,
  external_id: externalId,
  errors: errors.map(({ at, message }) => ({
    at,
    column: columnOf(at, mapping) ?? null,
    message,
  })),
});
