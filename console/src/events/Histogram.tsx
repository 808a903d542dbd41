import { memo, useCallback, useEffect, useMemo, useRef, type KeyboardEvent } from "react";
import { counted } from "../ui/figures.ts";
import { Time, useNow } from "../ui/Time.tsx";
import { minutesOf, type Minute } from "./minutes.ts";

interface HistogramProps {
  /** Those that are shown below, newest first. */
  readonly events: readonly { readonly timestamp: string }[];
  /** The time of the oldest event that was read, in milliseconds. */
  readonly readBackTo: number;
  /** Leads to the events of a minute. */
  readonly onMinute: (at: number) => void;
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

/** Events per minute of the last hour. A bar leads to its minute; what was not read yet is no bar, and says so. */
export function Histogram({ events, readBackTo, onMinute }: HistogramProps) {
  const now = useNow(5_000);
  const minutes = useMemo(() => minutesOf(events, readBackTo, now), [events, readBackTo, now]);
  // A bar stays as it is while its minute does, whoever asks for it.
  const lead = useRef(onMinute);
  useEffect(() => {
    lead.current = onMinute;
  }, [onMinute]);
  const show = useCallback((at: number) => lead.current(at), []);
  const bars = useRef<HTMLDivElement>(null);
  const most = Math.max(1, ...minutes.map((minute) => minute.events));
  const newest = minutes.findLast((minute) => minute.events > 0);
  // One stop for the tabulator; arrows go from bar to bar.
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const all = [...(bars.current?.querySelectorAll("button") ?? [])];
    const at = all.findIndex((bar) => bar === event.target);
    if (by === undefined || at === -1) return;
    event.preventDefault();
    all[at + by]?.focus();
  };
  return (
    <figure className="px-4 pb-3 sm:px-7">
      <div
        ref={bars}
        role="group"
        aria-label={summaryOf(minutes)}
        onKeyDown={onKey}
        className="flex h-11 items-end gap-px border-b border-line-2"
      >
        {minutes.map((minute) => (
          <Bar
            key={minute.at}
            at={minute.at}
            events={minute.events}
            isRead={minute.isRead}
            height={Math.max(3, Math.round((minute.events / most) * 42))}
            isStop={minute === newest}
            onMinute={show}
          />
        ))}
      </div>
      <figcaption className="flex justify-between pt-0.5 text-12 text-ink-3">
        <span>
          <Time at={new Date(minutes[0]?.at ?? 0).toISOString()} as="clock" />
        </span>
        <span>{caption(minutes)}</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

interface BarProps extends Minute {
  readonly height: number;
  readonly isStop: boolean;
  readonly onMinute: (at: number) => void;
}

const Bar = memo(function Bar({ at, events, isRead, height, isStop, onMinute }: BarProps) {
  if (events === 0) {
    return <span className={`h-full min-w-0 flex-1 ${isRead ? "" : "bg-sunken"}`} />;
  }
  const words = `${clock.format(at)}: ${isRead ? "" : "at least "}${counted(events, "event")}`;
  return (
    <button
      type="button"
      aria-label={words}
      title={words}
      tabIndex={isStop ? 0 : -1}
      onClick={() => onMinute(at)}
      className={`group flex h-full min-w-0 flex-1 items-end ${isRead ? "" : "bg-sunken"}`}
    >
      <span
        style={{ height }}
        className="w-full rounded-t-[2px] bg-ink-3 group-hover:bg-cell group-focus-visible:bg-cell"
      />
    </button>
  );
});

const totalOf = (minutes: readonly Minute[]) =>
  minutes.reduce((sum, { events }) => sum + events, 0);

/** Since when all is counted; undefined when that is the whole hour. */
const countedSince = (minutes: readonly Minute[]) =>
  minutes[0]?.isRead === false ? minutes.find(({ isRead }) => isRead)?.at : undefined;

function caption(minutes: readonly Minute[]): string {
  const since = countedSince(minutes);
  const total = counted(totalOf(minutes), "event");
  if (since === undefined) return `${total} in the last hour`;
  return `${total} read, back to ${clock.format(since)}; scroll for earlier ones`;
}

function summaryOf(minutes: readonly Minute[]): string {
  const busiest = minutes.toSorted((one, other) => other.events - one.events)[0];
  const peak =
    busiest && busiest.events > 0
      ? `, most at ${clock.format(busiest.at)} with ${busiest.events}`
      : "";
  return `Events per minute: ${caption(minutes)}${peak}`;
}
