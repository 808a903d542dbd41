import type { EndpointHour } from "../../../src/contract/resources/view.ts";

/** What a stretch of the last day says. */
export type PartKind = "delivered" | "late" | "some" | "none_delivered" | "no_events";

/** The events of a stretch that an endpoint does not have. */
export const missingOf = ({ events, delivered }: EndpointHour): number =>
  Math.max(0, events - delivered);

/** How long deliveries took; null when there was none, which the service tells as 0. */
export const delayOf = ({ delivered, delay_ms }: EndpointHour): number | null =>
  delivered > 0 ? delay_ms : null;

/** `late`: nothing is missing by now, but attempts failed in it. */
export function kindOf(part: EndpointHour): PartKind {
  if (missingOf(part) > 0) return part.delivered > 0 ? "some" : "none_delivered";
  if (part.failed_attempts > 0) return "late";
  return part.events > 0 ? "delivered" : "no_events";
}

/** Neighbouring stretches that are drawn and clicked as one. */
interface Run {
  /** Position of the first of them. */
  readonly at: number;
  readonly parts: readonly EndpointHour[];
  /** What is missing in it; null where nothing is. */
  readonly gap: Gap | null;
}

/** A range of the feed in which an endpoint misses events. */
export interface Gap {
  readonly missing: number;
  readonly events: number;
  /** Positions, both included. */
  readonly from: number;
  readonly to: number;
  readonly since: string;
}

/** The day in runs: an outage is one gap, also across half hours in which nothing happened. */
export function runsOf(parts: readonly EndpointHour[]): Run[] {
  const inGap = parts.map((part) => missingOf(part) > 0);
  let last = -1;
  for (const [at, part] of parts.entries()) {
    if (!inGap[at]) {
      if (kindOf(part) !== "no_events") last = -1;
      continue;
    }
    if (last >= 0) inGap.fill(true, last, at);
    last = at;
  }
  const runs: { at: number; parts: EndpointHour[]; isGap: boolean }[] = [];
  for (const [at, part] of parts.entries()) {
    const isGap = inGap[at] === true;
    const open = runs.at(-1);
    if (open?.isGap === isGap) open.parts.push(part);
    else runs.push({ at, parts: [part], isGap });
  }
  return runs.map((run) => ({
    at: run.at,
    parts: run.parts,
    gap: run.isGap ? gapOf(run.parts) : null,
  }));
}

function gapOf(parts: readonly EndpointHour[]): Gap | null {
  const firsts = parts.flatMap(({ first_sequence }) => first_sequence ?? []);
  const lasts = parts.flatMap(({ last_sequence }) => last_sequence ?? []);
  const [start] = parts;
  if (!start || firsts.length === 0) return null;
  return {
    missing: parts.reduce((sum, part) => sum + missingOf(part), 0),
    events: parts.reduce((sum, { events }) => sum + events, 0),
    from: Math.min(...firsts),
    to: Math.max(...lasts),
    since: start.from,
  };
}

/** The gaps of the day, oldest first. */
export const gapsOf = (parts: readonly EndpointHour[]): Gap[] =>
  runsOf(parts).flatMap(({ gap }) => gap ?? []);
