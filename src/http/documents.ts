import { asyncapiDocument } from "../contract/asyncapi.ts";
import { eventDefinition, isEventType } from "../contract/catalogue.ts";
import { openapiDocument } from "../contract/openapi.ts";
import type { OperationInput } from "../contract/operations.ts";
import { publishedEvents } from "../contract/published.ts";
import { inboundType } from "../contract/inboundType.ts";
import { eventSchema, inboundSchema } from "../contract/schemas.ts";
import type { Context } from "../flow/context.ts";
import { notFound } from "../flow/work.ts";
import type { Services } from "./services.ts";

/** The contract, served: each is computed from it and the same for everybody. */
interface Exchange {
  readonly services: Services;
}

export async function getCatalogue() {
  return { data: publishedEvents(), next: null };
}

export async function getSchema(
  _: Context,
  { params: { file }, query: { role } }: OperationInput<"getSchema">,
) {
  const type = file.replace(/\.json$/, "");
  if (file === `${inboundType}.json`) return inboundSchema();
  if (!isEventType(type) || file === type) throw notFound("schema", file);
  if (role && !eventDefinition(type).audience.includes(role)) {
    throw notFound("schema", `${file} for ${role}`);
  }
  return eventSchema(type, role);
}

export async function getOpenapi(_: Context, __: unknown, { services }: Exchange) {
  return once(openapiDocument, services);
}

export async function getAsyncapi(_: Context, __: unknown, { services }: Exchange) {
  return once(asyncapiDocument, services);
}

type MakeDocument = typeof openapiDocument | typeof asyncapiDocument;

/** Made once for a service: it takes a good part of a second, and anybody may ask, without a key. */
const made = new WeakMap<Services, Map<MakeDocument, unknown>>();

function once<M extends MakeDocument>(make: M, services: Services): ReturnType<M> {
  const documents = made.get(services) ?? new Map<MakeDocument, unknown>();
  made.set(services, documents);
  const { version, publicUrl: serverUrl } = services;
  const document = documents.get(make) ?? make({ version, serverUrl });
  documents.set(make, document);
  return document as ReturnType<M>;
}
