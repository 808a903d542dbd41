import { connect } from "node:net";
import type { Readable } from "node:stream";
import { describe, expect } from "vitest";
import { expectProblem } from "../../test/problems.ts";
import { givenDeal } from "../../test/deals.ts";
import { givenPair, test, type Service } from "../../test/service.ts";
import type { FileStore } from "../base/fileStore.ts";
import { createApp } from "./app.ts";

/** Sends bytes over a connection of their own. @returns the answer, parsed far enough to be looked at. */
async function exchange({ url }: Service, sent: string) {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  // Not ended: whoever ends first asks for no answer any more.
  socket.write(sent);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name.toLowerCase(), value.join(": ")];
    }),
  );
  return { status: Number(first.split(" ")[1]), headers, body };
}

const request = (line: string, ...headers: string[]) =>
  `${[line, "host: localhost", "connection: close", ...headers].join("\r\n")}\r\n\r\n`;

describe("bytes that are", () => {
  test("no request are refused as a problem, with the headers of every answer", async ({
    service,
  }) => {
    for (const sent of [
      "nonsense\r\n\r\n",
      request("NONSENSE /v1/customers HTTP/1.1"),
      request("GET /v1/customers HTTP/1.1", "bad header: 1"),
      "GET /v1/catalogue HTTP/1.1\r\nconnection: close\r\n\r\n",
      "GET /v1/catalogue HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n",
      "GET /v1/catalogue HTTP/1.1\r\nhost: ]\r\nconnection: close\r\n\r\n",
      request("GET * HTTP/1.1"),
      request("GET /v1\\catalogue HTTP/1.1"),
      request("OPTIONS * HTTP/1.1"),
    ]) {
      const { status, headers, body } = await exchange(service, sent);

      expect(status, sent).toBe(400);
      expect(headers.get("content-type"), sent).toBe("application/problem+json");
      expect(JSON.parse(body), sent).toMatchObject({ code: "malformed", status: 400 });
      expect(headers.get("heliograph-request-id")).toMatch(/^req_[0-9a-z]{26}$/);
      expect(headers.get("x-content-type-options"), sent).toBe("nosniff");
      expect(headers.get("cache-control"), sent).toBe("no-store");
    }
  });

  test("a request of another kind are answered as HTTP", async ({ service }) => {
    const absolute = await exchange(service, request(`GET ${service.url}/healthz HTTP/1.1`));
    expect(absolute.status).toBe(200);
    const old = await exchange(service, "GET /healthz HTTP/1.0\r\nhost: localhost\r\n\r\n");
    expect(old.status).toBe(200);
    const upgrade = [
      "connection: upgrade, close",
      "upgrade: websocket",
      "sec-websocket-version: 13",
    ];
    const asked = `GET /healthz HTTP/1.1\r\nhost: localhost\r\n${upgrade.join("\r\n")}\r\n\r\n`;
    expect((await exchange(service, asked)).status).toBe(200);
  });
});

describe("a method that a path does not know", () => {
  test("is refused with those it knows, whatever it is called", async ({ service }) => {
    for (const [method, path, allowed] of [
      ["OPTIONS", "/v1/customers", "GET, HEAD, POST"],
      ["DELETE", "/v1/customers", "GET, HEAD, POST"],
      ["TRACE", "/v1/customers", "GET, HEAD, POST"],
      ["PROPFIND", "/v1/customers", "GET, HEAD, POST"],
      ["QUERY", "/v1/customers", "GET, HEAD, POST"],
      ["POST", "/healthz", "GET, HEAD"],
      ["OPTIONS", "/metrics", "GET, HEAD"],
      ["DELETE", "/", "GET, HEAD"],
    ] as const) {
      const { status, headers, body } = await exchange(
        service,
        request(`${method} ${path} HTTP/1.1`),
      );

      expect(status, `${method} ${path}`).toBe(405);
      expect(headers.get("allow")?.split(", ").toSorted().join(", ")).toBe(allowed);
      expect(JSON.parse(body)).toMatchObject({ code: "method_not_allowed" });
    }
  });

  test("is not refused but not found where there is no path", async ({ service }) => {
    for (const method of ["OPTIONS", "TRACE", "PROPFIND"]) {
      const { status, body } = await exchange(service, request(`${method} /nonsense HTTP/1.1`));
      expect([status, JSON.parse(body)]).toMatchObject([404, { code: "not_found" }]);
    }
  });
});

describe("HEAD", () => {
  test("is GET without a body, and holds nothing open", async ({ service }) => {
    const { operator } = service;
    const { id } = await operator.organizations.create({ name: "Sample", roles: ["sales_org"] });
    const { key } = await operator.keys.create({ id });
    const authorization = `authorization: Bearer ${key}`;
    for (const path of [
      "/v1/customers",
      "/v1/events/stream",
      "/healthz",
      `/v1/organizations/${id}`,
    ]) {
      const { status, headers, body } = await exchange(
        service,
        request(`HEAD ${path} HTTP/1.1`, authorization),
      );

      expect([status, body], path).toEqual([200, ""]);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    }
    const refused = await exchange(service, request("HEAD /v1/customers HTTP/1.1"));
    expect([refused.status, refused.body]).toEqual([401, ""]);
  });

  test("of a file lets go of it", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    const file = new File(["12 kWh"], "bill.txt");
    const { content_url } = await pair.sales.files.create({ id, category: "other", file });
    const opened: Readable[] = [];
    const files: FileStore = {
      ...service.services.files,
      async read(fileId) {
        const found = await service.services.files.read(fileId);
        if (found) opened.push(found.stream);
        return found;
      },
    };
    const app = createApp({ ...service.services, files });

    const response = await app.request(content_url, { method: "HEAD" });

    expect([response.status, response.headers.get("content-length")]).toEqual([200, "6"]);
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
  });
});

describe("every answer", () => {
  test("is taken for what it says it is, and kept by no cache", async ({ service }) => {
    const authorization = `Bearer ${service.operatorKey}`;
    for (const [path, status] of [
      ["/v1/organizations", 200],
      ["/v1/organizations?limit=0", 422],
      ["/v1/organizations/org_00000000000000000000000000", 404],
      ["/v1/customers", 403],
      ["/v1/catalogue", 200],
      ["/nonsense", 404],
      ["/", 200],
      ["/metrics", 200],
    ] as const) {
      const { headers, ...answer } = await ask(service, path, { authorization });

      expect(answer.status, path).toBe(status);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("cache-control"), path).toBe("no-store");
    }
    await expectProblem(await fetch(new URL("/v1/organizations", service.url)), "unauthorized");
  });
});

async function ask({ url }: Service, path: string, headers: Record<string, string>) {
  const response = await fetch(new URL(path, url), { headers });
  await response.bytes();
  return { status: response.status, headers: response.headers };
}
