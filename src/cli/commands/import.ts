import { readFile, realpath, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Import } from "../../contract/resources/import.ts";
import type { Command, Context } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import type { Given } from "../lib/given.ts";
import { createFaultReport, createImporter, unwritable, type Totals } from "../lib/importing.ts";
import { formatOf, readRows, rowFormats, type RowFormat } from "../lib/rows.ts";
import { confirm } from "../lib/show.ts";

const toldOrSilent = ["told", "silent"] as const;

export const importCustomers: Command = {
  name: "import",
  summary: "Take over customers from a CSV or NDJSON file",
  description:
    "Says first what it would do, with every fault by its line, and asks before it changes anything. A customer is found by the id that it has in the other system: the same file again changes nothing. Rows that do not fit are left out and listed. It can be broken off and goes on where it stopped (--resume).",
  arguments: [{ name: "file", about: "leads.csv, leads.ndjson" }],
  options: [
    { flags: "--system <name>", about: "the system that the ids are of, such as crm" },
    {
      flags: "--events <how>",
      about: "told: each change is an event; silent: nobody is told",
    },
    {
      flags: "--map <field=column>",
      about:
        "which column gives a field; those with the field's name, or another known one such as Lead ID, are found",
      repeats: true,
    },
    { flags: "--mapping <file>", about: "JSON of fields and columns, instead of finding them" },
    { flags: "--save-mapping <file>", about: "keep the mapping for the next file" },
    { flags: "--format <how>", about: rowFormats.join(", ") },
    { flags: "--resume <import>", about: "go on with an import that was begun" },
    { flags: "--dry-run", about: "only say what would be done" },
    { flags: "--faults <file>", about: "write all faults there, one JSON object a line" },
  ],
  answers: "{import, rows, created, updated, unchanged, refused}, and before it each fault",
  examples: [
    "import leads.csv --system crm --events told --dry-run",
    'import leads.csv --system crm --events silent --map "external_id=Record No" --yes',
    "import leads.csv --resume imp_…",
  ],
  async run(context, given) {
    const { terminal } = context;
    const path = given.word(0);
    const format = given.choice("format", rowFormats) ?? formatOf(path);
    for (const target of [given.text("faults"), given.text("saveMapping")]) {
      if (target !== undefined) await requireAnother(path, target);
    }
    const begin = await beginning(context, given, { path, format });
    // Before anything is sent: an import that was begun stays.
    const faults = createFaultReport(context, given.text("faults"));
    const begun = await begin();
    const importer = createImporter(context, begun, { path, format });
    terminal.say(`Import ${begun.id}, after line ${begun.line}`);
    const preview = await importer.walk({ isDryRun: true, onFaults: faults.add });
    faults.end();
    terminal.say(`Would be ${words(preview)}`);
    const goOn = `heliograph import ${path} --resume ${begun.id}`;
    if (given.isOn("dryRun")) {
      answer(context, begun, preview);
      return terminal.say(`To take them: ${goOn}`);
    }
    await confirm(context, `Take ${preview.created + preview.updated} customers?`);
    const done = await importer
      .walk({ isDryRun: false, onFaults: () => undefined })
      .catch((error: unknown) => {
        terminal.say(`To go on where it stopped: ${goOn}`);
        throw error;
      });
    await context.client().imports.finish({ id: begun.id });
    answer(context, begun, done);
    if (done.refused > 0) {
      throw new Failure(
        "not_met",
        `${done.refused} rows do not fit and were left out`,
        `Mend them and run the file again: what was taken is found by its id`,
      );
    }
  },
};

const words = ({ created, updated, unchanged, refused }: Totals) =>
  `${created} made, ${updated} changed, ${unchanged} the same, ${refused} left out because they do not fit`;

function answer({ terminal, isJson }: Context, { id }: Import, totals: Totals): void {
  terminal.out(isJson ? JSON.stringify({ import: id, ...totals }) : words(totals));
}

interface File {
  readonly path: string;
  readonly format: RowFormat;
}

/** What is read must not be written over, by whatever name. */
async function requireAnother(source: string, target: string): Promise<void> {
  const real = (path: string) => realpath(path).catch(() => resolve(path));
  if ((await real(source)) !== (await real(target))) return;
  throw new Failure("usage", `${target} is the file that is imported; write to another`);
}

/** What gets the import to go on with, or makes a new one, once all that was given is found to fit. */
async function beginning(
  context: Context,
  given: Given,
  file: File,
): Promise<() => Promise<Import>> {
  const { imports } = context.client();
  const resumed = given.text("resume");
  if (resumed !== undefined) return () => imports.get({ id: resumed });
  const system = given.text("system");
  const events = given.choice("events", toldOrSilent);
  if (system === undefined || events === undefined) {
    throw new Failure("usage", "import wants --system and --events told or silent");
  }
  const mapping = await mappingOf(context, given, file);
  const target = given.text("saveMapping");
  if (target !== undefined) {
    await writeFile(target, `${JSON.stringify(mapping, null, 2)}\n`).catch((error: unknown) => {
      throw unwritable(target, error);
    });
  }
  return () => imports.create({ name: file.path, system, events, mapping });
}

/** Which column gives which field; null for records that have our own names already. */
async function mappingOf(
  { terminal }: Context,
  given: Given,
  { path, format }: File,
): Promise<Record<string, string> | null> {
  const { isImportField, suggestMapping } = await import("../../contract/importRow.ts");
  const first = await readRows(path, format).next();
  if (first.done) throw new Failure("usage", `${path} holds no rows`);
  const columns = Object.keys(first.value.values);
  const named = given.texts("map").map((each) => {
    const cut = each.indexOf("=");
    const [field, column] = [each.slice(0, cut), each.slice(cut + 1)];
    if (cut < 1 || !isImportField(field)) {
      throw new Failure("usage", `--map takes field=column, and ${each} names no field`);
    }
    if (!columns.includes(column)) {
      throw new Failure("usage", `There is no column ${column}`, `There are ${columns.join(", ")}`);
    }
    return [field, column] as const;
  });
  const source = given.text("mapping");
  const isOurs = format === "ndjson" && columns.includes("address") && source === undefined;
  if (isOurs && named.length === 0) return null;
  const found = source === undefined ? suggestMapping(columns) : await readMapping(source);
  const mapping = { ...found, ...Object.fromEntries(named) };
  for (const [field, column] of Object.entries(mapping)) terminal.say(`${field} ← ${column}`);
  const left = columns.filter((column) => !Object.values(mapping).includes(column));
  if (left.length > 0) terminal.say(`Not taken: ${left.join(", ")}`);
  if (mapping["external_id"] !== undefined) return mapping;
  throw new Failure(
    "usage",
    "No column gives external_id, by which a customer is found again",
    `--map external_id=COLUMN, one of ${columns.join(", ")}`,
  );
}

async function readMapping(path: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Record<string, string>;
  } catch (error) {
    throw new Failure("usage", `${path} cannot be read: ${(error as Error).message}`);
  }
}
