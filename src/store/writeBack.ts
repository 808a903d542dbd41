import type { Attempt } from "../contract/resources/delivery.ts";
import { transaction, type Sql, type Tx } from "../base/database.ts";
import { insertAttempts } from "./attempts.ts";
import { writeDead, type DeadChange } from "./dead.ts";
import {
  lockHeld,
  writeCursors,
  writeStates,
  type Holding,
  type StateChange,
} from "./endpoints.ts";
import { removeLanes, writeLanes, type LaneChange, type LaneKey } from "./lanes.ts";
import { writeParked, type ParkedChange } from "./parked.ts";
import { writeResends, type ResendChange } from "./resends.ts";

/** All that a node has to write down of one endpoint: one consistent cut of its progress. */
export interface EndpointProgress extends Holding {
  /** The owner's version that a change of state was decided on. */
  readonly version: number;
  readonly cursor: number;
  /** Deliveries at once that the node finds right. */
  readonly concurrency: number;
  readonly attempts: readonly Attempt[];
  readonly lanes: readonly LaneChange[];
  readonly lanesGone: readonly LaneKey[];
  readonly dead: readonly DeadChange[];
  readonly parked: readonly ParkedChange[];
  readonly resends: readonly ResendChange[];
  readonly state: StateChange | null;
}

/**
 * Writes the progress of many endpoints back in one transaction. Attempts are always kept; all else only of endpoints
 * that the node still owns and whose cursor the owner has not moved.
 * @returns ids of the endpoints whose progress was written.
 */
export async function writeBack(
  sql: Sql,
  progress: readonly EndpointProgress[],
): Promise<ReadonlySet<string>> {
  return transaction(sql, async (tx) => {
    const held = await lockHeld(tx, progress);
    await insertAttempts(
      tx,
      progress.flatMap(({ attempts }) => attempts),
    );
    await writeHeld(
      tx,
      progress.filter(({ id }) => held.has(id)),
    );
    return held;
  });
}

async function writeHeld(tx: Tx, progress: readonly EndpointProgress[]): Promise<void> {
  await writeCursors(tx, progress);
  await removeLanes(
    tx,
    progress.flatMap(({ lanesGone }) => lanesGone),
  );
  await writeLanes(
    tx,
    progress.flatMap(({ lanes }) => lanes),
  );
  await writeDead(
    tx,
    progress.flatMap(({ dead }) => dead),
  );
  await writeParked(
    tx,
    progress.flatMap(({ parked }) => parked),
  );
  await writeResends(
    tx,
    progress.flatMap(({ resends }) => resends),
  );
  await writeStates(
    tx,
    progress.flatMap(({ id, version, state }) => (state ? [{ ...state, id, version }] : [])),
  );
}
