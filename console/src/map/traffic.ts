import { createContext, useContext, useSyncExternalStore } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { stageOf } from "../endpoints/stages.ts";
import { customerOf } from "../events/read.ts";

/** What the map keeps of an event. */
export interface Seen {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  /** When it happened, in milliseconds. */
  readonly at: number;
  /** Kind of who caused it. */
  readonly source: string;
  readonly stage: string;
  readonly customer: string | null;
  readonly customerName: string;
}

/** How long an edge stays lit, and a pulse travels, in milliseconds. */
const litMs = 2_000;
/** Pulses that move at once; more only light their edges, so that a burst does not slow the page down. */
const pulsesAtMost = 40;
/** What happened before is not counted. */
export const windowMs = 3_600_000;
/** Events kept at most: a very busy hour is told in part, and the page says so. */
export const keptAtMost = 1_000;

/** What an edge or a node shows now. */
interface Glow {
  readonly isLit: boolean;
  /** Ids of the pulses on it. */
  readonly pulses: readonly number[];
}
const dark: Glow = { isLit: false, pulses: [] };

/** The hour's events with what moves on the map. Read by parts of it, each of which is drawn anew alone. */
export class Traffic {
  /** Newest first; a new array when something came. */
  events: readonly Seen[] = [];
  /** Came while the map was frozen. */
  held: readonly Seen[] = [];
  isFrozen = false;
  readonly #glows = new Map<string, Glow>();
  readonly #watchers = new Set<() => void>();
  #pulses = 0;
  #nextPulse = 0;

  readonly subscribe = (watch: () => void): (() => void) => {
    this.#watchers.add(watch);
    return () => this.#watchers.delete(watch);
  };

  glowOf(id: string): Glow {
    return this.#glows.get(id) ?? dark;
  }

  /** Takes what was read; those known already stay once. */
  add(events: readonly Seen[]): void {
    const known = new Set(this.events.map(({ id }) => id));
    const added = events.filter(({ id }) => !known.has(id));
    if (added.length === 0) return;
    const all = [...added, ...this.events].toSorted((a, b) => b.sequence - a.sequence);
    this.events = all.slice(0, keptAtMost);
    this.#tell();
  }

  /** Takes an event as it happens. @returns whether it is shown now. */
  hear(event: Seen): boolean {
    if (this.isFrozen) {
      this.held = [event, ...this.held];
      this.#tell();
      return false;
    }
    this.add([event]);
    return true;
  }

  freeze(isFrozen: boolean): void {
    this.isFrozen = isFrozen;
    if (!isFrozen) {
      const { held } = this;
      this.held = [];
      this.add(held);
    }
    this.#tell();
  }

  /** Lights an edge or a node, with a pulse along it where there is room. */
  light(id: string, withPulse: boolean): void {
    const { pulses } = this.glowOf(id);
    const pulse = withPulse && this.#pulses < pulsesAtMost ? (this.#nextPulse += 1) : null;
    if (pulse !== null) this.#pulses += 1;
    this.#glows.set(id, { isLit: true, pulses: pulse === null ? pulses : [...pulses, pulse] });
    this.#tell();
    const token = (this.#lastLit.get(id) ?? 0) + 1;
    this.#lastLit.set(id, token);
    setTimeout(() => {
      if (pulse !== null) this.#pulses -= 1;
      const left = this.glowOf(id).pulses.filter((each) => each !== pulse);
      // Lit again meanwhile: the later one puts it out.
      const isLit = this.#lastLit.get(id) !== token;
      if (isLit || left.length > 0) this.#glows.set(id, { isLit, pulses: left });
      else this.#glows.delete(id);
      this.#tell();
    }, litMs);
  }
  readonly #lastLit = new Map<string, number>();

  #tell(): void {
    for (const watch of this.#watchers) watch();
  }
}

/** The traffic of the map around. */
export const TrafficContext = createContext<Traffic>(new Traffic());

/** What an edge or a node shows now. */
export function useGlow(id: string): Glow {
  const traffic = useContext(TrafficContext);
  return useSyncExternalStore(traffic.subscribe, () => traffic.glowOf(id));
}

/** The hour's events, newest first. */
export function useSeen(traffic: Traffic): readonly Seen[] {
  return useSyncExternalStore(traffic.subscribe, () => traffic.events);
}

/** What came while the map was frozen. */
export function useHeld(traffic: Traffic): number | null {
  return useSyncExternalStore(traffic.subscribe, () =>
    traffic.isFrozen ? traffic.held.length : null,
  );
}

/** What the map keeps of an event. */
export function seenOf(event: EventEnvelope): Seen {
  const { customer } = event.data as { customer?: { id: string } };
  return {
    id: event.id,
    sequence: event.sequence,
    type: event.type,
    at: Date.parse(event.timestamp),
    source: event.actor.kind,
    stage: stageOf(event.type),
    customer: customer?.id ?? null,
    customerName: customerOf(event),
  };
}
