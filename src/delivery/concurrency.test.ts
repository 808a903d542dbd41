import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createConcurrency, type Concurrency } from "./concurrency.ts";

/** What is allowed after each of so many deliveries. */
const after = (concurrency: Concurrency, durations: readonly number[]) =>
  durations.map((durationMs) => {
    concurrency.delivered(durationMs);
    return concurrency.limit;
  });

const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

describe("how many deliveries at once an endpoint gets", () => {
  test("is what its owner allows, until something speaks against it", () => {
    const concurrency = createConcurrency(10, false);
    expect(concurrency.limit).toBe(10);
    expect(after(concurrency, times(100, 20))).toEqual(times(100, 10));
  });

  test("is one while the receiver is down, and then grows fast to half of what it was", () => {
    const concurrency = createConcurrency(40, false);
    concurrency.strained();
    concurrency.recovered();
    expect(concurrency.limit).toBe(1);
    expect(after(concurrency, times(6, 5))).toEqual([2, 4, 8, 16, 20, 20]);
  });

  test("starts with one at a receiver that was down before, and may reach all", () => {
    expect(after(createConcurrency(10, true), times(4, 5))).toEqual([2, 4, 8, 10]);
  });

  test("is halved by strain, and comes back by one a round", () => {
    const concurrency = createConcurrency(8, false);
    concurrency.strained();
    expect(concurrency.limit).toBe(4);
    expect(after(concurrency, times(4, 5)).at(-1)).toBe(4);
    expect(after(concurrency, [5]).at(-1)).toBe(5);
    expect(after(concurrency, times(21, 5)).at(-1)).toBe(8);
  });

  test("shrinks once a round while answers take three times as long as the fastest", () => {
    const concurrency = createConcurrency(10, false);
    after(concurrency, times(20, 100));
    const slow = after(concurrency, times(18, 400));
    expect(slow.slice(0, 9)).toEqual([8, 8, 8, 8, 8, 8, 8, 8, 6]);
    expect(after(concurrency, times(500, 400)).every((limit) => limit >= 1)).toBe(true);
  });

  test("is not moved by answers that only seem slow beside very fast ones", () => {
    const concurrency = createConcurrency(10, false);
    after(concurrency, times(20, 2));
    expect(after(concurrency, times(100, 240))).toEqual(times(100, 10));
  });

  test("takes a receiver that is slower for good as it is, in time", () => {
    const concurrency = createConcurrency(10, false);
    after(concurrency, times(20, 100));
    after(concurrency, times(500, 1_000));
    expect(after(concurrency, times(600, 1_000)).at(-1)).toBe(10);
  });

  test("follows the owner at once when he allows less, or more", () => {
    const concurrency = createConcurrency(10, false);
    concurrency.adopt(3);
    expect(concurrency.limit).toBe(3);
    concurrency.adopt(20);
    expect(concurrency.limit).toBe(20);
    concurrency.strained();
    concurrency.adopt(30);
    expect(concurrency.limit).toBe(10);
  });

  test("is a whole number from 1 to what is allowed, whatever happens", () => {
    const happening = fc.oneof(
      fc.record({ delivered: fc.double({ min: 0, max: 20_000, noNaN: true }) }),
      fc.constant("strained" as const),
      fc.constant("recovered" as const),
      fc.record({ adopt: fc.integer({ min: 1, max: 100 }) }),
    );
    const runs = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.boolean(), fc.array(happening));
    fc.assert(
      fc.property(runs, ([start, isDown, happenings]) => {
        let max = start;
        const concurrency = createConcurrency(start, isDown);
        for (const next of happenings) {
          if (next === "strained" || next === "recovered") concurrency[next]();
          else if ("adopt" in next) concurrency.adopt((max = next.adopt));
          else concurrency.delivered(next.delivered);
          expect(Number.isInteger(concurrency.limit)).toBe(true);
          expect(concurrency.limit).toBeGreaterThanOrEqual(1);
          expect(concurrency.limit).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});
