import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ends, financeTypes } from "../../src/simulation/assumptions.ts";
import type { Traits } from "../../src/simulation/draft.ts";
import { checkPricing } from "../../src/flow/pricing.ts";
import { Pricing } from "../../src/contract/resources/proposal.ts";
import { planOf, type Plan } from "../../src/simulation/plan.ts";
import { referee } from "./referee.ts";

const traits: Traits = {
  dealType: "residential",
  appointmentTypes: ["consultation", "site visit"],
  lenders: ["Example Lender"],
  hasRep: true,
  mode: "processed",
  hasNextStepsPage: true,
  hasWelcomeCalls: true,
};
const anyTraits: fc.Arbitrary<Traits> = fc.record({
  dealType: fc.constantFrom("residential", null),
  appointmentTypes: fc.constant(["consultation", "site visit"] as const),
  lenders: fc.constantFrom([], ["Example Lender"]),
  hasRep: fc.boolean(),
  mode: fc.constantFrom("signed", "approved", "processed"),
  hasNextStepsPage: fc.boolean(),
  hasWelcomeCalls: fc.boolean(),
});
const anyLead = fc.record({ seed: fc.nat(), index: fc.nat(100_000), traits: anyTraits });

/** Runs of a property: each walks one lead, which takes a moment. */
const runs = { numRuns: 2_000 };

const plansOf = (seed: number, count: number) =>
  Array.from({ length: count }, (_, index) => planOf({ seed, index, traits }));

describe("a plan", () => {
  test("is the same for the same seed, and another for another", () => {
    fc.assert(
      fc.property(anyLead, (given) => {
        expect(planOf(given)).toEqual(planOf(given));
      }),
      { numRuns: 100 },
    );
    expect(plansOf(1, 20)).not.toEqual(plansOf(2, 20));
    expect(plansOf(1, 20)).toEqual(plansOf(1, 30).slice(0, 20));
  });

  test("is an order of commands that the flow allows, and comes to its end", () => {
    fc.assert(
      fc.property(anyLead, (given) => {
        const { end, steps } = planOf(given);
        const { status } = referee(steps, given.traits);
        const stood = { survey: status.get("survey"), install: status.get("install") };
        expect(stood).toMatchObject(ended[end]);
        if (end === "fell_out") expect(["voided", "cancelled"]).toContain(stood.install);
      }),
      runs,
    );
  });

  test("would be refused in another order", () => {
    const plan = plansOf(1, 100).find(({ end }) => end === "completed");
    const { steps = [] } = plan ?? {};
    const without = (kind: string) => steps.filter((step) => step.kind !== kind);
    expect(() => referee(steps.toReversed(), traits)).toThrow("too early");
    expect(() => referee(without("proposals.finalize"), traits)).toThrow("is finalized");
    expect(() => referee(without("callpilot.report"), traits)).toThrow("the welcome call is done");
    expect(() => referee([...steps, ...steps], traits)).toThrow("It must hold");
  });

  test("goes forward in time, weeks from lead to operation, with appointments that lie ahead", () => {
    fc.assert(
      fc.property(anyLead, (given) => {
        const { end, steps } = planOf(given);
        const times = steps.map(({ atMs }) => atMs);
        expect(times.toSorted((a, b) => a - b)).toEqual(times);
        for (const { atMs, input } of steps) {
          if (typeof input["starts_at"] === "string")
            expect(Date.parse(input["starts_at"])).toBeGreaterThan(atMs);
        }
        const days = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 86_400_000;
        if (end === "completed") expect(days).toBeGreaterThan(28);
        expect(days).toBeLessThan(365);
      }),
      { numRuns: 500 },
    );
  });

  test("has prices that add up", () => {
    fc.assert(
      fc.property(anyLead, (given) => {
        for (const pricing of pricesIn(planOf(given))) expect(checkPricing(pricing)).toEqual([]);
      }),
      runs,
    );
  });

  test("is about nobody who could exist", () => {
    for (const { lead } of plansOf(3, 500)) {
      expect([lead.email, lead.partner.email].join(" ")).toMatch(
        /^\S+@example\.com \S+@example\.com$/,
      );
      expect(lead.phone).toMatch(/^\(555\) 555-01\d\d$/);
      expect(lead.address.street).toMatch(/ (Example|Sample|Test|Placeholder) /);
    }
  });
});

/** How deal and install stand when a plan is over. */
const ended = {
  never_sat: { survey: "lost", install: undefined },
  not_interested: { survey: "lost", install: undefined },
  no_sale: { survey: "lost", install: undefined },
  declined: { survey: "lost", install: undefined },
  fell_out: { survey: "lost" },
  building: { survey: "installing", install: "active" },
  completed: { survey: "completed", install: "complete" },
} as const;

/** The prices of a plan's proposal, as made and as changed. */
function pricesIn({ steps }: Plan): Pricing[] {
  let price = {};
  return steps.flatMap(({ kind, input }) => {
    if (kind !== "proposals.create" && kind !== "proposals.update") return [];
    price = { ...price, ...(input["pricing"] as object) };
    return [Pricing.parse(price)];
  });
}

describe("a market", () => {
  const count = 6_000;

  test("has leads end in the shares that are assumed", () => {
    const plans = plansOf(11, count);
    for (const [end, share] of Object.entries(ends)) {
      const found = plans.filter((plan) => plan.end === end).length / count;
      expect(Math.abs(found - share), `${end}: ${found}`).toBeLessThan(0.02);
    }
    expect(Object.values(ends).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  });

  test("has customers pay in the shares that are assumed", () => {
    const types = plansOf(12, count).flatMap(({ steps }) =>
      steps
        .filter(({ kind }) => kind === "proposals.create")
        .map(({ input }) => (input["finance"] as { type: string }).type),
    );
    for (const [type, share] of Object.entries(financeTypes)) {
      const found = types.filter((each) => each === type).length / types.length;
      expect(Math.abs(found - share), `${type}: ${found}`).toBeLessThan(0.04);
    }
  });
});
