import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPace, type Pace } from "./pace.ts";

/** Starts as much as may be started, as soon as it may. @returns when each was, in milliseconds. */
function startsWithin(pace: Pace, [fromMs, toMs]: readonly [number, number]): number[] {
  const starts: number[] = [];
  for (let nowMs = fromMs; nowMs < toMs;) {
    const waitMs = pace.waitMs(nowMs);
    nowMs += waitMs;
    if (waitMs > 0) continue;
    pace.started(nowMs);
    starts.push(nowMs);
  }
  return starts;
}

describe("the pace of an endpoint", () => {
  test("holds nothing back without a limit", () => {
    const pace = createPace(null);
    pace.started(0);
    expect(pace.waitMs(0)).toBe(0);
  });

  test("spreads a few a second evenly", () => {
    expect(startsWithin(createPace(4), [1_000, 2_000])).toEqual([1_000, 1_250, 1_500, 1_750]);
  });

  test("lets what was not used lapse", () => {
    const pace = createPace(2);
    startsWithin(pace, [0, 1_000]);
    expect(startsWithin(pace, [60_000, 61_000])).toHaveLength(2);
  });

  test("never gives a second more than a tenth above the limit, and gives a minute all of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (limit) => {
        const starts = startsWithin(createPace(limit), [0, 10_000]);
        const most = Math.ceil(limit * 1.1) + 1;
        for (const [at, start] of starts.entries()) {
          const end = starts[at + most];
          if (end !== undefined) expect(end - start).toBeGreaterThanOrEqual(1_000);
        }
        expect(starts.length).toBeGreaterThan(limit * 9);
        expect(starts.length).toBeLessThanOrEqual(limit * 10.1 + 1);
      }),
      { numRuns: 50 },
    );
  });

  test("follows the owner at once", () => {
    const pace = createPace(1);
    pace.started(0);
    expect(pace.waitMs(0)).toBe(1_000);
    pace.adopt(10);
    expect(pace.waitMs(0)).toBe(100);
    pace.adopt(null);
    expect(pace.waitMs(0)).toBe(0);
  });
});
