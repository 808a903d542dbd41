import { newId } from "../../src/base/id.ts";
import type { LoggedAttempt } from "../../src/store/attempts.ts";
import type { StoredEntry } from "../../src/store/feed.ts";
import type { EndpointProgress } from "../../src/store/writeBack.ts";
import type { Chance } from "./chance.ts";
import type { EndpointTables } from "./tables.ts";

/** Nothing falls due while a test runs. */
export const laterMs = 1_000_000_000;

/** Something that a node might write down of an endpoint, or might have written when it still held it. */
export function anyProgress(
  { row, feed, lanes, resends }: EndpointTables,
  chance: Chance,
): EndpointProgress {
  const dueMs = () => chance.of([0, laterMs]);
  const endpoint_id = row.id;
  const some = (probability: number) => feed.filter(() => chance.is(probability));
  const attempts = some(0.2).map((entry): LoggedAttempt => anyAttempt(entry, row, chance));
  const ahead = feed.filter(({ sequence }) => sequence > row.cursor).slice(0, 6);
  const parked = ahead.filter(() => chance.is(0.1));
  const events = (list: readonly StoredEntry[]) =>
    list.map(({ sequence, event_id, customer_id }) => ({
      endpoint_id,
      sequence,
      event_id,
      customer_id,
    }));
  return {
    id: row.id,
    fence: chance.is(0.9) ? row.fence : row.fence - 1,
    version: chance.is(0.9) ? row.version : row.version - 1,
    isAgain: true,
    cursorBefore: chance.is(0.9) ? row.cursor : row.cursor + 1,
    cursor: ahead.at(chance.between(0, 3))?.sequence ?? row.cursor,
    concurrency: 3,
    attempts,
    lanes: ahead
      .filter(
        (entry, nth) => ahead.findIndex((one) => one.customer_id === entry.customer_id) === nth,
      )
      .filter(() => chance.is(0.3))
      .map(({ customer_id, sequence }) => ({
        endpoint_id,
        customer_id,
        head_sequence: sequence,
        attempts: chance.between(0, 3),
        dueMs: dueMs(),
      })),
    lanesGone: [...lanes.keys()]
      .filter(() => chance.is(0.2))
      .map((customer_id) => ({ endpoint_id, customer_id })),
    dead: events(some(0.04)).map((event) =>
      Object.assign(event, { attempts: 10, last_error: "422" }),
    ),
    parked: events(parked).map((event) => Object.assign(event, { attempts: 1, dueMs: dueMs() })),
    resends: [...resends.keys()]
      .filter(() => chance.is(0.4))
      .map((sequence) => ({
        endpoint_id,
        sequence,
        attempts: 2,
        dueMs: chance.of([null, 0, laterMs]),
      })),
    state: chance.is(0.2)
      ? {
          state: chance.of(["active", "backing_off"]),
          reason: null,
          backoffStep: 2,
          backoffMs: dueMs(),
        }
      : null,
  };
}

function anyAttempt(
  { event_id, type, sequence, customer_id }: StoredEntry,
  { id, fence }: { id: string; fence: number },
  chance: Chance,
): LoggedAttempt {
  return {
    id: newId("att"),
    endpoint_id: id,
    event_id,
    event_type: type,
    sequence,
    customer_id,
    attempt: 1,
    kind: chance.of(["delivery", "probe", "replay"]),
    outcome: chance.of(["delivered", "delivered", "failed_event", "failed_endpoint"]),
    status_code: null,
    error: null,
    response_snippet: "",
    duration_ms: 1,
    attempted_at: new Date(0).toISOString(),
    fence,
  };
}
