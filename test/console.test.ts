import { describe, expect, test } from "vitest";
import { fieldGroupsOf, subjectFirst } from "../console/src/catalogue/fields.ts";
import { byStage, stageNames, stageOf } from "../console/src/catalogue/stages.ts";
import { fieldsOf } from "../console/src/forms/schema.ts";
import { toBody, toDraft } from "../console/src/forms/values.ts";
import { eventDefinition, eventExample, eventTypes } from "../src/contract/catalogue.ts";
import { operation } from "../src/contract/operations.ts";
import { eventSchema } from "../src/contract/schemas.ts";
import { getCatalogue } from "../src/http/documents.ts";

describe("the stages of the console's catalogue", () => {
  test("hold every event, each once", async () => {
    const groups = byStage((await getCatalogue()).data);
    expect(groups.map(([stage]) => stage)).toEqual(stageNames);
    expect(groups.flatMap(([, entries]) => entries.map(({ type }) => type)).sort()).toEqual(
      eventTypes.toSorted(),
    );
  });

  test("have a place for an event of a later version", () => {
    expect(stageOf("battery_recycled")).toBe("Other");
  });
});

describe("the console's field table", () => {
  test.each(eventTypes)("of %s says every field that its example has", (type) => {
    for (const role of eventDefinition(type).audience) {
      const groups = fieldGroupsOf(eventSchema(type, role));
      const told = new Set(
        groups.flatMap(({ path, rows }) =>
          [path].concat(rows.map((row) => (path === "" ? row.path : `${path}.${row.path}`))),
        ),
      );
      // What is in a map has names of the companies' own.
      const inMaps = /(?:external_ids|custom|^changes)\./;
      const unsaid = pathsOf(eventExample(type, role)).filter(
        (path) => !told.has(path) && !inMaps.test(path) && path !== "data",
      );
      expect(unsaid).toEqual([]);
    }
  });

  test.each(eventTypes)("of %s begins with what the event is about", (type) => {
    const [first] = subjectFirst(type, fieldGroupsOf(eventSchema(type)));
    expect(first?.path).toBe(`data.${eventDefinition(type).subject}`);
  });

  test("says of a field who never gets it, and leaves it out where that party reads", () => {
    const priceOf = (role?: "sales_org" | "epc") =>
      fieldGroupsOf(eventSchema("new_install", role))
        .find(({ path }) => path === "data.install")
        ?.rows.find(({ path }) => path === "commission_cents");
    expect(priceOf()).toMatchObject({ hiddenFrom: ["epc"], isAlways: false, unit: "US cents" });
    expect(priceOf("sales_org")).toMatchObject({ isAlways: true });
    expect(priceOf("epc")).toBeUndefined();
  });
});

/** Paths of all that an example holds, with `[]` for what is in a list. */
function pathsOf(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${at}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return [path].concat(pathsOf(inner, path));
  });
}

describe("a form of one setting", () => {
  const fields = fieldsOf(operation("updateOrganization").body, "settings").filter(
    ({ name }) => name === "deal_types",
  );

  test("asks for all of what may also be given short", () => {
    const [field] = fields;
    expect(field?.control).toMatchObject({
      kind: "rows",
      fields: [{ name: "name" }, { name: "required_steps", control: { kind: "choices" } }],
    });
  });

  test("sends what was changed, and nothing of the other settings", () => {
    const before = {
      agreement_mode: "signed",
      deal_types: [{ name: "residential", required_steps: ["welcome_call"] }],
    };
    const draft = toDraft(fields, before);
    expect(toBody(fields, draft, before)).toEqual({});
    const added = {
      deal_types: [...(draft["deal_types"] as object[]), { name: "light", required_steps: [] }],
    };
    expect(toBody(fields, added, before)).toEqual({
      deal_types: [...before.deal_types, { name: "light" }],
    });
  });
});
