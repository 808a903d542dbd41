import { z } from "zod";
import { accessText } from "./access.ts";
import { eventDefinition, eventExample, type EventType } from "./catalogue.ts";
import type { Components } from "./components.ts";
import { sequence } from "./fields.ts";
import { answerHeaders, deliveryHeaders, requestHeaders } from "./headers.ts";
import { exampleOf, metaOf } from "./meta.ts";
import { failures, keepsAnswer } from "./openapiProblems.ts";
import { startHeader } from "./headerNames.ts";
import { type Operation } from "./operation.ts";
import { operation, type OperationName } from "./operations.ts";

/** A call of the API, as OpenAPI has it. */
export function operationObject(name: OperationName, components: Components) {
  const of = operation(name);
  const body = requestBody(of, components);
  return {
    operationId: name,
    summary: of.summary,
    description: [of.description, accessText(of)].filter((text) => text !== undefined).join("\n\n"),
    tags: [of.tag],
    "x-scope": of.scope,
    "x-callers": of.callers,
    security: securityOf(of),
    parameters: [
      ...parameters(of.params, "path", components),
      ...parameters(of.query, "query", components),
      ...parameters(headersOf(of), "header", components),
    ],
    ...(body && { requestBody: body }),
    responses: { [of.status]: success(of, components), ...failures(of) },
  };
}

/** The fields of an object as parameters. */
export function parameters(
  schema: z.core.$ZodType,
  place: "path" | "query" | "header",
  components: Components,
) {
  if (!(schema instanceof z.ZodObject)) return [];
  const fields = Object.entries(schema.shape);
  return fields.map(([name, field]) => {
    const { examples: _, description, ...json } = components.refer(field, "request");
    const required = place === "path" || !z.safeParse(field, undefined).success;
    return { name, in: place, description, required, schema: json, example: exampleOf(field) };
  });
}

/** The worked examples of an event, one per party that gets it. */
export const webhookExamples = (type: EventType) =>
  Object.fromEntries(
    eventDefinition(type).audience.map((role) => [
      role,
      { summary: `As ${role} gets it`, value: eventExample(type, role) },
    ]),
  );

/**
 * Worked examples of a body: what must be given, or of a change one field; and everything that may be given.
 * Each is valid against the body's schema.
 */
export function bodyExamples(of: Operation): Record<string, { summary: string; value: unknown }> {
  const value = exampleOf(of.body);
  if (!(of.body instanceof z.ZodObject)) return { body: { summary: "Body", value } };
  const shape = Object.entries(of.body.shape);
  const needed = shape.filter(([, field]) => !z.safeParse(field, undefined).success);
  if (needed.length === shape.length) return { body: { summary: "Body", value } };
  const everything = { summary: "All that may be given", value };
  const few = needed.length > 0 ? needed : shape.slice(0, 1);
  const short = {
    summary: needed.length > 0 ? "What must be given" : "One field",
    value: Object.fromEntries(few.map(([name, field]) => [name, exampleOf(field)])),
  };
  return few.length === shape.length ? { everything } : { short, everything };
}

function requestBody(of: Operation, components: Components) {
  if (of.bodyKind === "none") return undefined;
  // Anything is taken, so there is nothing to say of its schema.
  if (of.bodyKind === "bytes") return { required: true, content: { "*/*": {} } };
  const mediaType = of.bodyKind === "multipart" ? "multipart/form-data" : "application/json";
  const content = { schema: components.refer(of.body, "request"), examples: bodyExamples(of) };
  return { required: of.bodyKind !== "optional_json", content: { [mediaType]: content } };
}

/** The headers that a call takes, beside its key. */
function headersOf(of: Operation): z.ZodObject {
  const names = Object.entries({
    "Idempotency-Key": keepsAnswer(of),
    "If-Match": of.versioned,
    "Last-Event-ID": of.answerKind === "event_stream",
  } satisfies Record<keyof typeof requestHeaders.shape, boolean>);
  const taken = names.filter(([, isTaken]) => isTaken).map(([name]) => [name, true]);
  const own = requestHeaders.pick(Object.fromEntries(taken) as Record<string, never>);
  if (of.bodyKind !== "raw_json") return own;
  const { shape } = deliveryHeaders;
  return own.extend({
    "webhook-id": shape["webhook-id"].meta({
      description: "Id of the call-back; the same when it is sent again.",
      example: "call-20931",
    }),
    "webhook-timestamp": shape["webhook-timestamp"],
    "webhook-signature": shape["webhook-signature"],
  });
}

function securityOf(of: Operation) {
  if (of.callers.length > 0) return [{ bearer: of.scope === null ? [] : [of.scope] }];
  return of.bodyKind === "raw_json" ? [{ standardWebhooks: [] }] : [];
}

/** Media type of an answer. */
export const mediaTypes = {
  json: "application/json",
  content: "application/octet-stream",
  event_stream: "text/event-stream",
  text: "text/plain",
  pdf: "application/pdf",
  bytes: "application/octet-stream",
} as const;

function success(of: Operation, components: Components) {
  const headers = answerHeadersOf(of, components);
  if (of.answerKind === "empty") return { description: "Done.", headers };
  const mediaType = mediaTypes[of.answerKind];
  const content =
    of.answerKind === "json"
      ? { schema: components.refer(of.answer), example: exampleOf(of.answer) }
      : { schema: { type: "string" } };
  const description = metaOf(of.answer).description ?? `Answer to: ${of.summary}.`;
  return { description, headers, content: { [mediaType]: content } };
}

const start = sequence({ description: "Position after which the stream starts.", example: 1283 });

function answerHeadersOf(of: Operation, components: Components) {
  const { ETag, "heliograph-request-id": requestId } = answerHeaders.shape;
  const isRecord = of.answer instanceof z.ZodObject && "version" in of.answer.shape;
  const sent = {
    ...(isRecord && { ETag }),
    ...(of.answerKind === "event_stream" && { [startHeader]: start }),
    "heliograph-request-id": requestId,
  };
  return Object.fromEntries(
    Object.entries(sent).map(([name, field]) => {
      const { examples: _, description, ...schema } = components.refer(field);
      return [name, { description, schema, example: exampleOf(field) }];
    }),
  );
}
