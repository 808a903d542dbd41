import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffDelayMs, retryAfterMs, retryDelayMs } from "./schedule.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const now = Date.parse("2026-11-23T15:47:29Z");

describe("retryDelayMs()", () => {
  test("is the published schedule, then nothing", () => {
    const waits = Array.from({ length: 11 }, (_, index) => retryDelayMs(index + 1, 0));

    expect(waits).toEqual([
      5 * second,
      30 * second,
      2 * minute,
      10 * minute,
      hour,
      4 * hour,
      12 * hour,
      24 * hour,
      24 * hour,
      null,
      null,
    ]);
  });

  test("is never early and at most 10 % late", () => {
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), random, (attempt, chance) => {
        const exact = Number(retryDelayMs(attempt, 0));
        const wait = Number(retryDelayMs(attempt, chance));
        expect(wait).toBeGreaterThanOrEqual(exact);
        expect(wait).toBeLessThanOrEqual(exact * 1.1);
      }),
    );
  });

  test.each([0, -1, 1.5, Number.NaN])(
    "refuses attempt %d rather than calling it dead",
    (attempt) => {
      expect(() => retryDelayMs(attempt, 0)).toThrow(RangeError);
    },
  );
});

describe("backoffDelayMs()", () => {
  test("grows to 15 minutes and stays there for ever", () => {
    const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10_000];

    expect(steps.map((step) => backoffDelayMs(step, 0))).toEqual([
      second,
      2 * second,
      5 * second,
      10 * second,
      30 * second,
      minute,
      2 * minute,
      5 * minute,
      15 * minute,
      15 * minute,
      15 * minute,
    ]);
    expect(backoffDelayMs(9, 1)).toBe(16.5 * minute);
  });

  test("never shrinks from step to step, is never early and at most 10 % late", () => {
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), random, (step, chance) => {
        const exact = backoffDelayMs(step, 0);
        expect(backoffDelayMs(step + 1, 0)).toBeGreaterThanOrEqual(exact);
        expect(backoffDelayMs(step, chance)).toBeGreaterThanOrEqual(exact);
        expect(backoffDelayMs(step, chance)).toBeLessThanOrEqual(exact * 1.1);
      }),
    );
  });

  test("refuses step 0", () => {
    expect(() => backoffDelayMs(0, 0)).toThrow("Step must be a whole number from 1, not 0");
  });
});

describe("retryAfterMs()", () => {
  test.each([
    ["0", 0],
    ["120", 2 * minute],
    [" 7 ", 7 * second],
    ["86401", 24 * hour],
    ["9".repeat(400), 24 * hour],
    ["Mon, 23 Nov 2026 15:48:29 GMT", minute],
    ["Monday, 23-Nov-26 15:48:29 GMT", minute],
    ["Mon Nov 23 15:48:29 2026", minute],
    ["Mon, 23 Nov 2026 15:00:00 GMT", 0],
    ["Fri, 23 Nov 2029 15:00:00 GMT", 24 * hour],
  ])("understands %j", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  test.each([
    null,
    "",
    "soon",
    "-5",
    "1.5",
    "+3",
    "120, 60",
    "2026-11-23T15:48:29Z",
    "Mon, 99 Foo 2026 15:48:29 GMT",
  ])("makes nothing of %j", (header) => {
    expect(retryAfterMs(header, now)).toBeNull();
  });

  test("is within 0 and 24 hours whatever a receiver sends", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String)), (header) => {
        const wait = retryAfterMs(header, now) ?? 0;
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(24 * hour);
      }),
    );
  });
});
