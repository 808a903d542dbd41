import type { Attempt } from "../contract/resources/delivery.ts";
import { atOnce, transaction, type Db, type Sql, type Tx } from "../base/database.ts";
import { attemptsInserted } from "./attempts.ts";
import { writeDead, type DeadChange } from "./dead.ts";
import { lockHeld, moveCursors, writeStates, type Holding, type StateChange } from "./endpoints.ts";
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
  /** Whether this was handed over before, and may have been written without our hearing of it. */
  readonly isAgain: boolean;
  readonly lanes: readonly LaneChange[];
  readonly lanesGone: readonly LaneKey[];
  readonly dead: readonly DeadChange[];
  readonly parked: readonly ParkedChange[];
  readonly resends: readonly ResendChange[];
  readonly state: StateChange | null;
}

/**
 * Writes the progress of many endpoints back, all or nothing. Attempts are always kept; all else only of endpoints that the
 * node still owns and whose cursor the owner has not moved.
 * @returns ids of the endpoints whose progress was written.
 */
export async function writeBack(
  sql: Sql,
  progress: readonly EndpointProgress[],
): Promise<ReadonlySet<string>> {
  // Most progress is deliveries alone, and then one statement says it all.
  if (!progress.some(hasFailures)) return writeDeliveries(atOnce(sql), progress);
  return transaction(sql, async (tx) => {
    const held = await writeDeliveries(tx, progress);
    await writeFailures(
      tx,
      progress.filter(({ id }) => held.has(id)),
    );
    return held;
  });
}

const hasFailures = ({
  lanes,
  lanesGone,
  dead,
  parked,
  resends,
  state,
}: EndpointProgress): boolean =>
  state !== null || [lanes, lanesGone, dead, parked, resends].some(({ length }) => length > 0);

/**
 * Writes attempts down, and moves the cursors of the endpoints that are still held, whose rows are locked in the order of
 * their ids.
 */
async function writeDeliveries(
  db: Db,
  progress: readonly EndpointProgress[],
): Promise<ReadonlySet<string>> {
  const attempts = progress.flatMap((of) => of.attempts);
  const mayBeThere = progress.some(({ isAgain }) => isAgain);
  const rows = await db<{ id: string }[]>`
    with held as (${lockHeld(db, progress)}), moved as (${moveCursors(db, progress)})
    ${attempts.length > 0 ? db`, made as (${attemptsInserted(db, { attempts, mayBeThere })})` : db``}
    select id from held
  `;
  return new Set(rows.map(({ id }) => id));
}

/** What failed, waits and was given up, and what became of endpoints. Their rows are locked. */
async function writeFailures(tx: Tx, progress: readonly EndpointProgress[]): Promise<void> {
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
