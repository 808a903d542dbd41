import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCursor } from "./cursor.ts";

/** One thing that happens to a cursor; numbers choose among what is open. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("open" as const), gap: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant("scanned" as const), gap: fc.nat(4) }),
  fc.record({ kind: fc.constant("close" as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant("unread" as const), which: fc.nat(20) }),
);

describe("a cursor", () => {
  test("stands before the first open entry, or where the feed was read to, and never goes back", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.array(step, { maxLength: 100 }), (start, steps) => {
        const cursor = createCursor(start);
        let open: number[] = [];
        let readTo = start;
        let closedTo = start;
        for (const next of steps) {
          const before = cursor.position;
          if (next.kind === "open") {
            readTo += next.gap;
            open.push(readTo);
            cursor.open(readTo);
          } else if (next.kind === "scanned") {
            readTo += next.gap;
            cursor.scanned(readTo);
          } else if (open.length > 0) {
            const chosen = open[next.which % open.length] ?? 0;
            if (next.kind === "close") {
              open = open.filter((sequence) => sequence !== chosen);
              closedTo = Math.max(closedTo, chosen);
              cursor.close(chosen);
            } else if (chosen >= closedTo) {
              open = open.filter((sequence) => sequence <= chosen);
              readTo = chosen;
              cursor.unread(chosen);
            }
          }
          expect(cursor.readTo).toBe(readTo);
          expect(cursor.position).toBe(open[0] === undefined ? readTo : open[0] - 1);
          expect(cursor.position).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  test("takes nothing up twice", () => {
    const cursor = createCursor(3);
    expect(() => cursor.open(3)).toThrow("Entry 3 was read before");
  });
});
