import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventTypes } from "../../contract/catalogue.ts";
import { enerfloV1Body } from "../../contract/formats/enerfloV1.ts";
import { entryOf } from "../../contract/formats/testEntry.ts";
import { readName } from "./names.ts";
import { recognise } from "./recognise.ts";

const seen = (body: unknown, named: readonly (string | null)[] = []) => {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const { vendorEvent, shape, entity, vendorCustomerId } = recognise({ bytes, named });
  return [vendorEvent, shape, entity && `${entity.kind} ${entity.id}`, vendorCustomerId];
};

describe("recognise()", () => {
  test.each(eventTypes)("knows %s of 1.0, and what it is about", (type) => {
    const body = enerfloV1Body(entryOf(type));

    const [vendorEvent, shape, entity] = seen(body);

    expect([vendorEvent, shape]).toEqual([type, "compact"]);
    expect(entity).toBe(`${readName(type).kind} ${String(body["id"])}`);
  });

  test.each([
    [
      { webhook_event: "new_customer", id: 5, sales_company_id: 1 },
      ["new_customer", "compact", "customer 5", "5"],
    ],
    [{ webhook_event: "new_note", id: 4, customer_id: 5 }, ["new_note", "compact", "note 4", "5"]],
    [
      { webhook_event: "new_install", id: 6, customer: { id: 5 } },
      ["new_install", "compact", "install 6", "5"],
    ],
    [
      { id: 3, survey: { customer: { id: 5 } }, eventName: "new_proposal" },
      ["new_proposal", "wide", "proposal 3", "5"],
    ],
    [
      { body: { id: 9, customer_id: 5, eventName: "complete_survey" } },
      ["complete_survey", "wide", "survey 9", "5"],
    ],
    [
      { id: 7, enerflo_customer_id: 5, eventName: "new_appointment" },
      ["new_appointment", "wide", "appointment 7", "5"],
    ],
    [
      { event: "customer.created", payload: { customer: { id: "c-1" } } },
      ["customer.created", "envelope", "customer c-1", "c-1"],
    ],
    [
      { event: "customer.updated.v2", payload: { current: { id: "c-1" }, previous: {} } },
      ["customer.updated.v2", "envelope", "customer c-1", "c-1"],
    ],
    [
      {
        event: "design-request.created",
        payload: { designRequest: { id: "q-1" }, customer: { id: "c-1" } },
      },
      ["design-request.created", "envelope", "design_request q-1", "c-1"],
    ],
    [{ webhook_event: "new_note", body: { id: 1 } }, ["new_note", "compact", null, null]],
    [{ event: "ping" }, ["ping", "json", null, null]],
    [{ webhook_event: ".", id: 1 }, [".", "compact", ". 1", null]],
    [
      [1, 2],
      [null, "json", null, null],
    ],
    ['\uFEFF{"webhook_event":"new_note","id":2}', ["new_note", "compact", "note 2", null]],
    ['{"webhook_event":"new_note","id":9007199254740993}', ["new_note", "compact", null, null]],
    ['{"webhook_event":"new_note","webhook_event":7}', [null, "json", null, null]],
    ['{"__proto__":{"webhook_event":"new_note"}}', [null, "json", null, null]],
    ["event=new_note", [null, "other", null, null]],
  ])("of %j", (body, expected) => {
    expect(seen(body)).toEqual(expected);
  });

  test("takes the first good name from outside where the body has none", () => {
    expect(seen({ id: 1 }, [null, "no name!", "new_note", "other"])).toEqual([
      "new_note",
      "json",
      "note 1",
      null,
    ]);
    expect(seen("x", ["new_note"])).toEqual(["new_note", "other", null, null]);
  });

  test("bears whatever comes", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(seen(deep)).toEqual([null, "json", null, null]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { text } = recognise({ bytes, named: [] });
        if (text !== null) expect(new TextEncoder().encode(text)).toEqual(bytes);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.json(), fc.string(), (body, name) => {
        recognise({ bytes: Buffer.from(body), named: [name] });
      }),
      { numRuns: 2_000 },
    );
  });
});
