import { z } from "zod";
import { id, instant, text } from "../fields.ts";
import { customerKey, isImportField } from "../importRow.ts";
import { eventCount } from "./replay.ts";

const system = customerKey.system.meta({
  description: "The system that the file is from: rows find customers by their id there.",
  example: "crm",
});

const line = (description: string, example: number) =>
  z.int().nonnegative().max(1_000_000_000).meta({ description, unit: "line", example });

const mapping = z
  .record(
    z
      .string()
      .max(80)
      .refine(isImportField, { error: "Must be a field of a customer, or custom.<name>" }),
    text(200, { description: "Name of a column.", example: "First Name" }),
  )
  .meta({
    description:
      "Which column gives which field, by the field: `address.zip` and `custom.<name>` too. Null when rows are records with our own names already.",
    example: { external_id: "Lead ID", first_name: "First Name" },
  });

export const Import = z
  .object({
    id: id("imp", "Id of the import."),
    name: text(200, {
      description: "What it is of, such as the file's name.",
      example: "leads.csv",
    }),
    system,
    mapping: mapping.nullable(),
    events: z.enum(["told", "silent"]).meta({
      description:
        "`told`: each customer made or changed is an event like any other. `silent`: nobody is told; for taking over records that all sides have.",
      example: "told",
    }),
    line: line("Every row up to this line was taken; 0 before the first.", 501),
    created: eventCount("Customers made.", 480),
    updated: eventCount("Customers changed.", 12),
    unchanged: eventCount("Rows that say what is there already.", 5),
    refused: eventCount("Rows that do not fit; see its faults.", 3),
    created_at: instant({ description: "When it was begun.", example: "2026-03-02T15:04:05.120Z" }),
    finished_at: instant({
      description: "When its last row was taken, as its maker said; null while it goes on.",
      example: "2026-03-02T15:06:41.000Z",
    }).nullable(),
  })
  .meta({ id: "Import", description: "Customers taken over from a file, batch by batch." });
export type Import = z.infer<typeof Import>;

/** Rows at most in one batch: one transaction. */
export const rowsAtMost = 500;

export const ImportRows = z.strictObject({
  after_line: line("The last line before these rows: the import's `line`, or one before it.", 1),
  rows: z
    .array(
      z.strictObject({
        line: line("Where the row stands in the file.", 2),
        values: z.record(z.string().max(200), z.unknown()).meta({
          description: "Values by column, or a record.",
          example: { "Lead ID": "L-20931", "First Name": "Avery" },
        }),
      }),
    )
    .min(1)
    .max(rowsAtMost)
    .meta({ description: "The next rows, in the order of their lines." }),
  dry_run: z
    .boolean()
    .default(false)
    .meta({ description: "Only says what would be done, and changes nothing.", example: false }),
});

export const ImportFault = z
  .object({
    line: line("The line.", 17),
    external_id: z
      .string()
      .meta({ description: "Id that the row gives; empty without one.", example: "L-20947" }),
    errors: z
      .array(
        z.object({
          at: z
            .string()
            .meta({ description: "JSON Pointer to the field.", example: "/address/zip" }),
          column: z
            .string()
            .nullable()
            .meta({ description: "The column it came from, if it came from one.", example: "Zip" }),
          message: z.string().meta({
            description: "What does not fit.",
            example: 'Must be a ZIP code of 5 or 5+4 digits; is "7500"',
          }),
        }),
      )
      .meta({ description: "What does not fit." }),
  })
  .meta({ id: "ImportFault", description: "A row that was not taken, and why." });
export type ImportFault = z.infer<typeof ImportFault>;

/** What became of one batch, or would. */
export const ImportedRows = z
  .object({
    line: line("Every row up to this line was taken.", 501),
    created: eventCount("Customers made.", 480),
    updated: eventCount("Customers changed.", 12),
    unchanged: eventCount("Rows that say what is there already.", 5),
    refused: eventCount("Rows that do not fit.", 3),
    skipped: eventCount("Rows that an earlier batch brought already.", 0),
    faults: z.array(ImportFault).meta({ description: "The rows that do not fit, all of them." }),
  })
  .meta({ id: "ImportedRows", description: "What became of a batch of rows." });
export type ImportedRows = z.infer<typeof ImportedRows>;
