import { describe, expect, test } from "vitest";
import { tellingOf, whyNotTold } from "../../console/src/deal/told.ts";
import { eventExample, type EventEnvelope } from "../../src/contract/catalogue.ts";

/** The worked example as the sales organization gets it. */
const example = (type: EventEnvelope["type"]) =>
  eventExample(type, "sales_org") as unknown as EventEnvelope;

describe("tellingOf()", () => {
  test("marks what the projection keeps from the installer, and nothing else", () => {
    const { lines, hidden } = tellingOf(example("update_install"), "epc");

    expect(hidden).toContain("data.customer.lead_source");
    expect(hidden).toContain("data.install.commission_cents");
    expect(hidden).not.toContain("data.install.contract_price_cents");
    const marked = lines.filter(({ isHidden }) => isHidden).map(({ text }) => text.trim());
    expect(marked).toContainEqual(expect.stringMatching(/^"commission_cents": \d+,$/));
    expect(marked).not.toContainEqual(expect.stringContaining("contract_price_cents"));
  });

  test("writes the body that the session itself sees, whole and as JSON", () => {
    const event = example("update_install");
    const { lines, hidden } = tellingOf(event, "sales_org");

    expect(hidden).toEqual([]);
    const { data, changes } = event;
    expect(JSON.parse(lines.map(({ text }) => text).join("\n"))).toEqual({ data, changes });
  });

  test("keeps a proposal that nobody has agreed to from the installer, as a whole", () => {
    const event = example("updated_design_request");
    const proposal = { id: "pro_draft", status: "draft" };
    const given = { ...event, data: { ...event.data, proposal, agreement: null } };

    const { hidden } = tellingOf(given as unknown as EventEnvelope, "epc");
    expect(hidden).toContain("data.proposal");
    expect(hidden).not.toContain("data.proposal.id");
  });
});

describe("whyNotTold()", () => {
  test("knows whom an event is for, and that there was no installer yet", () => {
    expect(whyNotTold(example("new_proposal"), "epc")).toMatch("not for this side");
    expect(whyNotTold(example("update_install"), "epc")).toBeUndefined();
    const event = example("update_survey");
    const before = { ...event, data: { ...event.data, epc: null } } as unknown as EventEnvelope;
    expect(whyNotTold(before, "epc")).toMatch("No installer");
    expect(whyNotTold(before, "sales_org")).toBeUndefined();
  });
});
