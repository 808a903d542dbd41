import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uncovered, type Range } from "./ranges.ts";

const position = fc.integer({ min: 0, max: 12 });
const range = fc.tuple(position, position).map(([one, other]): Range => ({
  after: Math.min(one, other),
  to: Math.max(one, other),
}));

const positionsOf = ({ after, to }: Range) =>
  Array.from({ length: to - after }, (_, index) => after + 1 + index);

describe("uncovered()", () => {
  test("goes from the first position that no part covers to the last one", () => {
    fc.assert(
      fc.property(range, fc.array(range, { maxLength: 6 }), (whole, parts) => {
        const covered = new Set(parts.flatMap(positionsOf));
        const left = positionsOf(whole).filter((each) => !covered.has(each));
        const [first, last] = [left[0], left.at(-1)];
        const expected =
          first === undefined || last === undefined ? null : { after: first - 1, to: last };
        expect(uncovered(whole, parts)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
