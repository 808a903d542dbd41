import { Link } from "@tanstack/react-router";
import type { EndpointHour } from "../../../src/contract/resources/view.ts";
import { counted } from "../ui/figures.ts";
import { gapsOf, kindOf, missingOf, runsOf, type Gap, type PartKind } from "./gaps.ts";

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});
const at = (instant: string | number) => clock.format(new Date(instant));

const fills: Readonly<Record<PartKind, string>> = {
  delivered: "bg-line-2",
  late: "bg-retry",
  some: "bg-retry",
  none_delivered: "bg-fail",
  no_events: "bg-line",
};

/** A day of an endpoint, half hour by half hour. What it misses stands out and leads to sending it again. */
export function Ribbon({
  id,
  name,
  parts,
}: {
  readonly id: string;
  readonly name: string;
  readonly parts: readonly EndpointHour[];
}) {
  const busiest = Math.max(1, ...parts.map(({ events }) => events));
  const events = parts.reduce((sum, part) => sum + part.events, 0);
  const gaps = gapsOf(parts);
  const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
  const says = `Last 24 hours of ${name}: ${counted(events, "event")}, ${missing === 0 ? "none missing" : `${missing} missing in ${counted(gaps.length, "gap")}`}`;
  return (
    <div
      role="group"
      aria-label={says}
      className="grid h-[26px] w-full min-w-[240px] items-end gap-px"
      style={{ gridTemplateColumns: `repeat(${parts.length}, minmax(0, 1fr))` }}
    >
      {runsOf(parts).map((run) => {
        const bars = run.parts.map((part) => <Bar key={part.from} part={part} busiest={busiest} />);
        const place = {
          gridColumn: `span ${run.parts.length}`,
          gridTemplateColumns: `repeat(${run.parts.length}, minmax(0, 1fr))`,
        };
        if (!run.gap) {
          return (
            <span key={run.at} style={place} className="grid items-end gap-px">
              {bars}
            </span>
          );
        }
        return (
          <Link
            key={run.at}
            to="/endpoints/$id"
            params={{ id }}
            search={{ from: String(run.gap.from), to: String(run.gap.to) }}
            aria-label={gapWords(run.gap)}
            title={gapWords(run.gap)}
            style={place}
            className="grid h-full items-end gap-px rounded-[2px] hover:opacity-80"
          >
            {bars}
          </Link>
        );
      })}
    </div>
  );
}

const gapWords = (gap: Gap) =>
  `Since ${at(gap.since)}: ${gap.missing} of ${counted(gap.events, "event")} missing. Send positions ${gap.from} to ${gap.to} again`;

function Bar({ part, busiest }: { readonly part: EndpointHour; readonly busiest: number }) {
  const kind = kindOf(part);
  const isGap = kind === "some" || kind === "none_delivered";
  // The square root keeps a quiet half hour visible beside a busy one.
  const height =
    kind === "no_events" ? 2 : isGap ? 24 : 5 + Math.round(11 * Math.sqrt(part.events / busiest));
  return (
    <span
      title={isGap ? undefined : barWords(part)}
      style={{ height }}
      className={`rounded-[1px] ${fills[kind]}`}
    />
  );
}

function barWords(part: EndpointHour): string {
  const until = at(Date.parse(part.from) + 1_800_000);
  const failed =
    part.failed_attempts > 0 ? ` after ${counted(part.failed_attempts, "failed attempt")}` : "";
  const says =
    part.events === 0
      ? part.failed_attempts > 0
        ? `no events, ${counted(part.failed_attempts, "failed attempt")}`
        : "no events"
      : `all ${counted(part.events, "event")} delivered${failed}`;
  return `${at(part.from)} to ${until}: ${missingOf(part) > 0 ? `${missingOf(part)} missing` : says}`;
}

/** What the ribbon's bars mean. */
export function RibbonKey() {
  const told = [
    ["bg-line-2", "delivered"],
    ["bg-retry", "some missing, or late"],
    ["bg-fail", "none delivered"],
    ["bg-line", "no events"],
  ] as const;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-12 text-ink-2">
      {told.map(([fill, words]) => (
        <li key={words} className="flex items-center gap-1.5">
          <span aria-hidden className={`h-2.5 w-1 rounded-[1px] ${fill}`} />
          {words}
        </li>
      ))}
    </ul>
  );
}
