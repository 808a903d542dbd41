import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Lease, leaseMs } from "./lease.ts";

describe("a lease", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => vi.useRealTimers());

  test("is trusted for less than it lasts, and ends once, counted from when its renewal was asked for", () => {
    const wait = fc.integer({ min: 0, max: 2 * leaseMs });
    const renewal = fc.record({ afterMs: wait, tookMs: fc.integer({ min: 0, max: leaseMs - 1 }) });
    fc.assert(
      fc.property(fc.array(renewal, { maxLength: 10 }), wait, (renewals, restMs) => {
        const endedAt: number[] = [];
        const lease = new Lease(() => endedAt.push(performance.now()));
        expect(lease.isTrusted).toBe(false);
        const due: number[] = [];
        let askedAt = Number.NEGATIVE_INFINITY;
        const pass = (ms: number) => {
          vi.advanceTimersByTime(ms);
          if (askedAt + leaseMs <= performance.now()) due.push(askedAt + leaseMs);
          expect(endedAt).toEqual([...new Set(due.filter(Number.isFinite))]);
          const age = performance.now() - askedAt;
          if (age >= leaseMs) expect(lease.isTrusted).toBe(false);
          if (age < leaseMs / 2) expect(lease.isTrusted).toBe(true);
        };
        for (const { afterMs, tookMs } of renewals) {
          pass(afterMs);
          const at = performance.now();
          pass(tookMs);
          askedAt = at;
          lease.renewed(at);
        }
        pass(restMs);
        lease.close();
        vi.advanceTimersByTime(2 * leaseMs);
        expect(endedAt).toEqual([...new Set(due.filter(Number.isFinite))]);
      }),
    );
  });
});
