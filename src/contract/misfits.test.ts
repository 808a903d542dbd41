import { describe, expect, test } from "vitest";
import { misfitsOf } from "./misfits.ts";
import { operation } from "./operations.ts";

const told = (name: "resumeEndpoint" | "createEndpoint" | "moveTestClock", body: object) => {
  const { error } = operation(name).body.safeParse(body, { reportInput: true });
  return error && misfitsOf(operation(name).body, error, "body");
};

describe("a value that does not fit", () => {
  test.each([
    [
      "resumeEndpoint",
      { from: "Latest" },
      'Must be a position of the feed, an RFC 3339 instant of the past, or `latest`; is "Latest"',
    ],
    [
      "createEndpoint",
      { url: "https://example.com", start: "Now" },
      'Must be `now`, `beginning` or a position of the feed; is "Now"',
    ],
    ["moveTestClock", { now: "noon" }, 'Invalid ISO datetime; is "noon"'],
    ["moveTestClock", {}, "Is required"],
  ] as const)("is told once, with all that it may be: %s %j", (name, body, message) => {
    expect(told(name, body)).toEqual([expect.objectContaining({ message })]);
  });
});
