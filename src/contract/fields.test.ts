import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { phone } from "./fields.ts";

const characters = Array.from("+0123456789 ().-");
const field = phone({ description: "A telephone number.", example: "+15555550101" });

describe("phone()", () => {
  test.each([
    ["(555) 555-0101", "+15555550101"],
    ["1.555.555.0101", "+15555550101"],
    ["+49 30 1234567", "+49301234567"],
    ["+1234567", "+1234567"],
    ["555-0101", "555-0101"],
  ])("keeps %s as %s", (typed, kept) => {
    expect(field.parse(typed)).toBe(kept);
  });

  test.each(["+1 2 3 4 5", "(((((((", "555-010", "+123456   ", "12345.......", "call me"])(
    "refuses %j, which has too few digits to call",
    (typed) => {
      expect(field.safeParse(typed).success).toBe(false);
    },
  );

  test("accepts whatever it made of what it accepted, so that it can be read back", () => {
    const typed = fc.string({ unit: fc.constantFrom(...characters), maxLength: 26 });
    fc.assert(
      fc.property(typed, (given) => {
        const { data: kept } = field.safeParse(given);

        fc.pre(kept !== undefined);
        expect(field.parse(kept)).toBe(kept);
      }),
    );
  });
});
