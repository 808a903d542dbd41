import { describe, expect, test } from "vitest";
import { minutesOf } from "../../console/src/events/minutes.ts";

const at = (text: string) => Date.parse(`2026-03-10T${text}Z`);
const event = (text: string) => ({ timestamp: `2026-03-10T${text}Z` });

describe("minutesOf()", () => {
  const now = at("15:47:29");
  const events = ["15:47:01", "15:45:59", "15:45:00", "14:48:00", "14:47:59"].map(event);

  test("counts the events of each of the last sixty minutes, and none before", () => {
    const minutes = minutesOf(events, -Infinity, now);
    expect(minutes).toHaveLength(60);
    expect(minutes.filter((minute) => minute.events > 0)).toEqual([
      { at: at("14:48:00"), events: 1, isRead: true },
      { at: at("15:45:00"), events: 2, isRead: true },
      { at: at("15:47:00"), events: 1, isRead: true },
    ]);
  });

  test("does not pretend to know a minute that was not read to its beginning", () => {
    const minutes = minutesOf(events.slice(0, 2), at("15:45:59"), now);
    const read = minutes.filter(({ isRead }) => isRead);
    expect(read.map((minute) => minute.at)).toEqual([at("15:46:00"), at("15:47:00")]);
    expect(minutes.find((minute) => minute.at === at("15:45:00"))).toMatchObject({ events: 1 });
  });
});
