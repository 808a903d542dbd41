import { describe, expect, test } from "vitest";
import { eventDefinition, eventExample, eventTypes, isEventType } from "./catalogue.ts";
import { Party } from "./meta.ts";
import { resources } from "./resource.ts";

const salesOrg = ["sales_org"];
const both = ["sales_org", "epc"];
const epc = ["epc"];

/** The reference: name, label, audience of every event of Enerflo 1.0, in its order. */
const reference: readonly (readonly [type: string, label: string, audience: string[]])[] = [
  ["new_customer", "New Customer", salesOrg],
  ["update_customer", "Update Customer", salesOrg],
  ["new_install", "New Install", both],
  ["submit_install", "Submit Install", both],
  ["update_install", "Update Install", both],
  ["restore_install", "Restore Install", both],
  ["new_install_note", "New Install Note", both],
  ["signed_change_order", "Signed Change Order", both],
  ["new_appointment", "New Appointment", salesOrg],
  ["update_appointment", "Update Appointment", salesOrg],
  ["confirm_appointment", "Confirm Appointment", salesOrg],
  ["delete_appointment", "Delete Appointment", salesOrg],
  ["complete_survey", "Complete Survey", salesOrg],
  ["new_survey", "New Survey", salesOrg],
  ["update_survey", "Update Survey", both],
  ["site_survey_complete", "Site Survey Complete", salesOrg],
  ["new_survey_file", "New Survey File", both],
  ["new_proposal", "New Proposal", salesOrg],
  ["update_proposal", "Update Proposal", salesOrg],
  ["new_note", "New Note", salesOrg],
  ["update_note", "Update Note", salesOrg],
  ["new_design_request", "New Design Request", both],
  ["updated_design_request", "Updated Design Request", both],
  ["new_agreement", "New Agreement", salesOrg],
  ["update_agreement", "Update Agreement", salesOrg],
  ["signed_agreement", "Signed Agreement", salesOrg],
  ["delete_agreement", "Delete Agreement", salesOrg],
  ["project_milestone_created", "Project Milestone Created", both],
  ["project_milestone_updated", "Project Milestone Updated", both],
  ["contract_processed", "Contract Processed", epc],
  ["update_lender_application", "Update Lender Application", salesOrg],
  ["callpilot_welcome_call_completed", "CallPilot Welcome Call Completed", both],
];

describe("the catalogue", () => {
  test("has the names, labels and audiences of the reference, and no others", () => {
    const ours = eventTypes.map((type) => {
      const { label, audience } = eventDefinition(type);
      return [type, { label, audience }];
    });
    const theirs = reference.map(([type, label, audience]) => [type, { label, audience }]);

    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  });

  test("has 18 events for the sales organization alone, 13 for both and 1 for the installer", () => {
    const audiences = eventTypes.map((type) => eventDefinition(type).audience.join(" and "));

    expect(Object.groupBy(audiences, (audience) => audience)).toEqual({
      sales_org: expect.toSatisfy(({ length }: string[]) => length === 18),
      "sales_org and epc": expect.toSatisfy(({ length }: string[]) => length === 13),
      epc: ["epc"],
    });
  });

  test("knows its names and nothing else", () => {
    expect(eventTypes.every(isEventType)).toBe(true);
    expect(["", "toString", "New Install", "constructor"].some(isEventType)).toBe(false);
  });

  test.each(eventTypes)("%s is about a part of its data, and its changes agree with it", (type) => {
    const { data, subject, changes = {} } = eventDefinition(type);

    expect(Object.keys(data.shape)).toContain(subject);
    for (const role of Party.options) {
      const example = eventExample(type, role);
      for (const [path, { to }] of Object.entries(changes)) {
        expect(valueAt(example["data"], path), path).toEqual(to);
      }
    }
  });
});

describe("the resources", () => {
  test.each(["name", "table", "prefix"] as const)("no two share a %s", (key) => {
    const values = [...resources().values()].map((info) => info[key]);

    expect(values).toEqual([...new Set(values)]);
  });
});

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce((place, name) => (place as Record<string, unknown>)[name], value);
}
