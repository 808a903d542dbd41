import { describe, expect, test } from "vitest";
import { eventTypes } from "../catalogue.ts";
import { Party } from "../meta.ts";
import { Format } from "../resources/delivery.ts";
import { bodyContentType, renderBody } from "./render.ts";
import {
  entryOf,
  markedData,
  pricedData,
  sparseData,
  standings,
  telltaleCents,
  telltaleText,
} from "./testEntry.ts";

const cases = Format.options.flatMap((format) => eventTypes.map((type) => ({ format, type })));

describe.each(cases)("renderBody() of $type as $format", ({ format, type }) => {
  test.each(standings)("is byte-equal every time, as %s", (...roles) => {
    const entry = entryOf(type, { roles });
    const body = renderBody(entry, format);
    const { cause, actor } = entry;
    const again = {
      ...entryOf(type, { roles }),
      cause: { request_id: cause.request_id, command: cause.command },
      actor: { name: actor.name, id: actor.id, kind: actor.kind },
    };

    expect(renderBody(entry, format)).toBe(body);
    expect(renderBody(again, format)).toBe(body);
    expect(JSON.stringify(JSON.parse(body))).toBe(body);
  });

  test.each(standings)("is the same when it is cut out of what is stored, as %s", (...roles) => {
    const marked = Party.options.map((party) => markedData(type, party));
    // The compact form of a proposal needs one, which an installer has not before there is an agreement.
    const sparse = format === "enerflo_v1" ? [] : [sparseData(type)];
    for (const data of [undefined, ...marked, ...sparse]) {
      const read = renderBody(entryOf(type, { roles, data }), format);
      expect(renderBody(entryOf(type, { roles, data, isShapeKnown: true }), format)).toBe(read);
    }
  });

  test.each(Party.options)("holds nothing that is kept from %s", (party) => {
    const sent = renderBody(
      entryOf(type, { roles: [party], data: markedData(type, party) }),
      format,
    );

    expect(telltales.filter((telltale) => sent.includes(telltale))).toEqual([]);
  });

  test("is the same to an installer whatever the dealer fee in the price is", () => {
    const [none, half] = [pricedData(type, 0), pricedData(type, 1_728_000)];
    const sent = (data: unknown) => renderBody(entryOf(type, { roles: ["epc"], data }), format);

    expect(sent(half)).toBe(sent(none));
  });

  test("refuses an entry without a role", () => {
    expect(() => renderBody(entryOf(type, { roles: [] }), format)).toThrow(/has no role/);
  });
});

const telltales = [telltaleText, String(telltaleCents), String(telltaleCents / 100)];

test("the telltales are told to whom they may be told", () => {
  const given = { roles: ["sales_org"], data: markedData("new_install", "epc") } as const;
  const sent = renderBody(entryOf("new_install", given), "heliograph");

  expect(sent).toContain(telltaleText);
  expect(sent).toContain(String(telltaleCents));
});

test("the dealer fee is told to whom it may be told", () => {
  const sent = (fee: number) =>
    renderBody(entryOf("new_proposal", { data: pricedData("new_proposal", fee) }), "heliograph");

  expect(sent(1_728_000)).not.toBe(sent(0));
});

describe("bodyContentType()", () => {
  test("is JSON, and for CloudEvents the type that marks structured mode", () => {
    expect(Format.options.map(bodyContentType)).toEqual([
      "application/json",
      "application/json",
      "application/cloudevents+json",
    ]);
  });
});
