import { useSyncExternalStore } from "react";
import { nowMs } from "../clock.ts";

/** Snoozed issues are this browser's own: others still see them. */
const key = "heliograph.snoozed";
const dayMs = 86_400_000;

type Snoozed = Readonly<Record<string, number>>;

let known: Snoozed | undefined;
const watchers = new Set<() => void>();

function read(): Snoozed {
  if (known) return known;
  try {
    known = JSON.parse(localStorage.getItem(key) ?? "{}") as Snoozed;
  } catch {
    known = {};
  }
  return known;
}

function write(next: Snoozed): void {
  known = next;
  localStorage.setItem(key, JSON.stringify(next));
  for (const watch of watchers) watch();
}

/** Leaves an issue out for a day. What is over meanwhile is forgotten. */
export function snooze(id: string): void {
  const now = nowMs();
  const still = Object.entries(read()).filter(([, until]) => until > now);
  write({ ...Object.fromEntries(still), [id]: now + dayMs });
}

/** Shows an issue again. */
export function wake(id: string): void {
  write(Object.fromEntries(Object.entries(read()).filter(([each]) => each !== id)));
}

/** Until when issues are snoozed, by their ids. */
export function useSnoozed(): Snoozed {
  return useSyncExternalStore((watch) => {
    watchers.add(watch);
    return () => watchers.delete(watch);
  }, read);
}
