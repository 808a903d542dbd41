import { useSyncExternalStore } from "react";
import type { EventEnvelope } from "../../src/contract/catalogue.ts";
import { api, queries } from "./api.ts";

/** How the console stands to the organization's feed. */
export interface LiveState {
  readonly status: "off" | "connecting" | "live" | "reconnecting";
  /** When the last event came, by this machine's clock; null before the first. */
  readonly lastAt: number | null;
}

type Hearer = (event: EventEnvelope) => void;

let state: LiveState = { status: "off", lastAt: null };
const watchers = new Set<() => void>();
const hearers = new Set<Hearer>();
let source: EventSource | undefined;

function become(next: Partial<LiveState>): void {
  state = { ...state, ...next };
  for (const watch of watchers) watch();
}

/**
 * Opens the one stream of this page. The browser comes back with the last id it has, and the service goes on from there:
 * what was missed meanwhile comes then.
 */
export async function openStream(): Promise<void> {
  if (source) return;
  become({ status: "connecting" });
  const { data } = await queries.ensureQueryData(catalogueQuery);
  const opened = new EventSource("/v1/events/stream");
  source = opened;
  opened.addEventListener("open", () => become({ status: "live" }));
  opened.addEventListener("error", () => {
    if (opened !== source) return;
    become({ status: "reconnecting" });
    if (opened.readyState !== EventSource.CLOSED) return;
    // Refused, not lost: the browser does not come back by itself.
    closeStream();
    become({ status: "reconnecting" });
    setTimeout(() => void openStream(), 5_000);
  });
  for (const { type } of data) {
    opened.addEventListener(type, ({ data: body }: MessageEvent<string>) => hear(body));
  }
}

export function closeStream(): void {
  source?.close();
  source = undefined;
  become({ status: "off" });
}

function hear(body: string): void {
  const event = JSON.parse(body) as EventEnvelope;
  lastAt = Date.now();
  showSoon();
  for (const told of hearers) told(event);
  refreshSoon();
}

/** When the last event came is shown again once a second, however many come. */
let lastAt: number | null = null;
let showing: ReturnType<typeof setTimeout> | undefined;
function showSoon(): void {
  if (state.lastAt === null || state.status !== "live") become({ lastAt, status: "live" });
  showing ??= setTimeout(() => {
    showing = undefined;
    become({ lastAt });
  }, 1_000);
}

/** After a quiet time what is shown is read again this soon, in milliseconds. */
const soonMs = 400;
/** While events keep coming it is read again this often. */
const againMs = 2_000;

/** Of a burst of events the first reads everything again that is shown, and one more time when it is over. */
let refreshing: ReturnType<typeof setTimeout> | undefined;
let refreshedAt = 0;
function refreshSoon(): void {
  refreshing ??= setTimeout(
    () => {
      refreshing = undefined;
      refreshedAt = Date.now();
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === "flow" });
    },
    Math.max(soonMs, refreshedAt + againMs - Date.now()),
  );
}

/** Hears each event as it comes. @returns how to stop. */
export function onEvent(hearer: Hearer): () => void {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

export function useLive(): LiveState {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => watchers.delete(watch);
    },
    () => state,
  );
}

/** The 32 events; they change with the version of the service only. */
export const catalogueQuery = {
  queryKey: ["catalogue"],
  queryFn: () => api.catalogues.get(),
  staleTime: Infinity,
};
