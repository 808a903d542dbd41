import { Failure } from "./exitCodes.ts";
import type { EventType } from "../../contract/catalogue.ts";
import type { FeedType } from "../../contract/inbound.ts";
import { inboundType } from "../../contract/inboundType.ts";

/** The catalogue is big: only commands that need it wait for it. */
export const catalogue = () => import("../../contract/catalogue.ts");

/** @throws {Failure} with the nearest name when there is no such event. */
export async function requireEventType(name: string): Promise<EventType> {
  const { eventTypes, isEventType } = await catalogue();
  if (isEventType(name)) return name;
  const near = nearest(name, eventTypes);
  throw new Failure(
    "usage",
    `There is no event ${name}`,
    near === undefined
      ? "`heliograph catalogue list` shows all"
      : `Did you mean ${near}? \`heliograph catalogue list\` shows all`,
  );
}

/** Names of events that a feed may hold, each checked: those of the catalogue, and `inbound`. */
export const requireEventTypes = (names: readonly string[]): Promise<FeedType[]> =>
  Promise.all(names.map(async (name) => (name === inboundType ? name : requireEventType(name))));

/** What was probably meant: the name that takes the fewest keystrokes, when those are few. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, far: distance(typed, name) }))
    .toSorted((a, b) => a.far - b.far);
  const [best] = ranked;
  return best && best.far <= Math.max(2, typed.length / 3) ? best.name : undefined;
}

/** How many letters to add, drop or change. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [at, other] of Array.from(to).entries()) {
      const changed = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
