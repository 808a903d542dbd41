import { z } from "zod";
import { accessText, callersText } from "../../src/contract/access.ts";
import { requestHeaders } from "../../src/contract/headers.ts";
import { exampleOf, metaOf } from "../../src/contract/meta.ts";
import { bodyExamples, mediaTypes } from "../../src/contract/openapiOperation.ts";
import { probes } from "../../src/contract/openapiProbes.ts";
import { codesOf } from "../../src/contract/openapiProblems.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { operation, operationNames, type OperationName } from "../../src/contract/operations.ts";
import { resources } from "../../src/contract/resource.ts";
import { rules } from "../../src/contract/rules.ts";
import { scopes, scopeSummaries } from "../../src/contract/scopes.ts";
import { sectionSummaries, type SectionName } from "../../src/contract/sections.ts";
import { descriptionOf, exampleText, fieldsOf, hiddenOf, unitOf } from "./fields.ts";
import { anchor, code, codes, folded, jsonBlock, page, table } from "./markdown.ts";

const dictionary = "../dictionary.md";

/** Sections of the API, in order. */
export const operationTags = () => [...new Set(operationNames.map((name) => operation(name).tag))];

/** Name of the page of a section. */
export const tagFile = (tag: SectionName) =>
  `operations/${tag.toLowerCase().replaceAll(" ", "-")}.md`;

/** `operations.md`: all calls, and what is the same in all of them. */
export function operationsPage(): string {
  const headers = fieldsOf(requestHeaders).map((field) => [
    code(field.path),
    field.meta.description ?? "",
    exampleText(field),
  ]);
  return page(
    "# Operations",
    "The REST API. Every path starts with `/v1`; bodies are JSON. The machine-readable form is [openapi.json](openapi.json). A running service shows the same at `/docs/rest`, where each call can be tried.",
    "## What all calls share",
    "A key goes into `Authorization: Bearer hk_…`. It belongs to an organization, or to the operator, and has scopes:",
    table(
      ["Scope", "What it allows"],
      scopes.map((name) => [code(name), scopeSummaries[name]]),
    ),
    "Further headers of requests:",
    table(["Header", "What it does", "Example"], headers),
    'Lists take `limit` and `after` and answer `{ "data": […], "next": "…" }`; give `next` as `after` for the next page, until it is null. What can go wrong is in [errors](errors.md).',
    ...operationTags().flatMap((tag) => [
      `## ${tag[0]?.toUpperCase()}${tag.slice(1)}`,
      sectionSummaries[tag],
      table(["Call", "What it does", "Who", "Scope"], rowsOf(tag)),
    ]),
    "## Service",
    "Beside the API, without `/v1` and without a key:",
    table(
      ["Call", "What it does"],
      probes.map(({ path, summary }) => [code(`GET ${path}`), summary]),
    ),
  );
}

const rowsOf = (tag: SectionName) =>
  operationNames
    .filter((name) => operation(name).tag === tag)
    .map((name) => {
      const of = operation(name);
      return [
        `[${code(`${of.method} ${of.path}`)}](${tagFile(tag)}#${anchor(name)})`,
        of.summary,
        callersText(of),
        of.scope === null ? "" : code(of.scope),
      ];
    });

/** `operations/<section>.md` */
export function tagPage(tag: SectionName): string {
  const names = operationNames.filter((name) => operation(name).tag === tag);
  return page(
    `# ${tag[0]?.toUpperCase()}${tag.slice(1)}`,
    sectionSummaries[tag],
    names.map((name) => `- [${operation(name).summary}](#${anchor(name)})`).join("\n"),
    ...names.flatMap(operationBlocks),
    "[All operations](../operations.md)",
  );
}

function operationBlocks(name: OperationName): string[] {
  const of = operation(name);
  return [
    `## ${name}`,
    `**${of.summary}**`,
    `\`\`\`http\n${of.method} /v1${of.path}\n\`\`\``,
    of.description ?? "",
    accessLine(of),
    inputTable("Parameter", [of.params, of.query]),
    ...bodyBlocks(of),
    ...answerBlocks(of),
    ruleBlock(of),
    errorLine(of),
  ];
}

const accessLine = (of: Operation) =>
  of.versioned ? `${accessText(of)} Takes \`If-Match\`.` : accessText(of);

function inputTable(title: string, schemas: readonly z.core.$ZodType[]): string {
  const rows = schemas
    .flatMap((schema) => fieldsOf(schema))
    .map((field) => [
      code(field.path),
      field.type,
      field.required ? "yes" : "",
      unitOf(field),
      descriptionOf(field, dictionary),
      exampleText(field),
    ]);
  if (rows.length === 0) return "";
  const head = [title, "Type", "Required", "Unit", "What it says", "Example"];
  return table(head, rows);
}

function bodyBlocks(of: Operation): string[] {
  if (of.bodyKind === "none") return [];
  const optional = of.bodyKind === "optional_json" ? " The body may be left out." : "";
  const form = of.bodyKind === "multipart" ? "`multipart/form-data`" : "JSON";
  const examples = Object.values(bodyExamples(of));
  return [
    `Body, ${form}. Unknown fields are refused.${optional}`,
    inputTable("Field", [of.body]),
    ...examples.map(({ summary, value }) =>
      folded(summary === "Body" ? "Example body" : `Example body: ${summary}`, jsonBlock(value)),
    ),
  ];
}

function answerBlocks(of: Operation): string[] {
  if (of.answerKind === "empty") return [`Answers ${of.status} without a body.`];
  if (of.answerKind !== "json")
    return [`Answers ${of.status} with ${code(mediaTypes[of.answerKind])}.`];
  const record = resources().get(of.answer);
  const what = record ? ` with the [${record.name}](${dictionary}#${anchor(record.name)})` : "";
  const listed = listedRecord(of.answer);
  const list = listed ? ` with a page of [${listed}](${dictionary}#${anchor(listed)})` : "";
  return [
    `Answers ${of.status}${what}${list}.`,
    record || listed ? "" : answerTable(of.answer),
    folded("Example answer", jsonBlock(exampleOf(of.answer))),
  ];
}

function listedRecord(answer: z.core.$ZodType): string | undefined {
  const data = answer instanceof z.ZodObject ? (answer.shape as z.core.$ZodShape)["data"] : null;
  return data instanceof z.ZodArray ? resources().get(data.element)?.name : undefined;
}

function answerTable(answer: z.core.$ZodType): string {
  const rows = fieldsOf(answer).map((field) => [
    code(field.path),
    field.type,
    unitOf(field),
    descriptionOf(field, dictionary),
    hiddenOf(field),
  ]);
  if (rows.length === 0) return metaOf(answer).description ?? "";
  return table(["Field", "Type", "Unit", "What it says", "Hidden from"], rows);
}

function ruleBlock(of: Operation): string {
  if (of.rules.length === 0) return "";
  const lines = of.rules.map((rule) => `- ${code(rule)}: ${rules[rule]}`);
  return `Refused with 409 unless:\n\n${lines.join("\n")}`;
}

const errorLine = (of: Operation) => `[Errors](../errors.md): ${codes(codesOf(of))}.`;
