import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { headQuery, keptAfterQuery } from "../events/read.ts";
import { counted } from "../ui/figures.ts";

/** Where a new endpoint starts to read. */
export type Start = "now" | "beginning" | number;

const choices = [
  ["now", "From now on", "What happens after this."],
  ["beginning", "From the beginning", "All of the feed that is kept first, then what happens."],
  ["position", "After a position", "What comes after that position of the feed."],
] as const;

/** Where a new endpoint starts: here, at the feed's beginning, or after a position. */
export function StartChoice({
  value,
  onChange,
}: {
  readonly value: Start;
  readonly onChange: (start: Start) => void;
}) {
  const name = useId();
  const kind = typeof value === "number" ? "position" : value;
  const first = useEventsBefore(value);
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-12 font-[560] text-ink-2">Start</legend>
      {choices.map(([choice, label, hint]) => (
        <label key={choice} className="flex items-start gap-2">
          <input
            type="radio"
            name={name}
            checked={kind === choice}
            onChange={() => onChange(choice === "position" ? 0 : choice)}
            className="mt-0.5 size-4 accent-cell"
          />
          <span>
            <span className="font-[560]">{label}</span>
            <span className="block text-12 text-ink-3">{hint}</span>
          </span>
        </label>
      ))}
      {typeof value === "number" && (
        <input
          type="number"
          min={0}
          aria-label="Position"
          value={value}
          onChange={({ target }) => onChange(Math.max(0, Math.trunc(Number(target.value))))}
          className="ml-6 h-8 w-40 rounded-control border border-line-2 bg-surface px-2.5"
        />
      )}
      {first !== undefined && (
        <p role="status" className="text-ink-2">
          {first === 0
            ? "Nothing has happened after that yet."
            : `${counted(first, "event of the feed comes", "events of the feed come")} first, without those that the filter leaves out.`}
        </p>
      )}
    </fieldset>
  );
}

/** How many events a new endpoint reads before what happens from now on; undefined when it begins here, or is not known. */
function useEventsBefore(start: Start): number | undefined {
  const isAsked = start !== "now";
  const { data: head } = useQuery({ ...headQuery, enabled: isAsked });
  const { data: keptAfter } = useQuery({ ...keptAfterQuery, enabled: isAsked });
  if (!isAsked || head === undefined || keptAfter === undefined) return undefined;
  return Math.max(0, head - Math.max(keptAfter, start === "beginning" ? 0 : start));
}
