import { z } from "zod";
import { eventDefinition, eventTypes } from "../../src/contract/catalogue.ts";
import { envelopeFields } from "../../src/contract/event.ts";
import { metaOf, unwrap } from "../../src/contract/meta.ts";
import { operation, operationNames } from "../../src/contract/operations.ts";
import { resourceInfo, resources } from "../../src/contract/resource.ts";
import { descriptionOf, exampleText, fieldsOf, hiddenOf, unitOf, type Field } from "./fields.ts";
import { anchor, code, codes, page, table } from "./markdown.ts";

interface Section {
  readonly name: string;
  readonly summary: string;
  readonly schema: z.core.$ZodType;
  /** Prefix of its ids, for records. */
  readonly prefix?: string;
}

/** `dictionary.md`: every field of every record and of the envelope, and every list of codes. */
export function dictionaryPage(): string {
  const sections = [envelope(), ...records(), ...otherParts()];
  const fields = [...sections.map(({ schema }) => schema), ...calls()].flatMap((schema) =>
    fieldsOf(schema),
  );
  return page(
    "# Data dictionary",
    "Every field of every record and of the body around an event. The same names are used in the API, in events, in the database and here.",
    [
      "- **Unit**: of numbers. Money is in whole US cents; instants are RFC 3339 in UTC, days are `YYYY-MM-DD`.",
      "- **Orange Button**: name of the same thing in the Orange Button taxonomy.",
      "- **Enerflo**: name of the same thing in Enerflo 1.0.",
      "- **Personal**: tells something about an identifiable person.",
      "- **Hidden from**: the party that never sees the field, neither in events nor in answers.",
    ].join("\n"),
    table(
      ["Section", "What it is", "Ids"],
      sections.map(({ name, summary, prefix }) => [
        `[${name}](#${anchor(name)})`,
        summary,
        prefix === undefined ? "" : code(`${prefix}_…`),
      ]),
    ),
    ...sections.flatMap(sectionBlocks),
    "## Lists of codes",
    "Codes are stable: some may be added, none are renamed.",
    ...enumerations(fields),
  );
}

const envelope = (): Section => ({
  name: "envelope",
  summary: "What is around `data` in every event.",
  schema: z.object(envelopeFields),
});

/** Records in the order in which events first carry them; those that ride in no event come last, by name. */
function records(): Section[] {
  const inEvents = partsOfEvents().filter((schema) => resources().has(schema));
  const others = [...resources().keys()].filter((schema) => !inEvents.includes(schema));
  const byName = others.toSorted((one, other) =>
    resourceInfo(one).name < resourceInfo(other).name ? -1 : 1,
  );
  return [...inEvents, ...byName].map((schema) => {
    const { name, summary, prefix } = resourceInfo(schema);
    return { name, summary, prefix, schema };
  });
}

/** What rides in events without being a record. */
function otherParts(): Section[] {
  const own = partsOfEvents().filter((schema) => !resources().has(schema));
  return own.map((schema) => {
    const { id = "", description = "" } = metaOf(schema);
    return { name: id, summary: description, schema };
  });
}

const partsOfEvents = () => [
  ...new Set(
    eventTypes.flatMap((type) =>
      Object.values(eventDefinition(type).data.shape as z.core.$ZodShape).map(unwrap),
    ),
  ),
];

function sectionBlocks({ name, summary, schema }: Section): string[] {
  const head = [
    "Field",
    "Type",
    "Unit",
    "What it says",
    "Example",
    "Orange Button",
    "Enerflo",
    "Personal",
    "Hidden from",
  ];
  return [`## ${name}`, summary, table(head, fieldsOf(schema).map(row))];
}

const row = (field: Field) => [
  code(field.path),
  field.type,
  unitOf(field),
  descriptionOf(field, ""),
  exampleText(field),
  field.meta.orangeButton ?? "",
  field.meta.enerflo ?? "",
  field.meta.personal ? "yes" : "",
  hiddenOf(field),
];

/** Lists of codes also stand in what is asked and answered. */
const calls = () =>
  operationNames.flatMap((name) => {
    const { query, body, answer } = operation(name);
    return [query, body, answer];
  });

function enumerations(fields: readonly Field[]): string[] {
  const lists = new Map<string, Field>();
  for (const field of fields) {
    if (field.id !== undefined && field.values.length > 0) lists.set(field.id, field);
  }
  const names = [...lists.keys()].toSorted();
  return names.flatMap((name) => {
    const values = lists.get(name)?.values ?? [];
    return [`### ${name}`, codes(values)];
  });
}
