/**
 * The calendar day at a site, as days of the contract are meant: in the time zone of the site, in UTC where that is not
 * known.
 * @param instant RFC 3339.
 * @returns YYYY-MM-DD
 */
export function siteDay(
  instant: string,
  { time_zone }: { readonly time_zone: string | null },
): string {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: time_zone ?? "UTC",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(Date.parse(instant));
  const part = (wanted: "year" | "month" | "day") =>
    parts.find(({ type }) => type === wanted)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}
