import { readFile } from "node:fs/promises";
import { describe, expect } from "vitest";
import { eventDefinition, eventExample, eventTypes } from "../src/contract/catalogue.ts";
import type { OperationAnswer } from "../src/contract/operations.ts";
import { expectProblem } from "./problems.ts";
import { givenSalesOrg, test, type Service } from "./service.ts";
import { givenKey } from "./world.ts";

type Json = Record<string, unknown>;

const ask = (
  { url }: Service,
  path: string,
  method = "GET",
  headers: Record<string, string> = {},
) => fetch(new URL(path, url), { method, headers });

/** A document that is served as JSON to whoever asks. */
async function served(service: Service, path: string): Promise<Json> {
  const response = await ask(service, path);
  expect(response.status, path).toBe(200);
  expect(response.headers.get("content-type"), path).toBe("application/json");
  return (await response.json()) as Json;
}

/** A generated file of the reference, as it is in the repository. */
async function published(path: string): Promise<Json> {
  const file = new URL(`../docs/reference/${path}`, import.meta.url);
  return JSON.parse(await readFile(file, "utf8")) as Json;
}

/** The reference's documents, as this installation has to serve them: at its own address, with its own version. */
async function publishedFor({ url, services: { version } }: Service): Promise<[string, Json][]> {
  const openapi = (await published("openapi.json")) as Json & { info: Json; externalDocs: Json };
  const asyncapi = (await published("asyncapi.json")) as Json & { info: { externalDocs: Json } };
  const externalDocs = { ...asyncapi.info.externalDocs, url: `${url}/v1/openapi.json` };
  return [
    [
      "openapi.json",
      {
        ...openapi,
        info: { ...openapi.info, version },
        servers: [{ url }],
        externalDocs: { ...openapi.externalDocs, url: `${url}/docs` },
      },
    ],
    ["asyncapi.json", { ...asyncapi, info: { ...asyncapi.info, version, externalDocs } }],
  ];
}

/** Paths of the API as the served document has them, and for each method whether it asks for a key. */
async function pathsOf(service: Service): Promise<[path: string, methods: Map<string, boolean>][]> {
  const { paths } = (await served(service, "/openapi.json")) as {
    paths: Record<string, Record<string, { security: Json[] }>>;
  };
  return Object.entries(paths)
    .filter(([path]) => path.startsWith("/v1/"))
    .map(([path, operations]) => [
      path.replaceAll(/\{\w+\}/g, "org_00000000000000000000000000"),
      new Map(
        Object.entries(operations).map(([method, { security }]) => [
          method.toUpperCase(),
          security.some((scheme) => "bearer" in scheme),
        ]),
      ),
    ]);
}

const allowedBy = (response: Response) => response.headers.get("allow")?.split(", ").toSorted();

describe("served to whoever asks", () => {
  test("both documents are those of the reference", async ({ service }) => {
    for (const [name, expected] of await publishedFor(service)) {
      for (const path of [`/${name}`, `/v1/${name}`]) {
        const document = await served(service, path);
        const same = (part: string) =>
          JSON.stringify(document[part]) === JSON.stringify(expected[part]);
        // Told by its part: a difference of megabytes tells nobody anything.
        expect(
          Object.keys(expected).filter((part) => !same(part)),
          path,
        ).toEqual([]);
        expect(Object.keys(document), path).toEqual(Object.keys(expected));
      }
    }
  });

  test("the schema of each event is that of the reference, found under its own id", async ({
    service,
  }) => {
    const { data } = (await served(service, "/v1/catalogue")) as OperationAnswer<"getCatalogue">;
    for (const { type, schema } of data) {
      const expected = await published(`schemas/${type}.json`);

      expect([schema, expected["$id"]]).toEqual([`/v1/schemas/${type}.json`, schema]);
      expect(await served(service, schema)).toEqual(expected);
    }
    const alias = await served(service, "/schemas/new_install.json");
    expect(alias).toEqual(await published("schemas/new_install.json"));
  });

  test("the catalogue has the 32 events: name, label, trigger, and to whom each goes", async ({
    service,
  }) => {
    const catalogue = (await served(service, "/v1/catalogue")) as OperationAnswer<"getCatalogue">;
    const { data, next } = catalogue;

    expect(await served(service, "/catalogue")).toEqual(catalogue);
    await expectProblem(await ask(service, "/v1/catalogue?type=new_install"), "invalid");
    expect([data.length, next]).toEqual([32, null]);
    expect(data).toEqual(
      eventTypes.map((type) => {
        const { label, trigger, audience } = eventDefinition(type);
        const [role = "epc"] = audience;
        const example = eventExample(type, role);
        return { type, label, trigger, audience, example, schema: expect.any(String) as string };
      }),
    );
    const counts = Object.groupBy(data, ({ audience }) => audience.join(" and "));
    expect(Object.entries(counts).map(([name, events = []]) => [name, events.length])).toEqual(
      expect.arrayContaining([
        ["sales_org", 18],
        ["sales_org and epc", 13],
        ["epc", 1],
      ]),
    );
  });

  test("the first page names what there is", async ({ service }) => {
    const page = await (await ask(service, "/")).text();
    const paths = [...page.matchAll(/(?<=^| )\/\S+/gm)].map(([path]) => path);

    expect(page).toContain(service.services.version);
    expect(paths).toEqual(expect.arrayContaining(["/openapi.json", "/healthz", "/metrics"]));
    for (const path of paths) {
      const response = await ask(service, path);
      expect([path, response.status, (await response.text()) !== ""]).toEqual([path, 200, true]);
    }
  });

  test("metrics count by operation, not by whatever path was asked for", async ({ service }) => {
    const before = await (await ask(service, "/metrics")).text();
    for (const path of ["/v1/nonsense", "/nonsense", "/v1/customers/nonsense/nonsense"]) {
      await expectProblem(await ask(service, path), "not_found");
    }
    await expectProblem(await ask(service, "/v1/customers/cus_nonsense"), "unauthorized");

    const after = await (await ask(service, "/metrics")).text();
    const isOfRequests = (line: string) => line.startsWith("heliograph_http_requests_total{");
    expect(before.split("\n").filter(isOfRequests)).toEqual([]);
    expect(after.split("\n").filter(isOfRequests)).toEqual([
      'heliograph_http_requests_total{operation="getCustomer",status="401"} 1',
    ]);
    expect(after).not.toContain("nonsense");
  });
});

describe("a path", () => {
  test("of the served document is there, with all its methods and no others", async ({
    service,
  }) => {
    const paths = await pathsOf(service);
    expect(paths.length).toBeGreaterThan(70);
    for (const [path, methods] of paths) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const response = await ask(service, path, method);
        const isClosed = methods.get(method);
        if (isClosed === undefined) {
          await expectProblem(response, "method_not_allowed");
          const known = [...methods.keys(), ...(methods.has("GET") ? ["HEAD"] : [])];
          expect(allowedBy(response), `${method} ${path}`).toEqual(known.toSorted());
        } else {
          expect(response.status === 401, `${method} ${path}`).toBe(isClosed);
          expect(response.status, `${method} ${path}`).not.toBe(405);
          await response.bytes();
        }
      }
    }
  });

  test("that there is not is not found, with any method, with or without a key", async ({
    service,
  }) => {
    const { id } = await givenSalesOrg(service);
    const authorization = `Bearer ${await givenKey(service, id)}`;
    const paths = ["/v1", "/v1/", "/v1/nonsense", "/v2/customers", "/V1/customers", "/.env"];
    for (const path of [...paths, "/v1//customers", "/v1/customers/", "/customers", "/openapi"]) {
      for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
        for (const headers of [{}, { authorization }]) {
          const response = await ask(service, path, method, headers);
          const { detail } = await expectProblem(response, "not_found");
          expect(detail).toBe(`No ${path}`);
        }
      }
    }
  });

  test("answers under an id of its own, and does not say what it is made of", async ({
    service,
  }) => {
    const ids = new Set<string | null>();
    for (const path of ["/v1/catalogue", "/v1/catalogue", "/v1/customers", "/v1/nonsense"]) {
      const response = await ask(service, path, "GET", { "heliograph-request-id": "req_forged" });
      const { headers } = response;
      await response.bytes();

      ids.add(headers.get("heliograph-request-id"));
      expect(headers.get("heliograph-request-id")).toMatch(/^req_[0-9a-z]{26}$/);
      expect([headers.get("server"), headers.get("x-powered-by")]).toEqual([null, null]);
    }
    expect(ids.size).toBe(4);
  });
});
