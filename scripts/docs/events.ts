import { z } from "zod";
import { partyNames } from "../../src/contract/access.ts";
import {
  envelopeOf,
  eventDefinition,
  eventExample,
  eventTypes,
  type EventType,
} from "../../src/contract/catalogue.ts";
import { exampleEntry } from "../../src/contract/formats/exampleEntry.ts";
import { renderBody } from "../../src/contract/formats/render.ts";
import {
  inboundAbout,
  InboundData,
  inboundExample,
  inboundSchemaVersion,
} from "../../src/contract/inbound.ts";
import { inboundType } from "../../src/contract/inboundType.ts";
import { deliveryHeaders } from "../../src/contract/headers.ts";
import { metaOf, unwrap, type Party } from "../../src/contract/meta.ts";
import { resources } from "../../src/contract/resource.ts";
import { descriptionOf, exampleText, fieldsOf, hiddenOf, typeName, unitOf } from "./fields.ts";
import { anchor, code, folded, jsonBlock, page, table } from "./markdown.ts";

const dictionary = "dictionary.md";

const audienceText = (audience: readonly Party[]) =>
  audience.map((role) => partyNames[role]).join(" and ");

/** `events.md`: all events, and what is the same in all of them. */
export function eventsPage(): string {
  const rows = eventTypes.map((type) => {
    const { label, trigger, audience } = eventDefinition(type);
    return [`[${code(type)}](events/${type}.md)`, label, trigger, audienceText(audience)];
  });
  return page(
    "# Events",
    `The ${eventTypes.length} facts that Heliograph tells, in the order in which a deal meets them. Each is sent as a signed POST to every endpoint of every company that it concerns, and stays readable in the company's feed.`,
    table(["Event", "Label", "Fires when", "Goes to"], rows),
    "## A delivery",
    "A delivery is a POST with a JSON body. Answer with any 2xx status within 15 seconds and it is settled; redirects are not followed. The body is the same on every attempt, byte for byte.",
    "### Headers",
    headersTable(),
    "### Body",
    `The same fields in every event. \`data\` differs; the page of an event says what rides in it. The machine-readable forms are in [schemas](schemas/), [openapi.json](openapi.json) (\`webhooks\`) and [asyncapi.json](asyncapi.json).`,
    envelopeTable(),
    "Receivers must bear fields that they do not know: new ones are added without a new `schema_version`.",
    "## Inbound",
    `Beside the facts of the flow an endpoint can get what other systems sent and an inlet took, by naming ${code(inboundType)} among its events: [${inboundAbout.label}](events/inbound.md).`,
  );
}

function headersTable() {
  const rows = fieldsOf(deliveryHeaders).map((field) => [
    code(field.path),
    `${field.meta.description ?? ""}${field.required ? "" : " (not always there)"}`,
    exampleText(field),
  ]);
  return table(["Header", "What it says", "Example"], rows);
}

function envelopeTable() {
  const [first] = eventTypes;
  const shape = first ? envelopeOf(first).shape : {};
  const { data: _, ...own } = shape as Record<string, z.ZodType>;
  const fields = fieldsOf(
    z.object({ ...own, type: z.enum(eventTypes).meta(metaOf(own["type"] ?? z.never())) }),
  );
  const rows = fields.map((field) => [
    code(field.path),
    field.path === "type" ? "text" : field.type,
    unitOf(field),
    field.path === "type" ? (field.meta.description ?? "") : descriptionOf(field, dictionary),
  ]);
  return table(["Field", "Type", "Unit", "What it says"], rows);
}

/** `events/<type>.md` */
export function eventPage(type: EventType): string {
  const { label, trigger, audience, subject, changes, schemaVersion } = eventDefinition(type);
  return page(
    `# ${label}`,
    trigger,
    table(
      ["Name", code(type)],
      [
        ["Goes to", audienceText(audience)],
        ["Is about", code(`data.${subject}`)],
        ["Carries `changes`", changes ? "yes: old and new values, by path" : "no"],
        ["Schema version", String(schemaVersion)],
        ["JSON Schema", `[${type}.json](../schemas/${type}.json)`],
      ],
    ),
    "## What rides in it",
    `Around it are [the fields that every event has](../events.md#body). \`data\` is a snapshot taken when the event happened, so that nobody has to call back:`,
    partsTable(type),
    `## ${code(`data.${subject}`)}`,
    subjectTable(type),
    "## Example",
    ...audience.map((role) =>
      folded(`As the ${partyNames[role]} gets it`, jsonBlock(eventExample(type, role))),
    ),
    "The same in the other formats that an endpoint can ask for:",
    ...(["enerflo_v1", "cloudevents"] as const).flatMap((format) =>
      audience.map((role) =>
        folded(
          `In ${format}, as the ${partyNames[role]} gets it`,
          jsonBlock(JSON.parse(renderBody(exampleEntry(type, role), format))),
        ),
      ),
    ),
    "[All events](../events.md)",
  );
}

/** `events/inbound.md` */
export function inboundPage(): string {
  const rows = fieldsOf(InboundData, "data").map((one) => [
    code(one.path),
    one.type,
    unitOf(one),
    descriptionOf(one, `../${dictionary}`),
  ]);
  return page(
    `# ${inboundAbout.label}`,
    inboundAbout.trigger,
    table(
      ["Name", code(inboundType)],
      [
        ["Schema version", String(inboundSchemaVersion)],
        ["JSON Schema", "[inbound.json](../schemas/inbound.json)"],
      ],
    ),
    "In `enerflo_v1` the body is the one that came, byte for byte, with the content type that it came with. In `cloudevents` it stands in `data` (or `data_base64`) with its `datacontenttype`. In our own format around it are [the fields that every event has](../events.md#body), and in `data`:",
    table(["Field", "Type", "Unit", "What it says"], rows),
    "## Example",
    folded("In our own format", jsonBlock(inboundExample())),
    "[All events](../events.md)",
  );
}

function partsTable(type: EventType) {
  const { data, subject } = eventDefinition(type);
  const rows = Object.entries(data.shape as z.core.$ZodShape).map(([name, field]) => {
    const section = sectionOf(field);
    const nullable = typeName(field).endsWith("null") ? " or null" : "";
    const about = name === subject ? " **This is what the event is about.**" : "";
    return [
      code(`data.${name}`),
      `[${section}](../${dictionary}#${anchor(section)})${nullable}`,
      `${metaOf(field).description ?? ""}${about}`,
    ];
  });
  return table(["Part", "Type", "What it is"], rows);
}

function subjectTable(type: EventType) {
  const { data, subject } = eventDefinition(type);
  const field = (data.shape as z.core.$ZodShape)[subject];
  const fields = field ? fieldsOf(field, `data.${subject}`) : [];
  const rows = fields.map((one) => [
    code(one.path),
    one.type,
    unitOf(one),
    descriptionOf(one, `../${dictionary}`),
    hiddenOf(one),
  ]);
  return table(["Field", "Type", "Unit", "What it says", "Hidden from"], rows);
}

/** Heading under which the dictionary has the fields of a part of `data`. */
function sectionOf(field: z.core.$ZodType): string {
  const inner = unwrap(field);
  return resources().get(inner)?.name ?? metaOf(inner).id ?? typeName(inner);
}
