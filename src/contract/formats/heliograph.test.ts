import type { z } from "zod";
import { describe, expect, test } from "vitest";
import { envelopeOf, eventDefinition, eventTypes } from "../catalogue.ts";
import type { Changes } from "../event.ts";
import type { Party } from "../meta.ts";
import { projectedSchema } from "../projection.ts";
import { heliographBody } from "./heliograph.ts";
import { entryOf, fieldsOf, standings } from "./testEntry.ts";

const hiddenFromEpc = [
  "lead_source",
  "commission_cents",
  "base_price_cents",
  "equipment_cents",
  "dealer_fee_cents",
  "commission_base_cents",
];
const hiddenFromSalesOrg = ["install_cost_cents"];

const namesIn = (value: unknown) => new Set(fieldsOf(value).flatMap(([path]) => path.split(".")));

const changesFor = (roles: readonly Party[], changes: Changes) =>
  heliographBody(entryOf("signed_change_order", { roles, changes }))["changes"];

describe.each(eventTypes)("heliographBody() of %s", (type) => {
  test.each(standings)("is what the published schema says, as %s", (...roles) => {
    const schema = projectedSchema(envelopeOf(type), roles) as z.ZodType;

    const body = heliographBody(entryOf(type, { roles }));

    expect(schema.parse(body)).toEqual(body);
    expect(body["role"]).toBe(roles[0]);
  });

  test("has the documented keys in the documented order", () => {
    const { changes } = eventDefinition(type);
    const keys = Object.keys(heliographBody(entryOf(type)));
    expect(keys.join(" ")).toBe(
      "id type timestamp schema_version sequence customer_sequence organization_id role actor cause data" +
        (changes ? " changes" : ""),
    );
  });

  test("keeps each side's own fields from the other, but not from a company that is both", () => {
    const names = (roles: readonly Party[]) => namesIn(heliographBody(entryOf(type, { roles })));
    const [salesOrg, epc, both] = [
      names(["sales_org"]),
      names(["epc"]),
      names(["epc", "sales_org"]),
    ];

    expect(hiddenFromEpc.filter((name) => epc.has(name))).toEqual([]);
    expect(hiddenFromSalesOrg.filter((name) => salesOrg.has(name))).toEqual([]);
    expect(both).toEqual(salesOrg.union(epc));
    expect(both).toContain("lead_source");
  });
});

describe("heliographBody()", () => {
  test("sees commission and build cost together as both parties", () => {
    const names = namesIn(heliographBody(entryOf("new_install", { roles: ["epc", "sales_org"] })));

    expect(names).toContain("commission_cents");
    expect(names).toContain("install_cost_cents");
  });

  test("has no key whose value is missing", () => {
    const fields = eventTypes.flatMap((type) => fieldsOf(heliographBody(entryOf(type))));

    expect(fields.filter(([, value]) => value === undefined)).toEqual([]);
  });

  test("refuses an entry without a role, since nothing would be hidden", () => {
    expect(() => heliographBody(entryOf("new_install", { roles: [] }))).toThrow(/has no role/);
  });
});

describe("changes", () => {
  test("leave out a hidden field, at any depth", () => {
    const changes = {
      "customer.lead_source": { from: null, to: "Website" },
      "install.commission_cents": { from: 1, to: 2 },
      "install.install_cost_cents": { from: 3, to: 4 },
      "proposal.pricing.dealer_fee_cents": { from: 5, to: 6 },
      "proposal.finance.term_months": { from: 240, to: 300 },
    };

    expect(Object.keys(changesFor(["epc"], changes) ?? {})).toEqual([
      "install.install_cost_cents",
      "proposal.finance.term_months",
    ]);
    expect(Object.keys(changesFor(["sales_org"], changes) ?? {})).toEqual([
      "customer.lead_source",
      "install.commission_cents",
      "proposal.pricing.dealer_fee_cents",
      "proposal.finance.term_months",
    ]);
    expect(changesFor(["epc", "sales_org"], changes)).toEqual(changes);
  });

  test("show of an object what may be seen", () => {
    const from = { contract_price_cents: 1, dealer_fee_cents: 10 };
    const to = { contract_price_cents: 2, dealer_fee_cents: 20 };

    expect(changesFor(["epc"], { "proposal.pricing": { from, to } })).toEqual({
      "proposal.pricing": { from: { contract_price_cents: 1 }, to: { contract_price_cents: 2 } },
    });
    expect(changesFor(["epc"], { proposal: { from: null, to: { pricing: to } } })).toEqual({
      proposal: { from: null, to: { pricing: { contract_price_cents: 2 } } },
    });
  });

  test("do not tell that only the hidden part of an object changed", () => {
    const from = { contract_price_cents: 1, dealer_fee_cents: 10 };
    const changes = { "proposal.pricing": { from, to: { ...from, dealer_fee_cents: 20 } } };

    expect(changesFor(["epc"], changes)).toBeUndefined();
    expect(changesFor(["sales_org"], changes)).toEqual(changes);
  });

  test("are absent when nothing is left or nothing changed", () => {
    const hidden = entryOf("update_install", {
      roles: ["epc"],
      changes: { "install.commission_cents": { from: 1, to: 2 } },
    });

    expect(heliographBody(hidden)).not.toHaveProperty("changes");
    expect(heliographBody({ ...hidden, changes: null })).not.toHaveProperty("changes");
    expect(heliographBody({ ...hidden, changes: "{}" })).not.toHaveProperty("changes");
  });

  test("leave out what the schema does not name", () => {
    const changed = { from: 1, to: 2 };

    expect(
      changesFor(["epc"], {
        nothing: changed,
        "install.secret": changed,
        "install.constructor": changed,
        "install.stage.length": changed,
        "epc.settings.agreement_mode": changed,
        "agreement.signers.first.name": changed,
      }),
    ).toBeUndefined();
  });

  test("tell an installer of no other installer", () => {
    const own = "org_01kb8x3f5wemztqk0k6y2v9d4a";
    const other = "org_01kb8x3f5wemztqk0k6y2v9d4b";
    const seen = (roles: readonly Party[], from: string | null, to: string | null) => {
      const changes = { "survey.epc_id": { from, to } };
      return heliographBody(entryOf("update_survey", { roles, changes }))["changes"];
    };

    expect(seen(["epc"], other, own)).toEqual({ "survey.epc_id": { from: null, to: own } });
    expect(seen(["epc"], own, other)).toEqual({ "survey.epc_id": { from: own, to: null } });
    expect(seen(["epc"], null, other)).toBeUndefined();
    for (const roles of [["sales_org"], ["epc", "sales_org"]] as const) {
      expect(seen(roles, other, own)).toEqual({ "survey.epc_id": { from: other, to: own } });
    }
  });

  test("reach into lists and into names that hold full stops", () => {
    const changes = {
      "agreement.signers.0.signed_at": { from: null, to: "2026-03-09T16:20:00.000Z" },
      "customer.external_ids.crm": { from: null, to: "L-1" },
      "customer.custom.gate.code": { from: "1", to: "2" },
    };

    expect(changesFor(["epc"], changes)).toEqual(changes);
  });
});
