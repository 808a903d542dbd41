import { describe, expect, test } from "vitest";
import { eventDefinition, eventTypes, type EventType } from "../catalogue.ts";
import { exampleOf } from "../meta.ts";
import { enerfloV1Body } from "./enerfloV1.ts";
import { documented } from "./enerfloV1/testDocumented.ts";
import type { FactEntry } from "./entry.ts";
import { entryOf, fieldsOf, sparseData, standings } from "./testEntry.ts";

type Json = Record<string, unknown>;

/** Who causes the events of `entryOf`. */
const byUser = "usr_01kb8x3f5wemztqk0k6y2v9d4b";

const bodyOf = (type: EventType, data?: unknown) => enerfloV1Body(entryOf(type, { data }));

/** The example of an event's data with some fields of its records changed. */
function dataWith(type: EventType, records: Record<string, Json | null>): Json {
  const data = exampleOf(eventDefinition(type).data) as Record<string, Json>;
  const changed = Object.entries(records).map(([name, fields]) => [
    name,
    fields && { ...data[name], ...fields },
  ]);
  return { ...data, ...(Object.fromEntries(changed) as Json) };
}

/** Kinds of all fields by path; null fits every kind but object. */
const kinds = (value: unknown) =>
  new Map(fieldsOf(value).map(([path, item]) => [path, kindOf(item)] as const));
const kindOf = (value: unknown) => (value === null ? "null" : typeof value);

describe.each(eventTypes)("enerfloV1Body() of %s", (type) => {
  test.each(standings)("names the event first and has integer ids, as %s", (...roles) => {
    const body = enerfloV1Body(entryOf(type, { roles }));
    const ids = fieldsOf(body).filter(
      ([path]) => /(^|[._])id$/.test(path) && !path.endsWith("external_id"),
    );
    const others = ids.filter(([, value]) => value !== null && !Number.isInteger(value));

    expect(Object.keys(body)[0]).toBe("webhook_event");
    expect(body["webhook_event"]).toBe(type);
    expect(Number.isInteger(body["id"])).toBe(true);
    expect(others.map(([path]) => path)).toEqual(
      type === "update_lender_application" ? [".external_application_id"] : [],
    );
  });

  test("has the same fields for a record that holds next to nothing", () => {
    const open = /\.(assignee|rebates|change_values|finance_details|question_answers|stipulations)/;
    const pathsIn = (body: Json) =>
      fieldsOf(body).flatMap(([path]) => (open.test(path) ? [] : [path]));

    expect(pathsIn(bodyOf(type, sparseData(type)))).toEqual(pathsIn(bodyOf(type)));
  });

  test("has no field whose value is missing, and times in one form", () => {
    const fields = fieldsOf(enerfloV1Body(entryOf(type, { roles: ["epc"] })));
    const times = fields.filter(
      ([path, value]) => /_at$|call_completed$/.test(path) && value !== null,
    );

    expect(fields.filter(([, value]) => value === undefined)).toEqual([]);
    for (const [, time] of times) expect(time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });
});

describe.each(Object.keys(documented) as (keyof typeof documented)[])("the known %s", (type) => {
  test("has the same fields of the same kinds", () => {
    const { webhook_event, ...body } = bodyOf(type);
    const [actual, expected] = [kinds(body), kinds(documented[type])];
    const differing = [...expected].filter(([path, kind]) => {
      const given = actual.get(path);
      return given !== kind && kind !== "null" && (given !== "null" || kind === "object");
    });

    expect(webhook_event).toBe(type);
    expect([...actual.keys()].toSorted(inTextOrder)).toEqual(
      [...expected.keys()].toSorted(inTextOrder),
    );
    expect(differing).toEqual([]);
  });
});

const inTextOrder = (one: string, other: string) => (one < other ? -1 : 1);

describe("customers", () => {
  test("are told as before", () => {
    expect(bodyOf("new_customer")).toEqual({
      webhook_event: "new_customer",
      id: 1001,
      external_id: "L-20931",
      first_name: "Avery",
      last_name: "Sample",
      full_name: "Avery Sample",
      email: "avery.sample@example.com",
      phone: "(555) 555-0101",
      address: {
        street: "100 Example Way",
        city: "Sampleton",
        state: "TX",
        zip: "75001",
        county: "Sample County",
        full_address: "100 Example Way, Sampleton, TX 75001",
        latitude: 32.900001,
        longitude: -96.800001,
      },
      customer_timezone: "America/Chicago",
      lead_source: "Website",
      timestamps: {
        deleted_at: null,
        created_at: "2026-03-02 15:04:05",
        updated_at: "2026-03-02 15:04:05",
        timezone: "UTC",
      },
    });
  });

  test("have an empty lead source when it is unknown or hidden", () => {
    const unknown = bodyOf(
      "new_customer",
      dataWith("new_customer", { customer: { lead_source: null } }),
    );
    const hidden = enerfloV1Body(entryOf("update_install", { roles: ["epc"] }));

    expect(unknown["lead_source"]).toBe("");
    expect(hidden["customer"]).toMatchObject({ lead_source: "" });
  });

  test.each([
    ["null for none", {}, null],
    ["the only one", { crm: "L-1" }, "L-1"],
    ["null for several", { crm: "L-1", erp: "E-1" }, null],
    ["the one for this purpose among several", { crm: "L-1", external_id: "X-1" }, "X-1"],
    ["the integrator's beside Enerflo's own", { crm: "L-1", enerflo: "2860314" }, "L-1"],
    ["none where only Enerflo's own is known", { enerflo: "2860314" }, null],
  ])("have as external id %s", (_, external_ids, expected) => {
    const data = dataWith("new_customer", { customer: { external_ids } });

    expect(bodyOf("new_customer", data)["external_id"]).toBe(expected);
  });

  test("keep a telephone number from elsewhere as it is", () => {
    const data = dataWith("new_customer", { customer: { phone: "+493012345678" } });

    expect(bodyOf("new_customer", data)["phone"]).toBe("+493012345678");
  });
});

describe("appointments", () => {
  test("have instants in both forms, in UTC, whatever offset they were stored with", () => {
    const appointment = {
      starts_at: "2026-03-04T14:00:00-06:00",
      ends_at: "2026-03-04T20:45:00.500Z",
    };

    expect(bodyOf("new_appointment", dataWith("new_appointment", { appointment }))).toMatchObject({
      length_minutes: 45,
      times: {
        iso8601: {
          start_time: "2026-03-04T20:00:00+00:00",
          end_time: "2026-03-04T20:45:00+00:00",
        },
        unix: { unix_time: 1772654400, unix_time_end: 1772657100 },
      },
    });
  });

  test("name the assignee, whoever it is, and the deal", () => {
    const sam = { id: 8101, first_name: "Sam", last_name: "Setter", email: "sam@example.com" };
    const nobody = { id: null, first_name: null, last_name: null, email: null };
    const assignee = { number: 8101, name: "Sam Setter", email: "sam@example.com" };
    const other = dataWith("update_appointment", { assignee, survey: { number: 7200 } });
    const none = dataWith("update_appointment", { assignee: null, survey: null });

    expect(bodyOf("update_appointment", other)).toMatchObject({ assignee: sam, deal_id: 7200 });
    expect(bodyOf("update_appointment", none)).toMatchObject({ assignee: nobody, deal_id: null });
  });

  test("name the creator when the event tells who it was", () => {
    const office = { id: null, first_name: "Ola", last_name: "Office", email: null };
    const byKey: FactEntry = {
      ...entryOf("new_appointment"),
      actor: { kind: "api_key", id: null, name: "CRM" },
    };

    const byOffice = dataWith("new_appointment", {
      setter: { id: byUser, number: 8103, name: "Ola Office", email: "ola@example.com" },
    });

    expect(bodyOf("new_appointment", byOffice)["creator"]).toEqual({
      ...office,
      id: 8103,
      email: "ola@example.com",
    });
    expect(bodyOf("new_appointment")["creator"]).toEqual(office);
    expect(bodyOf("update_appointment")["creator"]).toMatchObject({ last_name: null });
    expect(enerfloV1Body(byKey)["creator"]).toEqual({
      ...office,
      first_name: null,
      last_name: null,
    });
  });
});

describe("notes", () => {
  test.each(["new_note", "new_install_note"] as const)(
    "of %s name who wrote them, with what is known of him",
    (type) => {
      const name = type === "new_note" ? "note" : "install_note";
      const ola = { id: byUser, number: 8103, name: "Ola Office", email: "ola@example.com" };
      const known = { id: 8103, first_name: "Ola", last_name: "Office", email: "ola@example.com" };
      const by = (author: string) => bodyOf(type, dataWith(type, { rep: ola, [name]: { author } }));

      expect(by("Ola Office")["author"]).toEqual(known);
      // It is another who changes a note of hers, or the other way round.
      expect(by("Sam Setter")["author"]).toEqual({
        id: null,
        first_name: "Sam",
        last_name: "Setter",
        email: null,
      });
      if (type === "new_install_note") expect(by("Ola Office")["author_id"]).toBe(8103);
    },
  );
});

describe("deals", () => {
  test("have no installer before one is chosen, and an empty assignee before one is assigned", () => {
    const data = dataWith("new_design_request", {
      epc: null,
      install: null,
      design_request: { assignee: null, revision_of: null },
    });

    expect(bodyOf("new_design_request", data)).toMatchObject({
      install_company_id: null,
      install_id: null,
      is_revision: false,
      assignee: {},
    });
    expect(bodyOf("new_design_request", data)["assignee"]).toEqual({});
  });

  test("tell money in dollars, parts that add up, and system figures in the old units", () => {
    expect(bodyOf("new_proposal")["solar_data"]).toMatchObject({
      system_size: 9.72,
      offset: 100,
      panel_count: 24,
      inverter_count: 24,
      system_production: 14,
      system_cost: 32060,
      system_adder_cost: 2500,
      total_system_cost: 34560,
      total_loan_cost: 34560,
      total_cash_cost: null,
      ppw: 3.5556,
      net_cost: 34560,
      finance_method: "Loan",
      finance_code: "LOAN",
    });
  });

  test("tell of a loan where its funding stands, beside credit, stipulations and documents", () => {
    const data = dataWith("update_lender_application", {
      lender_application: { funding: "ntp_granted" },
    });

    expect(bodyOf("update_lender_application", data)["funding"]).toBe("ntp_granted");
  });

  test("link records by number only when they are the ones meant", () => {
    const data = dataWith("update_lender_application", {
      proposal: { id: "pro_01kb8x3f5wemztqk0k6y2v9d4z" },
    });

    expect(bodyOf("update_lender_application")["proposal_id"]).toBe(1001);
    expect(bodyOf("update_lender_application", data)["proposal_id"]).toBeNull();
  });
});

describe("installs", () => {
  test.each([
    ["active", "Permitting", "Permitting"],
    ["active", null, "Active"],
    ["voided", "Permitting", "Voided"],
    ["cancelled", "Permitting", "Cancelled"],
    ["complete", null, "Complete"],
  ])("that are %s in stage %s have the status %s", (status, stage, name) => {
    const data = dataWith("update_install", { install: { status, stage } });

    expect(bodyOf("update_install", data)["status"]).toEqual({ id: null, name });
  });

  test("have change orders with new and old values, adders by position", () => {
    const adder = { name: "Trench", kind: "value", amount_cents: 30_050, quantity: 2 };
    const changes = {
      contract_price_cents: { from: 3_456_000, to: 3_486_050 },
      adders: { from: [], to: [adder] },
    };
    const data = dataWith("signed_change_order", { change_order: { status: "signed", changes } });
    const trench = {
      id: 1,
      cost: 300.5,
      name: "Trench",
      active: null,
      quantity: 2,
      ignore_cost: null,
    };

    expect(bodyOf("signed_change_order", data)).toMatchObject({
      status: "complete",
      change_values: {
        adders: { new: { 1: trench }, old: {} },
        system_cost: { new: 34860.5, old: 34560 },
      },
    });
  });

  test("have a processed contract under the name of who processed it", () => {
    expect(bodyOf("contract_processed")).toMatchObject({
      status: "Completed",
      processed_by: { id: null, first_name: "Ola", last_name: "Office", email: null },
    });
  });
});
