import { useId } from "react";

/** Where a new endpoint starts to read. */
export type Start = "now" | "beginning" | number;

const choices = [
  ["now", "From now on", "What happens after this."],
  ["beginning", "From the beginning", "The whole feed first, then what happens."],
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
    </fieldset>
  );
}
