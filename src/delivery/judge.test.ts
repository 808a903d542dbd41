import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge } from "./judge.ts";
import type { SendError } from "./send.ts";

const errors: readonly SendError[] = [
  "timeout",
  "connection_refused",
  "connection_reset",
  "dns",
  "tls",
  "egress_refused",
  "aborted",
  "other",
];

describe("judge()", () => {
  test.each([
    ["delivered", [200, 201, 202, 204, 299]],
    ["gone", [410]],
    ["endpoint", [408, 425, 429, 502, 503, 504]],
    [
      "event",
      [300, 301, 302, 307, 308, 304, 400, 401, 403, 404, 409, 413, 422, 451, 500, 501, 505, 599],
    ],
  ])("calls it %s when the status is one of %j", (verdict, statuses) => {
    for (const status of statuses) expect(judge({ status, error: null })).toBe(verdict);
  });

  test("blames the endpoint for every error, even when a status had come", () => {
    const status = fc.option(fc.integer({ min: 200, max: 599 }));
    fc.assert(
      fc.property(fc.constantFrom(...errors), status, (error, given) => {
        expect(judge({ status: given, error })).toBe("endpoint");
      }),
    );
  });

  test("delivers on 2xx and on nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), (status) => {
        expect(judge({ status, error: null }) === "delivered").toBe(status < 300);
      }),
    );
  });
});
