import { useSyncExternalStore } from "react";
import { heardOf, nowMs } from "./clock.ts";
import type { EventEnvelope } from "../../src/contract/catalogue.ts";
import { inboundType } from "../../src/contract/inboundType.ts";
import { api, queries } from "./api.ts";

/** How the console stands to the organization's feed. */
export interface LiveState {
  readonly status: "off" | "connecting" | "live" | "reconnecting";
  /** When the last event came, by this machine's clock; null before the first. */
  readonly lastAt: number | null;
}

type Hearer = (event: EventEnvelope) => void;

/** How long a stream that was refused is waited for, in milliseconds. */
const comeBackMs = 5_000;

let state: LiveState = { status: "off", lastAt: null };
const watchers = new Set<() => void>();
const hearers = new Set<Hearer>();
let source: EventSource | undefined;
let opening: Promise<void> | undefined;
let comingBack: ReturnType<typeof setTimeout> | undefined;
/** The last event that was heard: a stream that is opened anew goes on behind it. */
let position: string | undefined;

function become(next: Partial<LiveState>): void {
  state = { ...state, ...next };
  for (const watch of watchers) watch();
}

/**
 * Opens the one stream of this page. The browser comes back with the last id it has, and the service goes on from there:
 * what was missed meanwhile comes then.
 */
export function openStream(): void {
  if (source || opening || comingBack) return;
  // What was lost is called so until it is there again.
  if (state.status !== "reconnecting") become({ status: "connecting" });
  opening = open()
    .catch(comeBack)
    .finally(() => (opening = undefined));
}

/** Tries again by itself: the browser does so only for what was lost, not for what was refused. */
function comeBack(): void {
  source?.close();
  source = undefined;
  become({ status: "reconnecting" });
  comingBack = setTimeout(() => {
    comingBack = undefined;
    openStream();
  }, comeBackMs);
}

async function open(): Promise<void> {
  const { data } = await queries.ensureQueryData(catalogueQuery);
  // Signed out meanwhile.
  if (state.status === "off") return;
  const opened = new EventSource(`/v1/events/stream${position ? `?after=${position}` : ""}`);
  source = opened;
  opened.addEventListener("open", () => {
    // Whatever was read before may lack what happened until now.
    if (state.status === "reconnecting") {
      refreshSoon();
      void queries.invalidateQueries({ queryKey: ["mapHour"] });
    }
    become({ status: "live" });
  });
  opened.addEventListener("error", () => {
    if (opened !== source) return;
    become({ status: "reconnecting" });
    if (opened.readyState === EventSource.CLOSED) comeBack();
  });
  for (const type of [...data.map((each) => each.type), inboundType]) {
    opened.addEventListener(type, ({ data: body, lastEventId }: MessageEvent<string>) => {
      position = lastEventId;
      hear(body);
    });
  }
}

/** Ends the stream for good: who signs in next begins anew. */
export function closeStream(): void {
  source?.close();
  source = undefined;
  position = undefined;
  clearTimeout(comingBack);
  comingBack = undefined;
  become({ status: "off", lastAt: null });
}

function hear(body: string): void {
  const event = JSON.parse(body) as EventEnvelope;
  heardOf(event.timestamp); // first: a clock that was moved is the one by which it came just now
  lastAt = nowMs();
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

function watchState(watch: () => void): () => void {
  watchers.add(watch);
  return () => watchers.delete(watch);
}

export const useLive = (): LiveState => useSyncExternalStore(watchState, () => state);

/** Whether events come as they happen; told only when it changes. */
export const useIsLive = (): boolean =>
  useSyncExternalStore(watchState, () => state.status === "live");

/** The 32 events; they change with the version of the service only. */
export const catalogueQuery = {
  queryKey: ["catalogue"],
  queryFn: () => api.catalogues.get(),
  staleTime: Infinity,
};
