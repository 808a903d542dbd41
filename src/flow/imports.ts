import { invalid, refuse, type InvalidValue } from "../contract/errors.ts";
import {
  columnOf,
  customerKey,
  externalIdField,
  ImportedCustomer,
  readRow,
} from "../contract/importRow.ts";
import { misfitsOf } from "../contract/misfits.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Address, type Customer } from "../contract/resources/customer.ts";
import type { Import, ImportedRows, ImportFault } from "../contract/resources/import.ts";
import type { Db } from "../base/database.ts";
import { lockExternalIds } from "../store/customerExternalIds.ts";
import * as store from "../store/imports.ts";
import { usersOf } from "../store/organizations.ts";
import { changesBetween, merged } from "./changes.ts";
import { command } from "./command.ts";
import type { Context } from "./context.ts";
import { change, make } from "./customers.ts";
import { organizationOf, page } from "./reads.ts";
import { notFound, type Work } from "./work.ts";

/** Customers of a file, taken over batch by batch: each batch is one transaction, so that it can stop and go on anywhere. */

export const createImport = command(
  "create_import",
  async (work, { body }: OperationInput<"createImport">) => {
    const { mapping } = body;
    if (mapping !== null && mapping[externalIdField] === undefined) {
      throw invalid(
        `/mapping/${externalIdField}`,
        "Is required: without an id of its own a row would be a new customer each time",
      );
    }
    const organizationId = organizationOf(work.context);
    return store.insertImport(work.tx, { ...body, organizationId });
  },
);

/** One import of the caller's. @throws {ApiError} `not_found` */
export const getImport = (context: Context, { params }: OperationInput<"getImport">) =>
  own(context, context.sql, params.id);

export async function listImports(context: Context, { query }: OperationInput<"listImports">) {
  return page(await store.listImports(context.sql, organizationOf(context), query), query);
}

/** Rows that were not taken, by their lines. @throws {ApiError} `not_found` */
export async function listImportFaults(
  context: Context,
  { params, query }: OperationInput<"listImportFaults">,
) {
  const { id } = await own(context, context.sql, params.id);
  const found = await store.listFaults(context.sql, { id, ...query });
  const data = found.slice(0, query.limit);
  const last = found.length > data.length ? data.at(-1) : undefined;
  return { data, next: last ? String(last.line) : null };
}

export const finishImport = command(
  "finish_import",
  async (work, { params }: OperationInput<"finishImport">) => {
    const { id } = await openImport(work, params.id);
    return store.finishImport(work.tx, id);
  },
);

export const takeImportRows = command(
  "import_customers",
  async (work, { params, body }: OperationInput<"takeImportRows">): Promise<ImportedRows> => {
    const { after_line, rows, dry_run: isDryRun } = body;
    const begun = isDryRun
      ? await own(work.context, work.tx, params.id)
      : await openImport(work, params.id);
    requireAscending(after_line, rows);
    if (!isDryRun && after_line > begun.line) {
      throw refuse("import_in_order", `Lines after ${begun.line} come next, not ${after_line}`);
    }
    const fresh = isDryRun ? rows : rows.filter(({ line }) => line > begun.line);
    const batch = await readBatch(work, begun, fresh, isDryRun);
    const done: Done = {
      ...noneDone,
      faults: [],
      line: Math.max(begun.line, rows.at(-1)?.line ?? 0),
    };
    for (const row of batch) await take(work, begun, row, { done, isDryRun });
    if (begun.events === "silent") work.tellNobody();
    if (!isDryRun) await store.keepBatch(work.tx, begun.id, done);
    return { ...done, skipped: rows.length - fresh.length };
  },
);

/** Counted up while the batch is taken. */
type Done = ImportedRows;
const noneDone = { created: 0, updated: 0, unchanged: 0, refused: 0, skipped: 0 };

/** A row with what is there already. */
interface ReadRow {
  readonly line: number;
  readonly system: string;
  readonly externalId: string;
  readonly body: ImportedCustomerBody;
  readonly errors: readonly InvalidValue[];
  /** Customers by external id, shared by the batch: two rows may be of one customer. */
  readonly known: Map<string, Customer>;
}
type ImportedCustomerBody = ReturnType<typeof ImportedCustomer.parse>;

type Rows = OperationInput<"takeImportRows">["body"]["rows"];

function requireAscending(after: number, rows: Rows): void {
  let last = after;
  for (const [place, { line }] of rows.entries()) {
    if (line <= last) throw invalid(`/rows/${place}/line`, `Must be more than ${last}, is ${line}`);
    last = line;
  }
}

/** Checks the rows against the contract, and reads at once what all of them are about. */
async function readBatch(
  work: Work,
  { system, mapping }: Import,
  rows: Rows,
  isDryRun: boolean,
): Promise<ReadRow[]> {
  const organizationId = organizationOf(work.context);
  const read = rows.map(({ line, values }) => ({
    line,
    ...checked(readRow(values, mapping)),
  }));
  const ids = [...new Set(read.map(({ externalId }) => externalId))];
  if (!isDryRun)
    await lockExternalIds(
      work.tx,
      organizationId,
      ids.map((id) => [system, id]),
    );
  const known = await store.customersByExternalId(work.tx, { organizationId, system, ids });
  const named = read.flatMap(({ body }) => [body.rep_id, body.setter_id]).filter(isText);
  const users = await usersOf(work.tx, organizationId, [...new Set(named)]);
  const ofOthers = (row: ImportedCustomerBody): InvalidValue[] =>
    (["rep_id", "setter_id"] as const).flatMap((field) => {
      const user = row[field];
      const isOthers = isText(user) && !users.has(user);
      return isOthers ? [{ at: `/${field}`, message: `No user ${user} of this organization` }] : [];
    });
  return read.map(({ line, externalId, body, errors }) => ({
    line,
    externalId,
    body,
    system,
    known,
    errors: [...errors, ...ofOthers(body)],
  }));
}

const isText = (value: unknown): value is string => typeof value === "string";

/** A body that does not fit is empty, and never used. */
function checked({ externalId, body }: ReturnType<typeof readRow>) {
  const { data, error } = ImportedCustomer.safeParse(body, { reportInput: true });
  const errors = error ? misfitsOf(ImportedCustomer, error, "body") : [];
  if (!customerKey.external_id.safeParse(externalId).success) {
    errors.unshift({ at: `/${externalIdField}`, message: "Must be 1 to 255 characters" });
  }
  return { externalId, body: data ?? ({} as ImportedCustomerBody), errors };
}

interface Taking {
  readonly done: Done;
  readonly isDryRun: boolean;
}

/** Makes or changes the customer of one row; what the flow refuses is a fault of that row alone. */
async function take(
  work: Work,
  { mapping }: Import,
  row: ReadRow,
  { done, isDryRun }: Taking,
): Promise<void> {
  const before = row.known.get(row.externalId);
  const outcome =
    row.errors.length > 0 ? { errors: row.errors } : await tried(work, row, { before, isDryRun });
  if ("errors" in outcome) {
    done.refused += 1;
    done.faults.push(faultOf(row, outcome.errors, mapping));
    return;
  }
  done[outcome.became] += 1;
  row.known.set(row.externalId, outcome.customer);
}

type Outcome =
  | { readonly became: "created" | "updated" | "unchanged"; readonly customer: Customer }
  | { readonly errors: readonly InvalidValue[] };

async function tried(
  work: Work,
  row: ReadRow,
  { before, isDryRun }: { before: Customer | undefined; isDryRun: boolean },
): Promise<Outcome> {
  if (before && !differs(before, row)) return { became: "unchanged", customer: before };
  const became = before ? "updated" : "created";
  // Nothing is written for a preview; a second row of the same customer then counts as a change of it.
  if (isDryRun) return { became, customer: before ?? ({ ...row.body } as unknown as Customer) };
  const attempt = await work.attempt(() => write(work, row, before));
  if (attempt.refusal) {
    const { errors, message } = attempt.refusal;
    return { errors: errors ?? [{ at: "", message }] };
  }
  return { became, customer: attempt.answer };
}

async function write(work: Work, row: ReadRow, before: Customer | undefined): Promise<Customer> {
  if (before) return change(work, await work.openCustomer(before.id), row.body);
  const external_ids = { [row.system]: row.externalId };
  return make(work, { ...row.body, external_ids, address: Address.parse(row.body.address) });
}

const differs = (before: Customer, { body }: ReadRow) =>
  changesBetween("customer", before, { ...before, ...merged(before, body) }) !== null;

const faultOf = (
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

/** An import of the caller's that goes on, locked. @throws {ApiError} `not_found`, `import_open` */
async function openImport({ context, tx }: Work, id: string): Promise<Import> {
  const found = await store.lockImport(tx, { id, organizationId: organizationOf(context) });
  if (!found) throw notFound("import", id);
  if (found.finished_at) {
    throw refuse("import_open", `It was finished at ${found.finished_at}; begin another`);
  }
  return found;
}

async function own(context: Context, db: Db, id: string): Promise<Import> {
  const found = await store.findImport(db, { id, organizationId: organizationOf(context) });
  if (!found) throw notFound("import", id);
  return found;
}
