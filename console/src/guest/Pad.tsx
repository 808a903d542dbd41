import { useRef, type PointerEvent } from "react";

interface PadProps {
  /** Each stroke as x, y, x, y …, from 0 to 1 across and down. */
  readonly strokes: readonly (readonly number[])[];
  readonly onChange: (strokes: number[][]) => void;
}

/** Points closer than this, as a share of the field, say nothing new. */
const nearby = 0.004;
/** As many points as a stroke may have. */
const longest = 2_000;

/** A field three times as wide as high, to sign in with a finger, a pen or a mouse. */
export function Pad({ strokes, onChange }: PadProps) {
  const isDown = useRef(false);
  const add = (event: PointerEvent<SVGSVGElement>, isNew: boolean) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const at = [share(event.clientX - left, width), share(event.clientY - top, height)];
    const [x = 0, y = 0] = at;
    // A tap is a dot: a stroke has two points at least.
    if (isNew) return onChange([...copied(strokes), [x, y, x, y]]);
    const last = strokes.at(-1) ?? [];
    const [beforeX = 0, beforeY = 0] = last.slice(-2);
    const isNearby = Math.hypot(x - beforeX, y - beforeY) < nearby;
    if (isNearby || last.length >= 2 * longest) return undefined;
    return onChange([...copied(strokes.slice(0, -1)), [...last, x, y]]);
  };
  return (
    <div className="grid gap-2">
      <svg
        role="img"
        aria-label={strokes.length === 0 ? "Empty field to sign in" : "Your signature"}
        viewBox="0 0 3 1"
        preserveAspectRatio="none"
        className="aspect-[3/1] w-full touch-none rounded-control border border-line-2 bg-surface"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          isDown.current = true;
          add(event, true);
        }}
        onPointerMove={(event) => isDown.current && add(event, false)}
        onPointerUp={() => (isDown.current = false)}
        onPointerCancel={() => (isDown.current = false)}
      >
        {strokes.map((points, place) => (
          <polyline
            // oxlint-disable-next-line react/no-array-index-key -- a stroke is its place
            key={place}
            points={pairs(points)}
            fill="none"
            stroke="currentColor"
            strokeWidth={0.02}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        ))}
      </svg>
      <div className="flex items-center justify-between gap-3 text-13 text-ink-2">
        <span>Sign with your finger, a pen or the mouse. Without one, type your name.</span>
        <button
          type="button"
          onClick={() => onChange([])}
          className="min-h-11 shrink-0 px-2 font-[560] text-cell underline"
        >
          Clear
        </button>
      </div>
    </div>
  );
}

const share = (part: number, whole: number) =>
  Math.round(Math.min(1, Math.max(0, part / whole)) * 10_000) / 10_000;

const copied = (strokes: readonly (readonly number[])[]) => strokes.map((points) => [...points]);

/** The drawn field is three units wide and one high. */
function pairs(points: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at + 1 < points.length; at += 2) {
    parts.push(`${(points[at] ?? 0) * 3},${points[at + 1]}`);
  }
  return parts.join(" ");
}
