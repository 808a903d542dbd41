import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findDouble, type Candidate, type Latest } from "./doubles.ts";
import { recognise } from "./recognise.ts";
import { whatIsSaid } from "./says.ts";

type Json = Record<string, unknown>;

const utf8 = (body: unknown) =>
  new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));

function candidateOf(body: unknown): Candidate {
  const bytes = utf8(body);
  const { vendorEvent, entity, content } = recognise({ bytes, named: [] });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { vendorEvent, entity, said: whatIsSaid(content), sha256 };
}

/** What becomes of deliveries of one entity within one window, one after the other. */
function judged(bodies: readonly unknown[]) {
  const wentOn: Latest[] = [];
  return bodies.map((body, nth) => {
    const candidate = candidateOf(body);
    const double = findDouble(candidate, { latest: wentOn[0] ?? null, earlier: wentOn });
    if (!double) wentOn.unshift({ ...candidate, eventId: `evt_${nth}` });
    return double;
  });
}

const outcomes = (...bodies: readonly unknown[]) =>
  judged(bodies).map((double) => double?.outcome ?? "on");

const at = (updated_at: string) => ({ timestamps: { updated_at, timezone: "UTC" } });
const made = { webhook_event: "new_install", id: 5, status: "active", ...at("10:00") };
const updated = { ...made, webhook_event: "update_install", ...at("10:01") };

describe("findDouble()", () => {
  test("drops copies, also when only the time of the change differs", () => {
    expect(outcomes(made, made, { ...made, ...at("10:02") })).toEqual(["on", "double", "double"]);
  });

  test("drops the update that only says what was new", () => {
    expect(outcomes(made, updated)).toEqual(["on", "double"]);
    expect(outcomes(updated, made)).toEqual(["on", "on"]);
  });

  test("lets on what says something else", () => {
    const voided = { ...updated, status: "voided" };
    const more = { ...updated, agent: { id: 7 } };
    expect(outcomes(made, voided)).toEqual(["on", "on"]);
    expect(outcomes(made, more)).toEqual(["on", "on"]);
    expect(outcomes(made, { ...made, webhook_event: "restore_install" })).toEqual(["on", "on"]);
  });

  test("lets on a change there and back, but not a copy that came late", () => {
    const voided = { ...updated, status: "voided", ...at("10:02") };
    const back = { ...updated, ...at("10:03") };
    expect(outcomes(updated, voided, back)).toEqual(["on", "on", "on"]);
    expect(outcomes(updated, voided, updated)).toEqual(["on", "on", "double"]);
    const [undated, other] = [
      { webhook_event: "update_note", id: 1, note: "a" },
      { webhook_event: "update_note", id: 1, note: "b" },
    ];
    expect(outcomes(undated, other, undated)).toEqual(["on", "on", "on"]);
  });

  test("drops what says nothing, unless it may be a sign of something", () => {
    const bare = (webhook_event: string) => ({ webhook_event, id: 5, email: "", deal: null });
    expect(outcomes(bare("new_install"), made)).toEqual(["near_empty", "on"]);
    expect(outcomes(made, bare("update_install"))).toEqual(["on", "near_empty"]);
    expect(outcomes(bare("update_install"), bare("delete_appointment"))).toEqual(["on", "on"]);
    expect(outcomes({ webhook_event: "update_install" })).toEqual(["near_empty"]);
  });

  test("knows the names of 2.0", () => {
    const payload = { deal: { id: "d-1", name: "Roof" } };
    const event = (name: string, given: Json = payload) => ({ event: name, payload: given });
    expect(
      outcomes(
        event("deal.created"),
        event("deal.updated"),
        event("deal.created.bare"),
        event("deal.updated", { deal: { id: "d-1", name: "Carport" } }),
      ),
    ).toEqual(["on", "double", "on", "on"]);
    expect(outcomes(event("customer.created", { customer: { id: "c-1" } }))).toEqual([
      "near_empty",
    ]);
  });

  test("drops nothing that it does not know", () => {
    expect(outcomes({ id: 1, a: 2 }, { id: 1, a: 2 }, "<xml/>", "<xml/>", "", "")).toEqual(
      Array(6).fill("on"),
    );
  });

  test("does not take numbers that JavaScript cannot tell apart for the same", () => {
    const big = (digits: string) =>
      `{"webhook_event":"update_note","id":1,"note":"a","n":${digits}}`;
    expect(
      outcomes(big("9007199254740993"), big("9007199254740992"), big("9007199254740992")),
    ).toEqual(["on", "on", "double"]);
    expect(outcomes(big("1e999"), big("1e998"))).toEqual(["on", "on"]);
  });

  const delivery = fc.record({
    webhook_event: fc.constantFrom("new_note", "update_note", "delete_note"),
    id: fc.constant(1),
    note: fc.constantFrom("", "a", "b"),
    tags: fc.array(fc.constantFrom("x", "y"), { maxLength: 2 }),
    updated_at: fc.constantFrom(null, "10:00", "10:01"),
  });

  test("drops nothing that the event it names does not say", () => {
    fc.assert(
      fc.property(fc.array(delivery, { maxLength: 12 }), (bodies) => {
        for (const [nth, double] of judged(bodies).entries()) {
          if (!double?.eventId) continue;
          const original = candidateOf(bodies[Number(double.eventId.slice(4))]).said;
          const said = candidateOf(bodies[nth]).said;
          expect(said?.values.isSubsetOf(original?.values ?? new Set())).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("leaves the same last word as all deliveries would", () => {
    fc.assert(
      fc.property(fc.array(delivery, { minLength: 1, maxLength: 12 }), (bodies) => {
        const doubles = judged(bodies);
        const on = bodies.filter((_, nth) => doubles[nth] === null);
        expect(judged(on).every((double) => double === null)).toBe(true);
        expect(judged(bodies)).toEqual(doubles);
      }),
      { numRuns: 1_000 },
    );
  });

  test("always drops a copy of the latest that has an id and is named", () => {
    const value = fc.dictionary(
      fc.string({ maxLength: 8 }).filter((name) => name !== "__proto__"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(value, (fields) => {
        const body = { ...fields, webhook_event: "update_note", id: 1, note: "a" };
        expect(outcomes(body, body)).toEqual(["on", "double"]);
      }),
      { numRuns: 1_000 },
    );
  });
});
