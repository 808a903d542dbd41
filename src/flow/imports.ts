import { invalid, refuse } from "../contract/errors.ts";
import { externalIdField } from "../contract/importRow.ts";
import type { OperationInput } from "../contract/operations.ts";
import type { Import, ImportedRows } from "../contract/resources/import.ts";
import type { Db } from "../base/database.ts";
import { lockExternalIds } from "../store/customerExternalIds.ts";
import * as store from "../store/imports.ts";
import { command } from "./command.ts";
import type { Context } from "./context.ts";
import { carryOut, decide, faultOf, readRows, type Decided } from "./importBatch.ts";
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
    const line = Math.max(begun.line, rows.at(-1)?.line ?? 0);
    const decided = await take(work, begun, { rows: fresh, isDryRun });
    const done = { ...counted(decided, begun), line, skipped: rows.length - fresh.length };
    if (!isDryRun) await store.keepBatch(work.tx, begun.id, done);
    return done;
  },
);

type Rows = OperationInput<"takeImportRows">["body"]["rows"];

function requireAscending(after: number, rows: Rows): void {
  let last = after;
  for (const [place, { line }] of rows.entries()) {
    if (line <= last) throw invalid(`/rows/${place}/line`, `Must be more than ${last}, is ${line}`);
    last = line;
  }
}

/** Reads rows and what is there of their customers, decides, and writes, unless only the decision is asked for. */
async function take(
  work: Work,
  { system, mapping, events }: Import,
  { rows, isDryRun }: { rows: Rows; isDryRun: boolean },
): Promise<Decided[]> {
  const organizationId = organizationOf(work.context);
  if (events === "silent") work.tellNobody();
  const read = await readRows(work, organizationId, { rows, mapping });
  const ids = [...new Set(read.map(({ externalId }) => externalId))];
  if (!isDryRun) {
    const named = ids.map((id) => [system, id] as const);
    await lockExternalIds(work.tx, organizationId, named);
  }
  const there = await store.customersByExternalId(work.tx, { organizationId, system, ids });
  const decided = decide(read, there);
  return isDryRun ? decided : carryOut(work, decided, { system, there });
}

/** How many rows came to what, and the faults of those that were not taken. */
function counted(decided: readonly Decided[], { mapping }: Import) {
  const done = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  const faults: ImportedRows["faults"] = [];
  for (const each of decided) {
    if (each.errors) faults.push(faultOf(each.row, each.errors, mapping));
    done[each.errors ? "refused" : each.became] += 1;
  }
  return { ...done, faults };
}

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
