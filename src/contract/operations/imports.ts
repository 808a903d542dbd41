import { z } from "zod";
import { pageOf, pageQuery, queryNumber, section } from "../operation.ts";
import { Import, ImportedRows, ImportFault, ImportRows } from "../resources/import.ts";

const imports = section("imports", "flow:read", "flow:write");
const callers = ["sales_org"] as const;
const params = z.object({ id: Import.shape.id });

export const importOperations = {
  createImport: imports.create({
    path: "/imports",
    summary: "Begin to take over customers from a file",
    description: "Keeps the mapping and how far it came; rows are then given in batches.",
    callers,
    body: z.strictObject({
      name: Import.shape.name,
      system: Import.shape.system,
      mapping: Import.shape.mapping.default(null),
      events: Import.shape.events,
    }),
    answer: Import,
  }),
  listImports: imports.get({
    path: "/imports",
    summary: "List imports, newest first",
    callers,
    query: pageQuery,
    answer: pageOf(Import),
  }),
  getImport: imports.get({
    path: "/imports/{id}",
    summary: "Read how far an import has come",
    callers,
    params,
    answer: Import,
  }),
  takeImportRows: imports.command({
    path: "/imports/{id}/rows",
    summary: "Take the next rows, or only say what they would do",
    description:
      "One batch is one transaction. A customer is made, or found by its id in the import's system and changed where the row says something else; empty values leave what is there. Rows that do not fit are kept as faults and the others taken. The same batch again changes nothing: rows up to the import's `line` are skipped.",
    callers,
    params,
    body: ImportRows,
    answer: ImportedRows,
    rules: ["import_open", "import_in_order"],
    versioned: false,
  }),
  listImportFaults: imports.get({
    path: "/imports/{id}/faults",
    summary: "List the rows that did not fit, by their lines",
    callers,
    params,
    query: z.strictObject({
      limit: pageQuery.shape.limit,
      after: queryNumber()
        .default(0)
        .meta({ description: "`next` of the page before.", unit: "line", example: 17 }),
    }),
    answer: pageOf(ImportFault),
  }),
  finishImport: imports.command({
    path: "/imports/{id}/finish",
    summary: "Say that the last row was given",
    callers,
    params,
    answer: Import,
    rules: ["import_open"],
    versioned: false,
  }),
};
