import { createContext, useContext, useSyncExternalStore } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { stageOf } from "../catalogue/stages.ts";
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

/** What came is counted this often, in milliseconds: each time the whole map is drawn anew. */
const countMs = 500;
/** An edge gets a pulse this often at most, in milliseconds; more only keep it lit. */
const pulseMs = 350;

/** The hour's events with what moves on the map. Read by parts of it, each of which is drawn anew alone. */
export class Traffic {
  /** Newest first; a new array when something was counted. */
  events: readonly Seen[] = [];
  /** One event for each way from a source to a stage; a new array when there is a new way. */
  routes: readonly Seen[] = [];
  /** Came while the map was frozen. */
  held: readonly Seen[] = [];
  isFrozen = false;
  #uncounted: Seen[] = [];
  readonly #glows = new Map<string, Glow>();
  /** When the edges were given their last pulse. */
  readonly #pulsedAt = new Map<string, number>();
  readonly #putOut = new Map<string, ReturnType<typeof setTimeout>>();
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
    const ways = new Map(this.routes.map((route) => [`${route.source}>${route.stage}`, route]));
    for (const each of added) {
      const way = `${each.source}>${each.stage}`;
      if (!ways.has(way)) ways.set(way, each);
    }
    if (ways.size > this.routes.length) this.routes = [...ways.values()];
    this.#tell();
  }

  /** Takes an event as it happens. @returns whether it is shown now. */
  hear(event: Seen): boolean {
    if (this.isFrozen) {
      this.held = [event, ...this.held];
      this.#tell();
      return false;
    }
    if (this.#uncounted.length === 0) setTimeout(() => this.#count(), countMs);
    this.#uncounted.push(event);
    return true;
  }

  #count(): void {
    const came = this.#uncounted;
    this.#uncounted = [];
    this.add(came);
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

  /** Lights an edge or a node for a moment, with a pulse along it where there is room. */
  light(id: string, withPulse: boolean): void {
    const before = this.glowOf(id);
    const now = Date.now();
    const isRoom = this.#pulses < pulsesAtMost && now - (this.#pulsedAt.get(id) ?? 0) >= pulseMs;
    clearTimeout(this.#putOut.get(id));
    this.#putOut.set(
      id,
      setTimeout(() => this.#dim(id), litMs),
    );
    if (withPulse && isRoom) {
      const pulse = (this.#nextPulse += 1);
      this.#pulses += 1;
      this.#pulsedAt.set(id, now);
      this.#show(id, { isLit: true, pulses: [...before.pulses, pulse] });
      setTimeout(() => this.#end(id, pulse), litMs);
    } else if (!before.isLit) this.#show(id, { ...before, isLit: true });
  }

  #dim(id: string): void {
    this.#putOut.delete(id);
    this.#show(id, { ...this.glowOf(id), isLit: false });
  }

  #end(id: string, pulse: number): void {
    this.#pulses -= 1;
    const { isLit, pulses } = this.glowOf(id);
    this.#show(id, { isLit, pulses: pulses.filter((each) => each !== pulse) });
  }

  #show(id: string, glow: Glow): void {
    if (glow.isLit || glow.pulses.length > 0) this.#glows.set(id, glow);
    else this.#glows.delete(id);
    this.#tell();
  }

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

/** One event for each way from a source to a stage. */
export function useRoutes(traffic: Traffic): readonly Seen[] {
  return useSyncExternalStore(traffic.subscribe, () => traffic.routes);
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
