import { Failure } from "./exitCodes.ts";
import type { EventType } from "../../contract/catalogue.ts";
import type { FeedType } from "../../contract/inbound.ts";
import { inboundType } from "../../contract/inboundType.ts";
import { nearest } from "../../contract/nearest.ts";

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
