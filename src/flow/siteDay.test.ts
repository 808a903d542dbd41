import { expect, test } from "vitest";
import { siteDay } from "./siteDay.ts";

test.each([
  ["2026-03-11T23:30:00.000Z", null, "2026-03-11"],
  ["2026-03-11T04:30:00.000Z", "America/Chicago", "2026-03-10"], // UTC-5 since the 8th of March
  ["2026-03-11T05:30:00.000Z", "America/Chicago", "2026-03-11"],
  ["2026-01-11T05:30:00.000Z", "America/Chicago", "2026-01-10"], // UTC-6
  ["2026-12-31T20:00:00.000Z", "Pacific/Auckland", "2027-01-01"],
  ["2026-01-01T09:59:00.000Z", "Pacific/Honolulu", "2025-12-31"],
])("siteDay() of %s in %s is %s", (instant, time_zone, day) => {
  expect(siteDay(instant, { time_zone })).toBe(day);
});
