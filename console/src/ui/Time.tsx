import { useEffect, useState } from "react";
import { nowDate, nowMs } from "../clock.ts";

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});
const seconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const dayOnly = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const longDay = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
});

/** A day of the calendar, written as people do; it has no time zone. */
export function dayOf(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const local = new Date(year, month - 1, date);
  return (year === nowDate().getFullYear() ? dayOnly : dayOfYear).format(local);
}

/** A day's heading, in the viewer's zone. */
export function headingOf(at: string): string {
  const day = new Date(at);
  const heading = longDay.format(day);
  return day.toDateString() === nowDate().toDateString() ? `Today, ${heading}` : heading;
}

type Style = "clock" | "seconds" | "day" | "full";

function written(at: Date, style: Style): string {
  if (style === "clock") return clock.format(at);
  if (style === "seconds") return seconds.format(at);
  const isToday = at.toDateString() === nowDate().toDateString();
  if (style === "day")
    return isToday ? `Today, ${clock.format(at)}` : dayOf(at.toISOString().slice(0, 10));
  return `${dayOfYear.format(at)}, ${seconds.format(at)}`;
}

/** An instant in the viewer's time zone; UTC on hover. */
export function Time({ at, as = "day" }: { readonly at: string; readonly as?: Style }) {
  return (
    <time
      dateTime={at}
      title={`${at.replace("T", " ").replace("Z", "")} UTC`}
      className="tabular-nums"
    >
      {written(new Date(at), as)}
    </time>
  );
}

const instant = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)/;

/** A sentence of the service, with the instants in it as people read them. */
export function WithTimes({ text }: { readonly text: string }) {
  return text.split(instant).map((part, position) =>
    // oxlint-disable-next-line react/no-array-index-key -- a part is its place
    instant.test(part) ? <Time key={position} at={part} as="full" /> : part,
  );
}

/** A stretch of time in the largest unit that says enough. */
export function spanOf(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1_000) return `${Math.round(size)} ms`;
  if (size < 60_000) return `${(size / 1_000).toFixed(size < 10_000 ? 1 : 0)} s`;
  if (size < 3_600_000) return `${Math.round(size / 60_000)} min`;
  if (size < 86_400_000) return `${(size / 3_600_000).toFixed(size < 36_000_000 ? 1 : 0)} h`;
  return `${Math.round(size / 86_400_000)} d`;
}

/** The present, told anew every second while somebody looks. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(nowMs);
  useEffect(() => {
    const timer = setInterval(() => setNow(nowMs()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** How long until an instant, counting down. */
export function Countdown({ to }: { readonly to: string }) {
  const left = Date.parse(to) - useNow();
  return <span className="tabular-nums">{left > 0 ? `in ${spanOf(left)}` : "now"}</span>;
}

/** How long ago an instant was. */
export function Ago({ at }: { readonly at: string }) {
  const ago = useNow(10_000) - Date.parse(at);
  return <span title={`${at} UTC`}>{ago < 1_000 ? "just now" : `${spanOf(ago)} ago`}</span>;
}
