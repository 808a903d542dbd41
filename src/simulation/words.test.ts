import { describe, expect, test } from "vitest";
import type { Account } from "./account.ts";
import type { Report } from "./report.ts";
import { wordsOf } from "./words.ts";

const whole: Account = {
  received: 3,
  missing: 0,
  doubled: 0,
  out_of_order: 0,
  chain_gaps: 0,
  unknown: 0,
};

function reportWith(given: Partial<Report> = {}, delivered: Partial<Account> = {}): Report {
  return {
    kind: "simulation",
    seed: 7,
    seconds: 1.5,
    span: null,
    interrupted: false,
    settled: true,
    deals: { planned: 1, ended: { never_sat: 1 }, under_way: 0 },
    commands: {
      sent: 2,
      refused: 1,
      left_out: 0,
      by_kind: { "customers.create": { sent: 2, refused: 1 } },
      by_rule: { external_id_free: 1 },
    },
    troubles: { count: 0, first: [] },
    events: { new_customer: 3 },
    endpoints: [
      {
        organization: { id: "org_example", name: "Sample Solar Sales 1" },
        party: "sales_org",
        endpoint_id: "end_example",
        feed: 3,
        service: { delivered: 3, waiting: 0, dead: 0, skipped: 0 },
        attempts: 4,
        rejected: 1,
        delivered: { ...whole, ...delivered },
        passed: { ...whole, doubled: 1 },
        handled: whole,
        faults: { duplicates: 1 },
      },
    ],
    verdict: "whole",
    ...given,
  };
}

const textOf = (report: Report) => wordsOf(report).join("\n");

describe("a report for people", () => {
  test("says what was sent, what came, and that it is whole", () => {
    const text = textOf(reportWith());
    for (const part of [
      "Seed 7: 1 leads, 1.5 s",
      "2 sent, 1 refused by a rule",
      "external_id_free",
      "Sample Solar Sales 1  end_example",
      "attempts 4, 1 with a signature that does not hold",
      "after the way  3 received, 0 missing, 1 doubled",
      "faults: duplicates 1",
      "Nothing is missing, and nothing is out of order.",
    ]) {
      expect(text).toContain(part);
    }
  });

  test("says over which time it was spread, and what is still under way", () => {
    const span = { from: "2026-01-05T08:00:00.000Z", to: "2026-04-05T08:00:00.000Z" };
    const deals = { planned: 5, ended: { never_sat: 3 }, under_way: 2 };
    const text = textOf(reportWith({ span, deals }));
    expect(text).toContain("5 leads from 2026-01-05 to 2026-04-05, 1.5 s");
    expect(text).toMatch(/under way +2$/m);
  });

  test("says what is not whole, and what to do", () => {
    const lost = reportWith({ verdict: "not_whole", settled: false }, { received: 2, missing: 1 });
    expect(textOf(lost)).toContain("2 received, 1 missing");
    expect(textOf(lost)).toMatch(/NOT WHOLE: .*missing.* --settle waits longer\.$/);
    const failed = { count: 1, first: [{ lead: 0, kind: "notes.create", message: "Gone" }] };
    const text = textOf(reportWith({ verdict: "not_whole", troubles: failed }));
    expect(text).toContain("lead 0, notes.create: Gone");
    expect(text).toMatch(/NOT WHOLE: commands failed, see above\.$/);
    expect(textOf(reportWith({ interrupted: true }))).toContain("Interrupted. So far: Nothing");
  });
});
