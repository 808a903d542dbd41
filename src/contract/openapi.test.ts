import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { asyncapiDocument } from "./asyncapi.ts";
import { eventDefinition, eventTypes } from "./catalogue.ts";
import { bodyExamples } from "./openapiOperation.ts";
import { openapiDocument } from "./openapi.ts";
import { startHeader } from "./headerNames.ts";
import { operation, operationNames, type OperationName } from "./operations.ts";
import { errorCodes, Problem, problemExample, ruleNames } from "./problem.ts";

const options = { version: "1.2.3", serverUrl: "https://hooks.example.com" };
const document = openapiDocument(options) as unknown as OpenApi;
const asyncapi = asyncapiDocument(options) as unknown as AsyncApi;

interface Media {
  readonly schema: Record<string, unknown>;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { value: unknown }>>;
}
interface Call {
  readonly operationId: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    required: boolean;
    example: unknown;
    schema: object;
  }[];
  readonly requestBody?: { content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        $ref?: string;
        description?: string;
        headers?: Readonly<Record<string, object>>;
        content?: Readonly<Record<string, Media>>;
      }
    >
  >;
  readonly security: readonly Readonly<Record<string, string[]>>[];
}
interface OpenApi {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Call>>>>;
  readonly webhooks: Readonly<Record<string, { post: Call }>>;
}
interface AsyncApi {
  readonly channels: { deliveries: { messages: object } };
  readonly operations: Readonly<Record<string, { messages: readonly { $ref: string }[] }>>;
  readonly components: {
    messages: Readonly<
      Record<string, { examples: readonly { headers: unknown; payload: unknown }[] }>
    >;
  };
}

/** Validates against a schema inside a document, with the document's own references. */
function validator(whole: object) {
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  ajv.addSchema({ ...whole, $id: "doc" });
  return (schema: object, value: unknown): string => {
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"doc#/');
    const validate = ajv.compile(JSON.parse(text) as object);
    return validate(value) ? "" : ajv.errorsText(validate.errors);
  };
}

const faults = validator(document);
const calls = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, call]) => ({ path, method, call })),
);
const byName = new Map(calls.map(({ call }) => [call.operationId, call]));

function callOf(name: string): Call {
  const call = byName.get(name);
  if (!call) throw new Error(`No call ${name}`);
  return call;
}

const headersOf = (name: OperationName) =>
  (callOf(name).parameters ?? []).filter((one) => one.in === "header").map((one) => one.name);

const mediaOf = (content: Readonly<Record<string, Media>> = {}) => Object.values(content);
const valuesOf = ({ example, examples = {} }: Media) => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map(({ value }) => value),
];

describe("openapiDocument()", () => {
  test("has every operation under its name, once", () => {
    const ids = [
      ...calls.map(({ call }) => call.operationId),
      ...Object.values(document.webhooks).map(({ post }) => post.operationId),
    ];

    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining(operationNames));
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/healthz", "/readyz", "/metrics", "/v1/customers/{id}"]),
    );
  });

  test("has every event as a webhook", () => {
    expect(Object.keys(document.webhooks)).toEqual([...eventTypes, "inbound"]);
  });

  test("has no reference that leads nowhere", () => {
    expect(brokenReferences(document)).toEqual([]);
  });

  test("declares the parameters of every path, and no others", () => {
    for (const { path, call } of calls) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (call.parameters ?? []).filter((one) => one.in === "path");

      expect(new Set(declared.map(({ name }) => name)), path).toEqual(new Set(inPath));
      expect(declared.every(({ required }) => required)).toBe(true);
    }
  });

  test.each(operationNames)("has parameter examples that fit, in %s", (name) => {
    for (const { schema, example } of callOf(name).parameters ?? []) {
      expect(faults(schema, example)).toBe("");
    }
  });

  test.each(operationNames)("has examples of body and answers that fit, in %s", (name) => {
    const { requestBody, responses } = callOf(name);
    const answers = Object.values(responses).flatMap(({ content }) => mediaOf(content));

    for (const media of [...mediaOf(requestBody?.content), ...answers]) {
      for (const value of valuesOf(media)) expect(faults(media.schema, value)).toBe("");
    }
  });

  test.each(operationNames.filter((name) => operation(name).bodyKind !== "none"))(
    "has example bodies that %s itself takes",
    (name) => {
      const { body } = operation(name);
      for (const { value } of Object.values(bodyExamples(operation(name)))) {
        expect(body.safeParse(withFiles(body, value)).error).toBeUndefined();
      }
    },
  );

  test.each(operationNames.filter((name) => operation(name).bodyKind !== "none"))(
    "says that %s refuses unknown fields",
    (name) => {
      for (const media of mediaOf(callOf(name).requestBody?.content)) {
        for (const value of valuesOf(media)) {
          const wrong = faults(media.schema, { ...(value as object), a_wrong_field: 1 });

          expect(wrong).toContain("must NOT have additional properties");
        }
        expect(openObjects(media.schema)).toEqual([]);
      }
    },
  );

  test.each(operationNames)("says that answers of %s may grow", (name) => {
    const { responses } = callOf(name);
    const { content } = responses[operation(name).status] ?? {};
    for (const media of mediaOf(content)) {
      for (const value of valuesOf(media)) {
        expect(faults(media.schema, { ...(value as object), a_later_field: 1 })).toBe("");
      }
    }
  });

  test("names every rule of an operation in its 409", () => {
    for (const name of operationNames) {
      const { description = "" } = callOf(name).responses["409"] ?? {};
      for (const rule of operation(name).rules) expect(description).toContain(`\`${rule}\``);
    }
  });

  test("says of each section what it is about, and of each call who may make it", () => {
    const named = document.tags.map(({ name }) => name);
    expect(named).toEqual([...new Set(named)]);
    for (const { name, description } of document.tags) expect(description, name).toMatch(/\.$/);
    for (const name of operationNames) {
      const { description, tags } = callOf(name);
      expect(description, name).toMatch(/(^|\n\n)(For: .+\.|No key is needed\.)$/);
      for (const tag of tags) expect(named, name).toContain(tag);
    }
  });

  test("asks for a key with the operation's scope", () => {
    for (const name of operationNames) {
      const { scope } = operation(name);
      const asked = callOf(name).security.flatMap(({ bearer = [] }) => bearer);

      expect(asked).toEqual(scope === null ? [] : [scope]);
    }
  });

  test("offers If-Match where a version is compared: not at a key, which has none", () => {
    for (const name of operationNames) {
      expect(headersOf(name).includes("If-Match"), name).toBe(operation(name).versioned);
    }
    expect(headersOf("updateCustomer")).toContain("If-Match");
    expect(headersOf("revokeKey")).toEqual(["Idempotency-Key"]);
    expect(callOf("revokeKey").responses).not.toHaveProperty("412");
  });

  test("offers Idempotency-Key where an answer is kept: not at an example, which is sent each time", () => {
    const unkept = operationNames.filter((name) => {
      const { method, scope } = operation(name);
      return method !== "GET" && scope !== null && !headersOf(name).includes("Idempotency-Key");
    });

    expect(unkept).toEqual(["testEndpoint"]);
    expect(callOf("testEndpoint").responses).not.toHaveProperty("409");
    expect(callOf("replayEndpoint").responses).toHaveProperty("409");
  });

  test("names 429 where a key or an inlet is asked for: requests are counted by it", () => {
    for (const name of operationNames) {
      const { responses } = callOf(name);
      const { callers, bodyKind } = operation(name);
      expect("429" in responses, name).toBe(callers.length > 0 || bodyKind === "bytes");
    }
  });

  test("says after which position a stream starts, and of nothing else", () => {
    const named = operationNames.filter((name) => {
      const { headers = {} } = callOf(name).responses[operation(name).status] ?? {};
      return startHeader in headers;
    });

    expect(named).toEqual(["streamEvents"]);
  });

  test.each(eventTypes)("has webhook examples of %s that fit, one per party", (type) => {
    const [media] = mediaOf(document.webhooks[type]?.post.requestBody?.content);

    expect(Object.keys(media?.examples ?? {})).toEqual(eventDefinition(type).audience);
    for (const value of media ? valuesOf(media) : []) {
      expect(faults(media?.schema ?? {}, value)).toBe("");
      expect(faults(media?.schema ?? {}, { ...(value as object), a_later_field: 1 })).toBe("");
    }
  });
});

describe("asyncapiDocument()", () => {
  const check = validator(asyncapi);

  test("has no reference that leads nowhere", () => {
    expect(brokenReferences(asyncapi)).toEqual([]);
  });

  test("has an operation per party with the events it gets", () => {
    const received = Object.fromEntries(
      Object.entries(asyncapi.operations).map(([name, { messages }]) => [name, messages.length]),
    );

    expect(received).toEqual({
      sales_org_receives: 31,
      epc_receives: 14,
      inbound_receives: 1,
    });
    expect(Object.keys(asyncapi.channels.deliveries.messages)).toEqual([...eventTypes, "inbound"]);
  });

  test.each([...eventTypes, "inbound"])("has examples of %s that fit", (type) => {
    for (const { headers, payload } of asyncapi.components.messages[type]?.examples ?? []) {
      expect(check({ $ref: "#/components/schemas/DeliveryHeaders" }, headers)).toBe("");
      const { payload: schema } = asyncapi.components.messages[type] as unknown as {
        payload: object;
      };
      expect(check(schema, payload)).toBe("");
    }
  });
});

describe("problemExample()", () => {
  test.each(errorCodes)("fits for %s", (code) => {
    expect(Problem.safeParse(problemExample(code)).error).toBeUndefined();
  });

  test.each(ruleNames)("fits for the rule %s", (rule) => {
    expect(problemExample("rule", rule)).toMatchObject({ status: 409, code: "rule", rule });
  });
});

/** An example body as a handler gets it: with a file where it stands for one. */
function withFiles(body: z.ZodType, value: unknown): unknown {
  if (!(body instanceof z.ZodObject)) return value;
  const files = Object.entries(body.shape)
    .filter(([, field]) => field instanceof z.ZodFile)
    .map(([name]) => [name, new File(["content"], "bill.pdf")]);
  return { ...(value as object), ...Object.fromEntries(files) };
}

/** Where a schema, or one it refers to, describes an object that takes unknown fields. */
function openObjects(value: unknown, path = "#"): string[] {
  if (typeof value !== "object" || value === null) return [];
  const schema = value as Record<string, unknown>;
  const { $ref } = schema;
  if (typeof $ref === "string") return openObjects(targetOf($ref), $ref);
  const inner = Object.entries(schema).flatMap(([key, child]) =>
    key === "examples" ? [] : openObjects(child, `${path}/${key}`),
  );
  const isOpen = schema["type"] === "object" && schema["additionalProperties"] === undefined;
  return isOpen ? [path, ...inner] : inner;
}

function targetOf(reference: string): unknown {
  let place: unknown = document;
  for (const name of reference.slice(2).split("/"))
    place = (place as Record<string, unknown>)[name];
  return place;
}

/** References of a document that lead to nothing in it. */
function brokenReferences(whole: object): string[] {
  return referencesIn(whole).filter((reference) => {
    if (!reference.startsWith("#/")) return true;
    let place: unknown = whole;
    for (const name of reference.slice(2).split("/")) {
      if (typeof place !== "object" || place === null) return true;
      place = (place as Record<string, unknown>)[name];
    }
    return place === undefined;
  });
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === "$ref" && typeof inner === "string" ? [inner] : referencesIn(inner),
  );
}
