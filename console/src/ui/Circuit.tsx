import type { DeliveryView } from "../../../src/contract/resources/view.ts";

/** What becomes of one event at one endpoint, as an electrical one-line diagram draws it. */
export type Fate = "delivered" | "sending" | "held" | "retrying" | "failed" | "none";

type State = DeliveryView["state"];

const fates: Readonly<Record<State, Fate>> = {
  delivered: "delivered",
  waiting: "sending",
  retrying: "retrying",
  dead: "failed",
  skipped: "none",
  not_subscribed: "none",
  before_start: "none",
};

/** Where an event stands, and why there. */
type Standing = Pick<DeliveryView, "state" | "reason_code">;

/** Nothing is sent while one of these holds: what waits behind it does not move. */
const holds: ReadonlySet<DeliveryView["reason_code"]> = new Set([
  "paused",
  "disabled",
  "receiver_down",
  "behind_event",
]);

/** How an event's standing is drawn. */
export const fateOf = ({ state, reason_code }: Standing): Fate =>
  state === "waiting" && holds.has(reason_code) ? "held" : fates[state];

const words: Readonly<Record<State, string>> = {
  delivered: "Delivered",
  waiting: "Waiting",
  retrying: "Retrying",
  dead: "Failed",
  skipped: "Skipped",
  not_subscribed: "Not subscribed",
  before_start: "Before its start",
};
/** The same in the words of the console. */
export const wordOf = (standing: Standing): string =>
  `${words[standing.state]}${fateOf(standing) === "held" ? ", held back" : ""}`;

/** Text colour of each fate. */
export const fateInk: Readonly<Record<Fate, string>> = {
  delivered: "text-ok",
  sending: "text-ink-2",
  held: "text-ink-2",
  retrying: "text-retry",
  failed: "text-fail",
  none: "text-ink-3",
};

const stroke: Readonly<Record<Fate, string>> = {
  delivered: "var(--ok)",
  sending: "var(--ink-2)",
  held: "var(--ink-3)",
  retrying: "var(--retry)",
  failed: "var(--fail)",
  none: "var(--line-2)",
};

interface CircuitProps {
  readonly fate: Fate;
  /** Width in pixels. */
  readonly width?: 24 | 28 | 34 | 46;
  /** What it says to who does not see it; without, it is an ornament of the words beside it. */
  readonly label?: string;
}

/** Closed line: delivered. Moving dashes: under way; still ones: held back. A hop: retrying. An open switch: failed. A stub: not for it. */
export function Circuit({ fate, width = 28, label }: CircuitProps) {
  const end = width - 4;
  return (
    <svg
      width={width}
      height={12}
      viewBox={`0 0 ${width} 12`}
      fill="none"
      stroke={stroke[fate]}
      strokeWidth={1.6}
      strokeLinecap="round"
      className="shrink-0 overflow-visible"
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      {fate === "delivered" && (
        <>
          <path d={`M1 6H${end}`} />
          <circle cx={end} cy={6} r={3} fill={stroke.delivered} />
        </>
      )}
      {fate === "sending" && (
        <>
          <path d={`M1 6H${end - 4}`} className="flow" />
          <circle cx={end} cy={6} r={3} fill="var(--sun)" />
        </>
      )}
      {fate === "held" && (
        <>
          <path d={`M1 6H${end - 4}`} strokeDasharray="3.5 3.5" />
          <circle cx={end} cy={6} r={3} fill="var(--surface)" />
        </>
      )}
      {fate === "retrying" && (
        <>
          <path d={`M1 6H${end / 2 - 4}a4 4 0 0 1 8 0H${end - 3.2}`} />
          <circle cx={end} cy={6} r={3} fill="var(--surface)" />
        </>
      )}
      {fate === "failed" && (
        <>
          <path d={`M1 6H${end / 2 - 4}L${end / 2 + 4} 1.5M${end / 2 + 5} 6H${end - 3.2}`} />
          <circle cx={end} cy={6} r={3} fill="var(--surface)" />
        </>
      )}
      {fate === "none" && <path d={`M1 6H${width / 3}M${width / 3} 3v6`} />}
    </svg>
  );
}
