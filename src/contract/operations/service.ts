import { z } from "zod";
import { eventTypes } from "../catalogue.ts";
import { Party } from "../meta.ts";
import { section } from "../operation.ts";

const { get } = section("catalogue", "flow:read", "flow:write");
const open = { callers: [], scope: null } as const;
const anyObject = (description: string) => z.looseObject({}).meta({ description, example: {} });

export const serviceOperations = {
  getCatalogue: get({
    ...open,
    path: "/catalogue",
    summary: "Read the catalogue of events",
    answer: z.object({
      data: z
        .array(
          z.object({
            type: z.enum(eventTypes).meta({ description: "Name.", example: "new_install" }),
            label: z.string().meta({ description: "Name for people.", example: "New Install" }),
            trigger: z
              .string()
              .meta({ description: "When it fires.", example: "The install was created." }),
            audience: z.array(Party).meta({ description: "Who gets it." }),
            schema: z.string().meta({
              description: "Path of its JSON Schema.",
              example: "/v1/schemas/new_install.json",
            }),
            example: anyObject("A worked example of the body."),
          }),
        )
        .meta({ description: "The events, in the order in which a deal meets them." }),
      next: z.null().meta({ description: "There is one page.", example: null }),
    }),
  }),
  getSchema: get({
    ...open,
    path: "/schemas/{file}",
    summary: "Read the JSON Schema of an event's body",
    params: z.object({
      file: z
        .string()
        .max(100)
        .meta({ description: "Name of the event and `.json`.", example: "new_install.json" }),
    }),
    query: z.strictObject({
      role: Party.meta({
        description: "The schema of what this party gets; without, of what either of them gets.",
        example: "epc",
      }).optional(),
    }),
    answer: anyObject("JSON Schema, draft 2020-12."),
  }),
  getOpenapi: get({
    ...open,
    path: "/openapi.json",
    summary: "Read this API as OpenAPI 3.1",
    answer: anyObject("OpenAPI 3.1 with `webhooks`."),
  }),
  getAsyncapi: get({
    ...open,
    path: "/asyncapi.json",
    summary: "Read the deliveries as AsyncAPI 3",
    answer: anyObject("AsyncAPI 3.0."),
  }),
};
