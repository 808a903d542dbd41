import { toUUID, type TypeId } from "typeid-js";
import { onTestFinished, expect, test } from "vitest";
import { nowMs, setClockMoved } from "./clock.ts";
import { newId } from "./id.ts";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const bornMs = (id: string) =>
  Array.from(id.slice(id.indexOf("_") + 1).slice(0, 10)).reduce(
    (sum, digit) => sum * 32 + alphabet.indexOf(digit),
    0,
  );

const dayMs = 86_400_000;

test.each([0, 1, 70 * dayMs, -400 * dayMs])(
  "an id is made at the time of the service, %d ms from the real one",
  (movedMs) => {
    onTestFinished(() => setClockMoved(0));
    setClockMoved(movedMs);

    const beforeMs = nowMs();
    const ids = Array.from({ length: 200 }, () => newId("evt"));

    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
      expect(bornMs(id)).toBeGreaterThanOrEqual(beforeMs);
      expect(bornMs(id)).toBeLessThanOrEqual(nowMs());
    }
  },
);

test("an id is a UUID of version 7 to those who read TypeIDs", () => {
  for (const id of Array.from({ length: 200 }, () => newId("evt"))) {
    expect(toUUID(id as TypeId<"evt">)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});
