import { describe, expect } from "vitest";
import { operation } from "../src/contract/operations.ts";
import { jsonLimitBytes, multipartLimitBytes } from "../src/http/body.ts";
import { harmless, strike, withAnyJson, withForm, withJson } from "./attack.ts";
import { expectProblem } from "./problems.ts";
import { test, type Service } from "./service.ts";
import { exampleBody, givenForm } from "./world.ts";
import { placesIn, replaced, without, type Json, type Place } from "./places.ts";

/** Puts a value into every place of every worked body that is of a kind, and expects to be told of that place. */
async function replaceEach(
  service: Service,
  isOfKind: (at: Place, value: Json) => boolean,
  values: readonly Json[],
): Promise<void> {
  let count = 0;
  await harmless(service, async (world) => {
    for (const name of withJson) {
      const body = exampleBody(operation(name), world.ids) as Json;
      for (const [at, value] of placesIn(body)) {
        if (!isOfKind(at, value) || isOfRow(at)) continue;
        for (const bad of values) {
          const response = await strike(world, name, [JSON.stringify(replaced(body, at, bad))]);
          const { errors = [] } = await expectProblem(response, "invalid");
          const pointer = at.map((part) => `/${part}`).join("");
          const said = `${name} ${JSON.stringify(bad).slice(0, 60)} at ${pointer}: ${JSON.stringify(errors)}`;
          expect(
            errors.some((error) => error.at.startsWith(pointer)),
            said,
          ).toBe(true);
          count += 1;
        }
      }
    }
  });
  expect(count).toBeGreaterThan(20);
}

/** A row holds whatever a file holds: what does not fit is a fault of that row, and refuses no batch. */
const isOfRow = (at: Place) => at[0] === "rows" && at[2] === "values";

const isText = (_: Place, value: Json) => typeof value === "string";

describe("a body with", () => {
  test("values of another type is refused by their places", ({ service }) =>
    replaceEach(service, () => true, [{ nonsense: [true] }, [[[1]]]]));

  test("text that cannot be kept is refused by its place", ({ service }) =>
    replaceEach(service, isText, ["a\u0000b", "a\ud800b"]));

  test("text that is too long is refused by its place", ({ service }) =>
    replaceEach(service, isText, ["x".repeat(100_000)]));

  test("numbers that are too large, or are text, are refused by their places", ({ service }) =>
    replaceEach(service, (_, value) => typeof value === "number", [1e300, "12"]));

  test("days and instants that are none, or not of this age, are refused", async ({ service }) => {
    const isLike = (pattern: RegExp) => (_: Place, value: Json) =>
      typeof value === "string" && pattern.test(value);
    const isInstant = isLike(/^\d{4}-\d\d-\d\dT/);
    const isDay = isLike(/^\d{4}-\d\d-\d\d$/);
    const days = ["0000-01-01", "1899-12-31", "9999-12-31", "2026-02-30", "2026-13-01", "soon"];
    const instants = [
      ...days.map((day) => `${day}T00:00:00.000Z`),
      "3000-01-01T00:00:00.000Z",
      "2999-12-31T23:30:00.000-01:00",
      "+275760-09-13T00:00:00.000Z",
      "2026-01-01T00:00:00",
      "2026-01-01T24:00:00Z",
    ];
    await replaceEach(service, isInstant, instants);
    await replaceEach(service, isDay, days);
  });

  test("a required field left out is refused by its place", ({ service }) =>
    harmless(service, async (world) => {
      for (const name of withJson) {
        const body = exampleBody(operation(name), world.ids) as Record<string, Json>;
        for (const field of Object.keys(body)) {
          const rest = without(body, field);
          if (operation(name).body.safeParse(rest).success) continue;
          const response = await strike(world, name, [JSON.stringify(rest)]);
          const { errors } = await expectProblem(response, "invalid");
          expect(errors, `${name} without ${field}`).toEqual([
            { at: `/${field}`, message: "Is required" },
          ]);
        }
      }
    }));

  test("unknown fields is refused with their names, also where no body is expected", ({
    service,
  }) =>
    harmless(service, async (world) => {
      for (const name of withAnyJson) {
        const body = exampleBody(operation(name), world.ids) as Record<string, Json>;
        const given = JSON.stringify({ ...body, surplus: 1, "a/b": {} });
        const { errors } = await expectProblem(await strike(world, name, [given]), "invalid");
        expect(errors, name).toEqual([
          { at: "/surplus", message: "Unknown field" },
          { at: "/a~1b", message: "Unknown field" },
        ]);
      }
    }));

  test("a name that would reach into the program is refused like any other", ({ service }) =>
    harmless(service, async (world) => {
      for (const field of ["__proto__", "constructor", "toString"]) {
        const given = `{"first_name":"Avery","${field}":{"isAdmin":true}}`;
        const response = await strike(world, "createCustomer", [given]);
        const { errors = [] } = await expectProblem(response, "invalid");
        expect(errors.map(({ at }) => at)).toContain(`/${field}`);
      }
      for (const field of ["external_ids", "custom"]) {
        const given = `{"first_name":"Avery","${field}":{"crm":"1","__proto__":"x"}}`;
        const { errors } = await expectProblem(
          await strike(world, "createCustomer", [given]),
          "invalid",
        );
        expect(errors).toEqual([{ at: `/${field}/__proto__`, message: "Unknown field" }]);
      }
    }));

  test("half a million faults is refused with the first of them", ({ service }) =>
    harmless(service, async (world) => {
      const surplus = Object.fromEntries(
        Array.from({ length: 80_000 }, (_, index) => [`f${index}`, 1]),
      );
      const bodies = [
        JSON.stringify(surplus),
        JSON.stringify({ external_ids: surplus }),
        JSON.stringify({ ["n".repeat(900_000)]: 1 }),
        `[${"1,".repeat(500_000)}1]`,
        `{"custom":[${"{},".repeat(300_000)}1]}`,
      ];
      for (const body of bodies) {
        const response = await strike(world, "createCustomer", [body]);
        expect((await response.clone().text()).length).toBeLessThan(50_000);
        const { errors = [] } = await expectProblem(response, "invalid");
        expect(errors.length).toBeLessThanOrEqual(100);
      }
    }));
});

describe("a body that is", () => {
  test("of another type, or coded, is refused before it is read", ({ service }) =>
    harmless(service, async (world) => {
      const types = [
        "text/plain",
        "application/xml",
        "application/json-patch+json",
        "application/x-www-form-urlencoded",
        "jsonapplication/json",
      ];
      for (const name of [...withJson, ...withForm]) {
        for (const type of types) {
          const response = await strike(world, name, ["{}", { "content-type": type }]);
          await expectProblem(response, "unsupported_media_type");
        }
        const coded = { "content-type": "application/json", "content-encoding": "gzip" };
        await expectProblem(await strike(world, name, ["{}", coded]), "unsupported_media_type");
      }
    }));

  test("no JSON is refused", ({ service }) =>
    harmless(service, async (world) => {
      const bodies = ["{", "nil", "{'a':1}", '{"a":1}{"b":2}', '"\n"', "NaN", "[1,]", "{}\u0000"];
      const bytes = new Uint8Array([123, 34, 97, 34, 58, 34, 0xc3, 0x28, 34, 125]);
      for (const name of withJson) {
        for (const body of [...bodies, bytes]) {
          await expectProblem(await strike(world, name, [body]), "malformed");
        }
        if (operation(name).bodyKind === "optional_json") continue;
        await expectProblem(await strike(world, name, [" "]), "malformed");
      }
    }));

  test("JSON, but no object, is refused", ({ service }) =>
    harmless(service, async (world) => {
      for (const name of withJson) {
        for (const body of ["null", "true", "3", '"text"', "[]", "[{}]"]) {
          await expectProblem(await strike(world, name, [body]), "invalid");
        }
      }
    }));

  test("larger than 1 MiB, or said to be, is refused", ({ service }) =>
    harmless(service, async (world) => {
      const large = `{"a":"${"x".repeat(jsonLimitBytes)}"}`;
      const unsized = () => new Blob([large]).stream();
      for (const name of withJson) {
        await expectProblem(await strike(world, name, [large]), "too_large");
        await expectProblem(await strike(world, name, [unsized()]), "too_large");
      }
    }));

  test("nested too deeply is refused", ({ service }) =>
    harmless(service, async (world) => {
      for (const depth of [40, 400_000]) {
        const body = `${"[".repeat(depth)}${"]".repeat(depth)}`;
        for (const name of withJson) {
          const response = await strike(world, name, [`{"custom":${body}}`]);
          const { errors } = await expectProblem(response, "invalid");
          expect(errors?.[0]?.message).toBe("Nested deeper than 32 levels");
        }
      }
    }));

  test("no form, a form without its file, or a file that is too large is refused", ({ service }) =>
    harmless(service, async (world) => {
      const type = "multipart/form-data; boundary=edge";
      for (const name of withForm) {
        for (const body of ["", "--edge", "--edge\r\n\r\n--edge--x", "nonsense"]) {
          await expectProblem(
            await strike(world, name, [body, { "content-type": type }]),
            "malformed",
          );
        }
        const bare = new FormData();
        bare.append("category", "utility_bill");
        const surplus = givenForm();
        surplus.append("surplus", "1");
        const twice = givenForm();
        twice.append("file", new File(["x"], "another.txt"));
        for (const form of [bare, surplus, twice]) {
          await expectProblem(await strike(world, name, [form]), "invalid");
        }
        const large = givenForm();
        large.set("file", new File([new Uint8Array(multipartLimitBytes)], "large.bin"));
        await expectProblem(await strike(world, name, [large]), "too_large");
      }
    }));
});
