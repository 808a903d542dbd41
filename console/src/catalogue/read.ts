import { queryOptions } from "@tanstack/react-query";
import type { Party } from "../../../src/contract/meta.ts";
import { api, queries } from "../api.ts";
import { catalogueQuery } from "../live.ts";
import type { BodySchema } from "./fields.ts";

/** What the service publishes of its events; it changes with its version only. */
const forever = { staleTime: Infinity, gcTime: Infinity } as const;

/** The JSON Schema of an event's body, as one party or either gets it. */
export const schemaQuery = (type: string, role: Party | null) =>
  queryOptions({
    queryKey: ["schema", type, role],
    queryFn: async () =>
      (await api.schemas.get({ file: `${type}.json`, ...(role && { role }) })) as BodySchema,
    ...forever,
  });

/** What is read of AsyncAPI: the headers, and a worked example for each party. */
interface Published {
  readonly components: {
    readonly messages: Readonly<
      Record<string, { examples?: readonly { name: string; payload: unknown }[] }>
    >;
    readonly schemas: Readonly<Record<string, BodySchema>>;
  };
}

/** The deliveries as AsyncAPI tells them. */
export const deliveriesSpecQuery = queryOptions({
  queryKey: ["asyncapi"],
  queryFn: async () => (await api.asyncapis.get()) as unknown as Published,
  ...forever,
});

/** Reads what a page of the catalogue shows. */
export async function readPage(path: string): Promise<void> {
  const type = /^\/event-types\/([^/]+)$/.exec(path)?.[1];
  const ofType = type === undefined ? [] : [schemaQuery(type, null), deliveriesSpecQuery];
  await Promise.all(
    [catalogueQuery, ...ofType].map((query) => queries.prefetchQuery(query as never)),
  );
}
