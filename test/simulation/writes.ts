import type { LoggedAttempt } from "../../src/store/attempts.ts";
import type { EndpointProgress } from "../../src/store/writeBack.ts";
import type { Clock } from "./clock.ts";
import { requireEndpoint, servedOf, type Statement } from "./reads.ts";
import type { EndpointTables, Tables } from "./tables.ts";

type Writes = {
  [
    Name in
      | "beatNode"
      | "claimEndpoints"
      | "forgetNode"
      | "releaseEndpoints"
      | "renewEndpoints"
      | "writeBack"
  ]: Statement<Name>;
};

const isServed = ({ row }: EndpointTables) => row.state === "active" || row.state === "backing_off";

/** What the store writes for nodes, on tables in memory: each as its statement says it. */
export function writesOf(tables: Tables, clock: Clock): Writes {
  const mine = (node: string, ids: readonly string[]) =>
    ids.map((id) => requireEndpoint(tables, id).row).filter((row) => row.node === node);

  return {
    claimEndpoints({ node, leaseMs, limit, except }) {
      const free = [...tables.endpoints.values()].filter(
        (endpoint) =>
          isServed(endpoint) &&
          !except.includes(endpoint.row.id) &&
          (endpoint.row.node === null ||
            endpoint.row.node_until < clock.nowMs ||
            endpoint.row.node === node),
      );
      return free.slice(0, limit).map((endpoint) => {
        const { row } = endpoint;
        Object.assign(row, { node, fence: row.fence + 1, node_until: clock.nowMs + leaseMs });
        return servedOf(endpoint, clock);
      });
    },
    renewEndpoints: ({ node, leaseMs, ids }) =>
      mine(node, ids).map((row) => {
        row.node_until = clock.nowMs + leaseMs;
        return row.id;
      }),
    releaseEndpoints({ node, ids }) {
      for (const row of mine(node, ids)) row.node = null;
    },
    beatNode({ node, aliveMs }) {
      tables.nodes.set(node, clock.nowMs + aliveMs);
      const served = [...tables.endpoints.values()].filter(isServed).length;
      const alive = [...tables.nodes.values()].filter((until) => until > clock.nowMs).length;
      return { fairShare: Math.ceil(served / alive) };
    },
    forgetNode: (node) => void tables.nodes.delete(node),
    writeBack(progress) {
      const held = progress.filter(({ id, fence, cursorBefore }) => {
        const { row } = requireEndpoint(tables, id);
        return row.fence === fence && row.cursor === cursorBefore;
      });
      for (const { id, attempts } of progress) {
        log(requireEndpoint(tables, id), attempts);
      }
      for (const one of held) writeHeld(requireEndpoint(tables, one.id), one, clock.calendarMs);
      return new Set(held.map(({ id }) => id));
    },
  };
}

/** What was written by a transaction whose commit was not heard of is not written twice. */
function log({ attempts: logged }: EndpointTables, attempts: readonly LoggedAttempt[]): void {
  for (const attempt of attempts) {
    const before = logged.get(attempt.sequence) ?? [];
    const isNew = before.every(({ id }) => id !== attempt.id);
    if (isNew) logged.set(attempt.sequence, [...before, attempt]);
  }
}

function writeHeld(tables: EndpointTables, progress: EndpointProgress, nowMs: number): void {
  const { row, lanes, dead, resends } = tables;
  row.cursor = progress.cursor;
  for (const { customer_id } of progress.lanesGone) lanes.delete(customer_id);
  for (const { customer_id, head_sequence, attempts, dueMs } of progress.lanes) {
    lanes.set(customer_id, { customer_id, head_sequence, attempts, due_at: nowMs + dueMs });
  }
  for (const { sequence, event_id, customer_id, attempts } of progress.dead) {
    dead.set(sequence, { sequence, event_id, customer_id, attempts, isSkipped: false });
  }
  for (const { sequence, event_id, customer_id, attempts, dueMs } of progress.parked) {
    if (resends.has(sequence)) continue;
    const due = { attempts, due_at: nowMs + dueMs, queued_at: nowMs, replay: null, given_up: null };
    resends.set(sequence, { sequence, event_id, customer_id, kind: "parked", ...due });
  }
  for (const { sequence, attempts, dueMs } of progress.resends) {
    const queued = resends.get(sequence);
    if (dueMs === null) resends.delete(sequence);
    else if (queued) resends.set(sequence, { ...queued, attempts, due_at: nowMs + dueMs });
  }
  writeState(tables, progress, nowMs);
}

function writeState(
  { row }: EndpointTables,
  { state: change, version }: EndpointProgress,
  nowMs: number,
): void {
  const isOpen = row.state === "active" || row.state === "backing_off";
  if (!change || row.version !== version || !isOpen) return;
  if (row.state !== change.state) row.state_since = nowMs;
  row.state = change.state;
  row.state_reason = change.reason;
  row.backoff_step = change.backoffStep;
  row.backoff_until = change.backoffMs === null ? null : nowMs + change.backoffMs;
}
