import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ServedEndpoint } from "../store/endpoints.ts";
import { Changes } from "./changes.ts";
import { Outage } from "./outage.ts";
import { backoffDelayMs } from "./schedule.ts";

const day = 24 * 3_600_000;

/** An outage of an endpoint that is up, at a clock that a test moves. */
function givenOutage(random = 0) {
  const clock = { nowMs: 0 };
  const changes = new Changes("end_1");
  const endpoint = { state: "active", backoff_step: 0, state_reason: null, down_for_ms: null };
  const outage = new Outage(changes, endpoint as ServedEndpoint, {
    clock: () => clock.nowMs,
    steadyClock: () => clock.nowMs,
    random: () => random,
  });
  const standing = { fence: 1, version: 1, cursor: 0, cursorBefore: 0, concurrency: 1 };
  return { clock, outage, written: () => changes.take(standing).state };
}

describe("an outage", () => {
  test("backs off one step a failure, for as long as the receiver asks or the schedule says", () => {
    const asked = fc.integer({ min: 0, max: 3_600_000 });
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(asked, { minLength: 1, maxLength: 30 }), random, (waits, chance) => {
        const { clock, outage, written } = givenOutage(chance);
        for (const [index, askedMs] of waits.entries()) {
          outage.fall("503", askedMs);
          const backoffMs = Math.max(askedMs, backoffDelayMs(index + 1, chance));
          expect(outage.step).toBe(index + 1);
          expect(written()).toMatchObject({
            state: "backing_off",
            backoffStep: index + 1,
            backoffMs,
          });
          clock.nowMs += backoffMs;
        }
        outage.rise();
        expect([outage.isDown, outage.step]).toEqual([false, 0]);
        expect(written()).toMatchObject({ state: "active", backoffStep: 0, backoffMs: null });
      }),
    );
  });

  test("waits longer for an answer that was under way, and never shorter", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (first, later) => {
        const { outage, written } = givenOutage();
        outage.fall("503", first);
        const waits = Math.max(first, backoffDelayMs(1, 0));
        written();
        outage.ask("429", later);
        expect(written()?.backoffMs).toBe(later > waits ? later : undefined);
      }),
    );
  });

  test("is given up after five days without a delivery, and not before", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2 * day }), { maxLength: 10 }), (pauses) => {
        const { clock, outage, written } = givenOutage();
        outage.fall("timeout", 0);
        for (const pause of pauses) {
          clock.nowMs += pause;
          outage.fall("timeout", 0);
          expect(outage.isGivenUp).toBe(clock.nowMs >= 5 * day);
          if (outage.isGivenUp) break;
        }
        expect(written()?.state).toBe(outage.isGivenUp ? "disabled" : "backing_off");
      }),
    );
  });

  test("is judged of five customers in a row, however often one of them fails", () => {
    const outcome = fc.oneof(fc.record({ failed: fc.nat(6) }), fc.constant("delivered" as const));
    fc.assert(
      fc.property(fc.array(outcome), (outcomes) => {
        const { outage } = givenOutage();
        const failed = new Set<number>();
        for (const next of outcomes) {
          if (next === "delivered") {
            failed.clear();
            outage.delivered();
          } else {
            failed.add(next.failed);
            expect(outage.failed(`cus_${next.failed}`)).toBe(failed.size >= 5);
          }
        }
      }),
    );
  });
});
