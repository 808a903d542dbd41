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

/** How long an edge stays lit, in milliseconds: a little longer than a pulse travels. */
const litMs = 2_000;
/** How long a pulse travels, in milliseconds. */
export const pulseMs = 1_900;
/** Pulses that move at once; more only light their edges, so that a burst does not slow the page down. */
const pulsesAtMost = 40;
/** What happened before is not counted. */
export const windowMs = 3_600_000;
/** Events kept at most: a very busy hour is told in part, and the page says so. */
export const keptAtMost = 1_000;

/** What came is counted this often, in milliseconds: each time the whole map is drawn anew. */
const countMs = 500;
/** An edge gets a pulse this often at most, in milliseconds; more only keep it lit. */
const pulseEveryMs = 350;

/** Draws a pulse along an edge, which React knows nothing of. */
type DrawPulse = (edge: string) => void;

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
  readonly #lit = new Set<string>();
  /** When the edges were given their last pulse. */
  readonly #pulsedAt = new Map<string, number>();
  readonly #putOut = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #watchers = new Set<() => void>();
  readonly #drawers = new Set<DrawPulse>();
  #pulses = 0;
  #isTelling = false;

  readonly subscribe = (watch: () => void): (() => void) => {
    this.#watchers.add(watch);
    return () => this.#watchers.delete(watch);
  };

  /** Tells of each pulse. @returns how to stop. */
  onPulse(draw: DrawPulse): () => void {
    this.#drawers.add(draw);
    return () => this.#drawers.delete(draw);
  }

  isLit(id: string): boolean {
    return this.#lit.has(id);
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
    clearTimeout(this.#putOut.get(id));
    this.#putOut.set(
      id,
      setTimeout(() => this.#dim(id), litMs),
    );
    if (!this.#lit.has(id)) {
      this.#lit.add(id);
      this.#tell();
    }
    if (withPulse) this.#pulse(id);
  }

  #pulse(id: string): void {
    const now = Date.now();
    const isRoom =
      this.#pulses < pulsesAtMost && now - (this.#pulsedAt.get(id) ?? 0) >= pulseEveryMs;
    if (!isRoom) return;
    this.#pulsedAt.set(id, now);
    this.#pulses += 1;
    setTimeout(() => (this.#pulses -= 1), pulseMs);
    for (const draw of this.#drawers) draw(id);
  }

  #dim(id: string): void {
    this.#putOut.delete(id);
    this.#lit.delete(id);
    this.#tell();
  }

  /** Of all that changes within a frame it is told once. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    requestAnimationFrame(() => {
      this.#isTelling = false;
      for (const watch of this.#watchers) watch();
    });
  }
}

/** The traffic of the map around. */
export const TrafficContext = createContext<Traffic>(new Traffic());

/** Whether an edge or a node is lit now. */
export function useIsLit(id: string): boolean {
  const traffic = useContext(TrafficContext);
  return useSyncExternalStore(traffic.subscribe, () => traffic.isLit(id));
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
