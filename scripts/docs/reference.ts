import { asyncapiDocument } from "../../src/contract/asyncapi.ts";
import { eventTypes } from "../../src/contract/catalogue.ts";
import { openapiDocument } from "../../src/contract/openapi.ts";
import { eventSchema, inboundSchema } from "../../src/contract/schemas.ts";
import { cliPage } from "./cli.ts";
import { dictionaryPage } from "./dictionary.ts";
import { errorsPage } from "./errors.ts";
import { eventPage, eventsPage, inboundPage } from "./events.ts";
import { printJson } from "./json.ts";
import { page, table } from "./markdown.ts";
import { operationsPage, operationTags, tagFile, tagPage } from "./operations.ts";
import { settingsPage } from "./settings.ts";

/** Every file of `docs/reference` with its content, by path inside it. Depends on the contract, the commands and the version alone. */
export function referenceFiles(version: string): ReadonlyMap<string, string> {
  const options = { version, serverUrl: "http://localhost:4400" };
  const json = (value: unknown) => `${printJson(value)}\n`;
  return new Map([
    ["README.md", contents()],
    ["events.md", eventsPage()],
    ...eventTypes.map((type) => [`events/${type}.md`, eventPage(type)] as const),
    ["events/inbound.md", inboundPage()],
    ["operations.md", operationsPage()],
    ...operationTags().map((tag) => [tagFile(tag), tagPage(tag)] as const),
    ["errors.md", errorsPage()],
    ["settings.md", settingsPage()],
    ["cli.md", cliPage()],
    ["dictionary.md", dictionaryPage()],
    ["openapi.json", json(openapiDocument(options))],
    ["asyncapi.json", json(asyncapiDocument(options))],
    ...eventTypes.map((type) => [`schemas/${type}.json`, json(eventSchema(type))] as const),
    ["schemas/inbound.json", json(inboundSchema())],
  ]);
}

/** `README.md`: what there is. */
const contents = () =>
  page(
    "# Reference",
    "All of it is computed from the contract in `src/contract` and the commands in `src/cli`, so it agrees with what they do.",
    table(
      ["Page", "What it tells"],
      [
        ["[Events](events.md)", "What is sent, when, to whom, and what rides in it."],
        ["[Operations](operations.md)", "Every call of the REST API."],
        ["[Errors](errors.md)", "Every way in which a call can fail."],
        ["[Data dictionary](dictionary.md)", "Every field, with unit, example and industry names."],
        ["[Settings](settings.md)", "Every environment variable."],
        ["[Program](cli.md)", "Every command of `heliograph`, with its options and examples."],
        ["[openapi.json](openapi.json)", "The API and its webhooks as OpenAPI 3.1."],
        ["[asyncapi.json](asyncapi.json)", "The deliveries as AsyncAPI 3.0."],
        ["[schemas](schemas/)", "A JSON Schema per event."],
      ],
    ),
  );
