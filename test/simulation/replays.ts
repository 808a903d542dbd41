import type { StoredEntry } from "../../src/store/feed.ts";
import type { Clock } from "./clock.ts";
import { requireEndpoint } from "./reads.ts";
import {
  deliveredSince,
  matches,
  waitsInLane,
  type EndpointTables,
  type ReplayRow,
  type Tables,
} from "./tables.ts";

/** Starts a replay of a range, remembering what waits now. */
export function startReplay(
  tables: EndpointTables,
  { from, to }: { from: number; to: number },
): void {
  const { row, feed, lanes, resends, dead, replays } = tables;
  const range = feed.filter(({ sequence }) => sequence >= from && sequence <= to);
  const isQueued = (entry: StoredEntry) =>
    matches(row.events, entry) &&
    !resends.has(entry.sequence) &&
    ((entry.sequence <= row.cursor && !waitsInLane(tables, entry)) ||
      dead.has(entry.sequence) ||
      deliveredSince(tables, entry.sequence));
  const isAhead = (entry: StoredEntry) =>
    (entry.sequence > row.cursor || waitsInLane(tables, entry)) &&
    (deliveredSince(tables, entry.sequence) || dead.has(entry.sequence));
  replays.push({
    from,
    to,
    position: Math.max(from, 1) - 1,
    waited_after: row.cursor,
    waiting: new Map([...lanes].map(([id, { head_sequence }]) => [id, head_sequence])),
    settled_ahead: new Set(range.filter(isAhead).map(({ sequence }) => sequence)),
    queued_before: new Set(range.map(({ sequence }) => sequence).filter((s) => resends.has(s))),
    state: range.some(isQueued) ? "running" : "done",
  });
}

interface ToppingUp {
  readonly tables: Tables;
  readonly clock: Clock;
  /** Rows of a queue that are free to go, at most. */
  readonly freeLimit: number;
}

/** Takes entries of running replays into the queue while there is room, and ends those of which nothing is left. */
export function topUpReplays(
  { tables, clock, freeLimit }: ToppingUp,
  ids: readonly string[],
): void {
  for (const id of ids) {
    const endpoint = requireEndpoint(tables, id);
    const running = endpoint.replays.filter(({ state }) => state === "running");
    const oldest = running.find(({ position, to }) => position < to);
    if (oldest) takeEntries(endpoint, oldest, { nowMs: clock.calendarMs, freeLimit });
    for (const replay of running) {
      const isWaiting = endpoint.resends.values().some((row) => row.replay === replay);
      if (replay.position >= replay.to && !isWaiting) replay.state = "done";
    }
  }
}

function takeEntries(
  tables: EndpointTables,
  replay: ReplayRow,
  { nowMs, freeLimit }: { nowMs: number; freeLimit: number },
): void {
  const { row, feed, resends, dead } = tables;
  const queue = [...resends.values()].filter(({ kind }) => kind !== "parked");
  const blocked = new Set(
    queue.filter(({ due_at }) => due_at > nowMs).map(({ customer_id }) => customer_id),
  );
  const room = freeLimit - queue.filter(({ customer_id }) => !blocked.has(customer_id)).length;
  if (room <= 0) return;
  const wasSettled = ({ sequence, customer_id }: StoredEntry) =>
    replay.settled_ahead.has(sequence) ||
    (sequence <= replay.waited_after && (replay.waiting.get(customer_id) ?? Infinity) > sequence);
  const next = feed
    .filter(
      (entry) =>
        entry.sequence > replay.position &&
        entry.sequence <= replay.to &&
        matches(row.events, entry) &&
        !replay.queued_before.has(entry.sequence) &&
        wasSettled(entry),
    )
    .slice(0, room);
  for (const { sequence, event_id, customer_id } of next) {
    if (resends.has(sequence)) continue;
    const given_up = dead.get(sequence) ?? null;
    const due = { attempts: 0, due_at: nowMs, queued_at: nowMs, replay, given_up };
    resends.set(sequence, { sequence, event_id, customer_id, kind: "replay", ...due });
    dead.delete(sequence);
  }
  replay.position = next.length < room ? replay.to : (next.at(-1)?.sequence ?? replay.to);
}

/** Calls a running replay off: what of it waits is not sent, and is dead or skipped again if it was before. */
export function cancelReplay({ row, resends, dead, replays }: EndpointTables): void {
  const replay = replays.findLast(({ state }) => state === "running");
  if (!replay) return;
  const dropped = [...resends.values()].filter((queued) => queued.replay === replay);
  for (const { sequence, given_up } of dropped) {
    resends.delete(sequence);
    if (given_up && !dead.has(sequence)) dead.set(sequence, given_up);
  }
  if (dropped.length > 0) row.fence += 1;
  replay.state = "cancelled";
}
