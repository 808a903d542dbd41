import { eventDefinition, eventTypes } from "./catalogue.ts";
import { createComponents, pascalCase, type Components } from "./components.ts";
import { deliveryHeaders } from "./headers.ts";
import { inboundAbout, inboundExample, inboundSchemaVersion, type FeedType } from "./inbound.ts";
import { inboundType } from "./inboundType.ts";
import { Party } from "./meta.ts";
import { operation, operationNames } from "./operations.ts";
import { operationObject, parameters, webhookExamples } from "./openapiOperation.ts";
import { problemResponses } from "./openapiProblems.ts";
import { probePaths } from "./openapiProbes.ts";
import { scopes, scopeSummaries } from "./scopes.ts";
import { sectionSummaries } from "./sections.ts";

export interface DocumentOptions {
  /** Version of Heliograph. */
  readonly version: string;
  /** Where this installation is reached, without a slash at its end. */
  readonly serverUrl: string;
}

/** The whole API as OpenAPI 3.1: every operation, and every event as a webhook. */
export function openapiDocument({ version, serverUrl }: DocumentOptions): Record<string, unknown> {
  const components = createComponents();
  const operationPaths = paths(components);
  const webhooks = Object.fromEntries(
    [...eventTypes, inboundType as FeedType].map((type) => [
      type,
      { post: webhook(type, components) },
    ]),
  );
  const responses = problemResponses(components);
  const ofDeliveries = deliveryParameters(components).map((parameter) => [
    parameter.name,
    parameter,
  ]);
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: { ...info(version), description: `${info(version).description}\n\n${shared}` },
    servers: [{ url: serverUrl }],
    externalDocs: { url: `${serverUrl}/docs`, description: "Guide" },
    tags: tags(),
    paths: { ...operationPaths, ...probePaths() },
    webhooks,
    components: {
      securitySchemes: securitySchemes(),
      parameters: Object.fromEntries(ofDeliveries),
      responses,
      schemas: sorted(components.schemas),
    },
  };
}

/** What both documents say of themselves. */
export const info = (version: string) => ({
  title: "Heliograph",
  version,
  summary: "The residential solar sales-to-install flow, with signed webhooks.",
  description:
    "Runs the flow from lead to permission to operate and tells each party, over signed webhooks, exactly what happened. JSON in `snake_case`, times RFC 3339 in UTC, money in whole US cents.",
  license: { name: "Apache-2.0", identifier: "Apache-2.0" },
});

/** What holds for all calls. */
const shared = [
  "**Keys.** Send one as `Authorization: Bearer hk_…`. It belongs to an organization, or to the operator, and has scopes. Each call says for whom it is and which scope it needs.",
  '**Lists** take `limit` and `after` and answer `{ "data": […], "next": "…" }`. Give `next` as `after` for the next page, until it is null.',
  "**Repeats.** A write that is sent again with the same `Idempotency-Key` gets the answer of the first, and nothing is done twice.",
  "**Versions.** The `ETag` of a record is its version. A change that gives it as `If-Match` is refused with 412 when the record has changed since.",
  "**Errors** are `application/problem+json`. `code` is from a closed list; with the code `rule`, `rule` names what must hold and does not.",
].join("\n\n");

function paths(components: Components) {
  const made: Record<string, Record<string, unknown>> = {};
  for (const name of operationNames) {
    const { method, path } = operation(name);
    const item = (made[`/v1${path}`] ??= {});
    item[method.toLowerCase()] = operationObject(name, components);
  }
  return made;
}

function webhook(type: FeedType, components: Components) {
  const { label, trigger, audience, schemaVersion } = aboutOf(type);
  return {
    operationId: `receive${pascalCase(type)}`,
    summary: label,
    description: trigger,
    tags: ["webhooks"],
    "x-audience": audience,
    "x-schema-version": schemaVersion,
    security: [],
    parameters: deliveryParameters(components).map(({ name }) => ({
      $ref: `#/components/parameters/${name}`,
    })),
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: components.referEvent(type),
          examples:
            type === inboundType
              ? { inbound: { summary: label, value: inboundExample() } }
              : webhookExamples(type),
        },
      },
    },
    responses: {
      "2XX": { description: "Taken. Answer within 15 seconds; redirects are not followed." },
      "410": { description: "The endpoint is gone; it is disabled and nothing more is sent." },
      default: { description: "Not taken; it is sent again after a while, then less often." },
    },
  };
}

/** What came in goes to whoever made the inlet, whatever the role. */
const aboutOf = (type: FeedType) =>
  type === inboundType
    ? { ...inboundAbout, audience: Party.options, schemaVersion: inboundSchemaVersion }
    : eventDefinition(type);

/** The media type is said with the body. */
const deliveryParameters = (components: Components) =>
  parameters(deliveryHeaders.omit({ "content-type": true }), "header", components);

function tags() {
  const names = new Set(operationNames.map((name) => operation(name).tag));
  return [
    ...[...names].map((name) => tag(name, sectionSummaries[name])),
    tag("service", "Whether the service runs and how it does. No key is needed."),
    tag(
      "webhooks",
      "What is sent to endpoints. These are calls to you: see the guide on receiving.",
    ),
  ];
}

const tag = (name: string, description: string) => ({
  name,
  "x-displayName": `${name[0]?.toUpperCase()}${name.slice(1)}`,
  description,
});

function securitySchemes() {
  const list = scopes.map((scope) => `- \`${scope}\`: ${scopeSummaries[scope]}`);
  return {
    bearer: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "hk_…",
      description: `A key of an organization, or the operator's. What a key may do are its scopes:\n\n${list.join("\n")}`,
      "x-scopes": scopeSummaries,
    },
    standardWebhooks: {
      type: "apiKey",
      in: "header",
      name: "webhook-signature",
      description:
        "Standard Webhooks signature over `webhook-id`, `webhook-timestamp` and the body.",
    },
  };
}

const sorted = <T>(named: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(named).toSorted(([one], [other]) => (one < other ? -1 : 1)));
