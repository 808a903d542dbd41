import { nowDate } from "../clock.ts";

/** Weeks and days of the calendar, in the viewer's zone. */

const two = (part: number) => String(part).padStart(2, "0");

/** A day as addresses and the API write it: YYYY-MM-DD. */
export const dayKey = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** Midnight some days later, whatever daylight saving does in between. */
export const daysLater = (date: Date, days: number): Date =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);

/** Monday of the week of a day; of this week when the day is none. */
export function mondayOf(day: string | undefined): Date {
  const [year = 0, month = 1, date = 1] = (day ?? "").split("-").map(Number);
  const given = new Date(year, month - 1, date);
  const at = dayKey(given) === day ? given : nowDate();
  return daysLater(at, -((at.getDay() + 6) % 7));
}

/** The seven days from a Monday on. */
export const daysOf = (monday: Date): readonly Date[] =>
  Array.from({ length: 7 }, (_, day) => daysLater(monday, day));

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

/** From when to when, in the viewer's zone. */
export const hoursOf = ({ starts_at, ends_at }: { starts_at: string; ends_at: string }): string =>
  clock.formatRange(new Date(starts_at), new Date(ends_at));

/** The same hours as people on the site speak of them; nothing where their clocks show the same. */
export function hoursThere({
  starts_at,
  ends_at,
  time_zone,
}: {
  starts_at: string;
  ends_at: string;
  time_zone: string;
}): string | undefined {
  const starts = new Date(starts_at);
  const full = { weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false } as const;
  const here = new Intl.DateTimeFormat("en-US", full);
  const there = new Intl.DateTimeFormat("en-US", { ...full, timeZone: time_zone });
  if (here.format(starts) === there.format(starts)) return undefined;
  const isSameDay = here.format(starts).slice(0, 3) === there.format(starts).slice(0, 3);
  return new Intl.DateTimeFormat(undefined, {
    ...(!isSameDay && { weekday: "short" }),
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: time_zone,
    timeZoneName: "short",
  }).formatRange(starts, new Date(ends_at));
}

/** The viewer's time zone. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Forms take times in the viewer's zone; where the site has another one, that is said. */
export const zoneNote = (siteZone: string): string =>
  siteZone === ownZone() ? "" : `, times as in ${ownZone()}`;
