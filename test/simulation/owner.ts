import type { StoredEntry } from "../../src/store/feed.ts";
import type { Clock } from "./clock.ts";
import { cancelReplay, startReplay } from "./replays.ts";
import {
  isPast,
  matches,
  standing,
  waitsInLane,
  wasDelivered,
  type EndpointTables,
  type LaneRow,
} from "./tables.ts";

type Change = Partial<
  Pick<EndpointTables["row"], "events" | "on_failure" | "max_concurrency" | "rate_limit_per_second">
>;

/** What an endpoint's owner can do, as the commands and their statements do it, on tables in memory. */
export interface Owner {
  update(change: Change): void;
  pause(): void;
  resume(): void;
  /** Goes on after a position. */
  moveTo(position: number): void;
  skipToLatest(): void;
  /** Skips what heads a customer's lane or queue. @returns whether it was such a one. */
  skipHead(entry: StoredEntry): boolean;
  /** Sends again what is settled. @returns whether it was. */
  resend(entry: StoredEntry): boolean;
  resendAllDead(): void;
  replay(range: { from: number; to: number }): void;
  cancelReplay(): void;
}

export function ownerOf(tables: EndpointTables, clock: Clock): Owner {
  const { row, feed, lanes, dead, resends } = tables;

  function write(change: Partial<EndpointTables["row"]>): void {
    Object.assign(row, change, { version: row.version + 1 });
  }

  function resume(): void {
    const isUp = { state: "active", state_reason: null, state_since: clock.calendarMs } as const;
    write({ ...isUp, backoff_step: 0, backoff_until: null });
  }

  function queue({ sequence, event_id, customer_id }: StoredEntry): void {
    const now = clock.calendarMs;
    const due = { attempts: 0, due_at: now, queued_at: now, replay: null, given_up: null };
    dead.delete(sequence);
    resends.set(sequence, { sequence, event_id, customer_id, kind: "resend", ...due });
  }

  return {
    update(change) {
      const before = row.events;
      if (change.events !== undefined) {
        row.chain_start = row.cursor;
        row.fence += 1;
        for (const [customer, { head_sequence }] of lanes) {
          if (head_sequence > row.cursor) lanes.delete(customer);
        }
      }
      const wasHeld = row.on_failure === "hold";
      write(change);
      if (change.events !== undefined) skipLeftOut(tables, before);
      if (wasHeld && row.on_failure === "skip") tryLanesNow(tables, clock.calendarMs);
    },
    pause() {
      if (row.state === "paused") return;
      write({ state: "paused", state_reason: "Paused", state_since: clock.calendarMs });
    },
    resume() {
      if (row.state !== "active") resume();
    },
    moveTo(position) {
      moveCursor(tables, position);
      resume();
    },
    skipToLatest() {
      skipToLatest(tables, clock.calendarMs);
      resume();
    },
    skipHead(entry) {
      const isSkipped = skipResend(tables, entry) || skipLaneHead(tables, entry, clock.calendarMs);
      if (isSkipped) row.fence += 1;
      return isSkipped;
    },
    resend(entry) {
      const isSettled = ["delivered", "skipped", "dead"].includes(standing(tables, entry));
      if (isSettled) queue(entry);
      return isSettled;
    },
    resendAllDead() {
      for (const { sequence, isSkipped } of dead.values()) {
        const entry = feed[sequence - 1];
        if (entry && !isSkipped) queue(entry);
      }
    },
    replay: (range) => startReplay(tables, range),
    cancelReplay: () => cancelReplay(tables),
  };
}

function moveCursor(tables: EndpointTables, position: number): void {
  const { row, lanes, dead, resends, replays } = tables;
  tables.skips = tables.skips
    .filter(({ after }) => after < position)
    .map(({ after, up_to, customer_id }) => ({
      after,
      up_to: Math.min(up_to, position),
      customer_id,
    }));
  if (row.cursor < position) {
    tables.skips.push({ after: row.cursor, up_to: position, customer_id: null });
  }
  const fence = row.fence + 1;
  const version = row.version + 1;
  Object.assign(row, {
    cursor: position,
    chain_start: position,
    fence,
    cursor_fence: fence,
    version,
  });
  for (const [customer, { head_sequence }] of lanes) {
    if (head_sequence > position) lanes.delete(customer);
  }
  for (const rows of [dead, resends]) {
    for (const sequence of rows.keys()) if (sequence > position) rows.delete(sequence);
  }
  for (const replay of replays) {
    if (replay.state === "running") replay.to = Math.min(replay.to, position);
  }
}

function skipToLatest(tables: EndpointTables, nowMs: number): void {
  const { row, feed, lanes, resends } = tables;
  const newest = newestOfCustomers(tables);
  const { cursor } = row;
  const head = feed.at(-1)?.sequence ?? 0;
  Object.assign(row, {
    cursor: head,
    chain_start: head,
    fence: row.fence + 1,
    version: row.version + 1,
  });
  if (head > cursor) tables.skips.push({ after: cursor, up_to: head, customer_id: null });
  for (const { customer_id, head_sequence } of lanes.values()) {
    if (head_sequence > cursor) continue;
    tables.skips.push({ after: head_sequence - 1, up_to: cursor, customer_id });
  }
  for (const { kind, sequence, customer_id } of resends.values()) {
    if (kind !== "parked") continue;
    resends.delete(sequence);
    tables.skips.push({ after: sequence - 1, up_to: sequence, customer_id });
  }
  for (const customer of lanes.keys()) if (!newest.has(customer)) lanes.delete(customer);
  for (const [customer_id, head_sequence] of newest) {
    const before: LaneRow | undefined = lanes.get(customer_id);
    const attempts = before?.head_sequence === head_sequence ? before.attempts : 0;
    lanes.set(customer_id, { customer_id, head_sequence, attempts, due_at: nowMs });
  }
}

/** Customers of whom something waits, with their newest entry where that waits too. */
function newestOfCustomers(tables: EndpointTables): Map<string, number> {
  const { row, feed, dead, resends } = tables;
  const isOpen = (entry: StoredEntry) =>
    entry.sequence > row.cursor ||
    waitsInLane(tables, entry) ||
    resends
      .values()
      .some(
        ({ kind, customer_id, sequence }) =>
          kind === "parked" && customer_id === entry.customer_id && sequence <= entry.sequence,
      );
  const open = feed.filter(
    (entry) =>
      matches(row.events, entry) &&
      isOpen(entry) &&
      (resends.get(entry.sequence)?.kind ?? "parked") === "parked" &&
      !dead.has(entry.sequence),
  );
  const newest = new Map(open.map((entry) => [entry.customer_id, entry]));
  return new Map(
    [...newest]
      .filter(([, entry]) => ["waiting", "lost"].includes(standing(tables, entry)))
      .map(([customer, { sequence }]) => [customer, sequence]),
  );
}

/** @returns whether an entry headed its customer's lane and is skipped. */
function skipLaneHead(tables: EndpointTables, entry: StoredEntry, nowMs: number): boolean {
  const { row, feed, lanes, dead } = tables;
  const { customer_id, sequence, event_id } = entry;
  const lane = lanes.get(customer_id);
  if (!lane) return false;
  const head = feed.find(
    (candidate) =>
      candidate.customer_id === customer_id &&
      candidate.sequence >= lane.head_sequence &&
      matches(row.events, candidate) &&
      !isPast(tables, candidate.sequence),
  );
  if (head !== entry) return false;
  const attempts = lane.head_sequence === sequence ? lane.attempts : 0;
  if (sequence >= row.cursor) lanes.delete(customer_id);
  else
    lanes.set(customer_id, {
      customer_id,
      head_sequence: sequence + 1,
      attempts: 0,
      due_at: nowMs,
    });
  dead.set(sequence, { sequence, event_id, customer_id, attempts, isSkipped: true });
  return true;
}

/** @returns whether an entry was the first of what was to be sent again to its customer, and is skipped. */
function skipResend(tables: EndpointTables, entry: StoredEntry): boolean {
  const { resends, dead } = tables;
  const { customer_id, sequence, event_id } = entry;
  const queued = resends.get(sequence);
  const isBehind = resends
    .values()
    .some(
      (before) =>
        before.customer_id === customer_id &&
        before.sequence < sequence &&
        before.kind !== "parked",
    );
  if (!queued || isBehind) return false;
  resends.delete(sequence);
  const { attempts } = queued;
  if (!wasDelivered(tables, sequence))
    dead.set(sequence, { sequence, event_id, customer_id, attempts, isSkipped: true });
  return true;
}

/** Skips what waits behind failures, and only the filter before let through. */
function skipLeftOut(tables: EndpointTables, before: EndpointTables["row"]["events"]): void {
  const { row, feed, lanes, resends, dead } = tables;
  for (const entry of feed.filter((one) => !matches(row.events, one))) {
    const { sequence, event_id, customer_id } = entry;
    const lane = lanes.get(customer_id);
    const isBehind = lane !== undefined && sequence >= lane.head_sequence && sequence <= row.cursor;
    const parked = resends.get(sequence)?.kind === "parked" ? resends.get(sequence) : undefined;
    if (!parked && !(isBehind && matches(before, entry) && !isPast(tables, sequence))) continue;
    const inLane = lane?.head_sequence === sequence ? lane.attempts : 0;
    const { attempts } = parked ?? { attempts: inLane };
    if (parked) resends.delete(sequence);
    const given = dead.get(sequence) ?? { sequence, event_id, customer_id, attempts };
    dead.set(sequence, { ...given, isSkipped: true });
  }
}

function tryLanesNow({ lanes }: EndpointTables, now: number): void {
  for (const [customer, lane] of lanes) lanes.set(customer, { ...lane, due_at: now });
}
