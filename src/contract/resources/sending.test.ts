import { describe, expect, test } from "vitest";
import { operation } from "../operations.ts";

const bodies = {
  createEndpoint: { url: "https://example.com/hooks" },
  updateEndpoint: {},
} as const;

describe("headers of an endpoint", () => {
  const badName = "The name of a header holds letters, digits and !#$%&'*+-.^_`|~ only";
  const badValue = "Must be visible ASCII, with spaces and tabs inside only";

  const notFree =
    "Host content-length Transfer-Encoding connection TE trailer upgrade keep-alive expect Proxy-Authorization proxy-x webhook-id Webhook-X heliograph-sequence heliograph-x Content-Type user-agent";
  test.each(notFree.split(" "))("are not free to be %s", (name) => {
    const message = `The header ${name.toLowerCase()} is not free to set`;
    expect(faultsOf({ headers: { [name]: "x" } })).toEqual([[["headers", name], message]]);
  });

  test.each([
    ["authorization", "Bearer x", "The header authorization is set by auth"],
    ["", "x", badName],
    ["x y", "x", badName],
    ["x:", "x", badName],
    ["x\r\ny", "x", badName],
    ["ä", "x", badName],
    ["x-a", "1\r\nx: y", badValue],
    ["x-a", " 1", badValue],
    ["x-a", "1\t", badValue],
    ["x-a", "", badValue],
    ["x-a", "ü", badValue],
  ])("are refused as %j: %j", (name, value, message) => {
    expect(faultsOf({ headers: { [name]: value } })).toEqual([[["headers", name], message]]);
  });

  test("differ by more than case, and have their limits", () => {
    const twice = "The header x-a is given twice";
    expect(faultsOf({ headers: { "X-A": "1", "x-a": "2" } })).toEqual([
      [["headers", "x-a"], twice],
    ]);
    expect(faultsOf({ headers: many(20) })).toEqual([]);
    expect(faultsOf({ headers: many(21) })).toEqual([[["headers"], "At most 20 headers"]]);
    expect(faultsOf({ headers: { "x-a": "x".repeat(8_189) } })).toEqual([]);
    expect(faultsOf({ headers: { "x-a": "x".repeat(8_190) } })).toEqual([
      [["headers"], "At most 8 KiB of names and values"],
    ]);
  });

  test("may be any token and any visible value, and are removed by null in a change", () => {
    expect(faultsOf({ headers: { "!#$%&'*+-.^_`|~09azAZ": "a\t b~!" } })).toEqual([]);
    const change = { headers: { ...many(20), "x-a": null } };
    expect(operation("updateEndpoint").body.safeParse(change).success).toBe(true);
    const creation = { ...bodies.createEndpoint, ...change };
    expect(operation("createEndpoint").body.safeParse(creation).success).toBe(false);
  });
});

describe("credentials of an endpoint", () => {
  test.each([
    [{ type: "bearer", token: "a b" }, "token"],
    [{ type: "bearer", token: "" }, "token"],
    [{ type: "bearer", token: "ü" }, "token"],
    [{ type: "bearer", token: "x".repeat(4_097) }, "token"],
    [{ type: "basic", username: "a:b", password: "" }, "username"],
    [{ type: "basic", username: "a\u007f", password: "" }, "username"],
    [{ type: "basic", username: "a", password: "b\n" }, "password"],
    [{ type: "basic", username: "a", password: "\ud800" }, "password"],
    [{ type: "digest", username: "a", password: "b" }, "type"],
  ])("are refused as %j", (auth, field) => {
    expect(faultsOf({ auth }).map(([path]) => path)).toEqual([["auth", field]]);
  });

  test.each([
    { type: "bearer", token: "abc.DEF-1~2/3+4==" },
    { type: "basic", username: "größe", password: "a:b c" },
    { type: "basic", username: "a key is all", password: "" },
    null,
  ])("may be %j", (auth) => {
    expect(faultsOf({ auth })).toEqual([]);
  });
});

/** Place and message of all that does not fit, the same in a creation and in a change. */
function faultsOf(given: object): [path: PropertyKey[], message: string][] {
  const [creation, change] = (["createEndpoint", "updateEndpoint"] as const).map((name) => {
    const { error } = operation(name).body.safeParse({ ...bodies[name], ...given });
    const issues = error?.issues ?? [];
    return issues.map(({ path, message }): [PropertyKey[], string] => [path, message]);
  });
  expect(change).toEqual(creation);
  return creation ?? [];
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, "1"]));
