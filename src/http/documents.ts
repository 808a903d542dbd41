import { asyncapiDocument } from "../contract/asyncapi.ts";
import { eventDefinition, eventExample, eventTypes, isEventType } from "../contract/catalogue.ts";
import { openapiDocument } from "../contract/openapi.ts";
import type { OperationInput } from "../contract/operations.ts";
import { eventSchema, schemaPath } from "../contract/schemas.ts";
import type { Context } from "../flow/context.ts";
import { notFound } from "../flow/work.ts";
import type { Services } from "./services.ts";

/** The contract, served: each is computed from it and the same for everybody. */
interface Exchange {
  readonly services: Services;
}

export async function getCatalogue() {
  const data = eventTypes.map((type) => {
    const { label, trigger, audience } = eventDefinition(type);
    const [role = "sales_org"] = audience;
    return {
      type,
      label,
      trigger,
      audience: [...audience],
      schema: schemaPath(type),
      example: eventExample(type, role),
    };
  });
  return { data, next: null };
}

export async function getSchema(_: Context, { params }: OperationInput<"getSchema">) {
  const type = params.file.replace(/\.json$/, "");
  if (!isEventType(type) || params.file === type) throw notFound("schema", params.file);
  return eventSchema(type);
}

export async function getOpenapi(_: Context, __: unknown, { services }: Exchange) {
  return openapiDocument({ version: services.version, serverUrl: services.publicUrl });
}

export async function getAsyncapi(_: Context, __: unknown, { services }: Exchange) {
  return asyncapiDocument({ version: services.version, serverUrl: services.publicUrl });
}
