import type { Delivery } from "../../contract/resources/explanation.ts";
import type { Colors } from "./terminal.ts";

type State = Delivery["state"];

/**
 * An event's fate at an endpoint, drawn as a circuit: the line is closed where it was delivered, open where it broke. The
 * shapes differ, so that they are read without colours.
 */
const glyphs: Readonly<Record<State, { drawn: string; word: string; color: keyof Colors | null }>> =
  {
    delivered: { drawn: "───●", word: "delivered", color: "good" },
    waiting: { drawn: "╌╌╌○", word: "waiting", color: null },
    retrying: { drawn: "─∩─○", word: "retrying", color: "late" },
    dead: { drawn: "─╱ ○", word: "dead", color: "bad" },
    skipped: { drawn: "─╱ ┤", word: "skipped", color: "faint" },
    not_subscribed: { drawn: "─┤  ", word: "not subscribed", color: "faint" },
    before_start: { drawn: "─┤  ", word: "before its start", color: "faint" },
  };

export function glyphOf(state: State, colors: Colors): string {
  const { drawn, color } = glyphs[state];
  return color === null ? drawn : colors[color](drawn);
}

export const wordOf = (state: State): string => glyphs[state].word;

/** Whether nothing more will come of it by itself. */
export const isSettled = (state: State): boolean => state !== "waiting" && state !== "retrying";
