import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { CloudEvent, HTTP } from "cloudevents";
import { describe, expect, test } from "vitest";
import { eventTypes } from "../catalogue.ts";
import { cloudeventsBody } from "./cloudevents.ts";
import { heliographBody } from "./heliograph.ts";
import { contentTypeOf, renderBody } from "./render.ts";
import { entryOf, fieldsOf, standings } from "./testEntry.ts";

/** What CloudEvents 1.0 asks of a JSON event, in our own words. */
const text = { type: "string", minLength: 1 };
const validate = addFormats.default(new Ajv2020({ allowUnionTypes: true })).compile({
  type: "object",
  required: ["specversion", "id", "source", "type"],
  propertyNames: { pattern: "^[a-z0-9]{1,20}$" },
  properties: {
    specversion: { const: "1.0" },
    id: text,
    source: { ...text, format: "uri-reference" },
    type: text,
    time: { type: "string", format: "date-time" },
    subject: text,
    datacontenttype: { const: "application/json" },
    dataschema: { ...text, format: "uri" },
    sequence: text,
    partitionkey: text,
    data: { type: "object" },
  },
  additionalProperties: { type: ["string", "boolean", "integer"] },
});

describe.each(eventTypes)("cloudeventsBody() of %s", (type) => {
  test.each(standings)("is a valid event, as %s", (...roles) => {
    const body = cloudeventsBody(entryOf(type, { roles }));

    validate(body);

    expect(validate.errors).toBeNull();
    expect(body["type"]).toBe(`heliograph.${type}`);
    expect(body["subject"]).toMatch(/^[a-z]{3}_[0-9a-z]{26}$/);
    expect(body["partitionkey"]).toMatch(/^cus_/);
    expect(body["role"]).toBe(roles[0]);
  });

  test("is read by the CloudEvents package as it is sent", () => {
    const entry = entryOf(type, { roles: ["sales_org"] });
    const headers = { "content-type": contentTypeOf(entry, "cloudevents") };

    const event = HTTP.toEvent({ headers, body: renderBody(entry, "cloudevents") });

    expect(event).toBeInstanceOf(CloudEvent);
    expect((event as CloudEvent<unknown>).validate()).toBe(true);
    expect(event).toMatchObject({ id: entry.event_id, type: `heliograph.${type}` });
  });

  test("carries the rest of our own body, projected alike", () => {
    const entry = entryOf(type, { roles: ["epc"] });
    const { actor, cause, data, changes } = heliographBody(entry);

    const body = cloudeventsBody(entry);

    expect(body["data"]).toEqual({ actor, cause, data, ...(changes !== undefined && { changes }) });
    expect(fieldsOf(body).filter(([, value]) => value === undefined)).toEqual([]);
  });
});

describe("cloudeventsBody()", () => {
  test("takes its attributes from the entry", () => {
    const { data: _, ...attributes } = cloudeventsBody(entryOf("new_install"));

    expect(attributes).toEqual({
      specversion: "1.0",
      id: "evt_01kb8x3f5wemztqk0k6y2v9d4a",
      source: "/organizations/org_01kb8x3f5wemztqk0k6y2v9d4a",
      type: "heliograph.new_install",
      time: "2026-03-10T15:47:29.120Z",
      subject: "ins_01kb8x3f5wemztqk0k6y2v9d4a",
      datacontenttype: "application/json",
      dataschema: "urn:heliograph:schema:new_install:1",
      sequence: "0000000000001284",
      customersequence: "0000000000000017",
      partitionkey: "cus_01kb8x3f5wemztqk0k6y2v9d4a",
      role: "sales_org",
    });
  });

  test("has sequences that sort as the numbers do", () => {
    const numbers = [1, 2, 9, 10, 99, 1284, 2_147_483_648, Number.MAX_SAFE_INTEGER];
    const texts = numbers.map((sequence) =>
      String(cloudeventsBody({ ...entryOf("new_note"), sequence })["sequence"]),
    );

    expect(texts.toSorted(inTextOrder)).toEqual(texts);
    expect(texts.map(Number)).toEqual(numbers);
  });
});

const inTextOrder = (one: string, other: string) => (one < other ? -1 : 1);
