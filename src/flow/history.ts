import { refuse } from "../contract/errors.ts";
import type { Db } from "../base/database.ts";
import { keptAfter } from "../store/history.ts";

/**
 * Where reading begins for somebody who stands at a position: 0 means the oldest there is. Who stands before what is kept has
 * missed something, and is told so rather than given the rest.
 * @returns the position to read on after.
 * @throws {ApiError} `history_kept`
 */
export async function keptPosition(
  db: Db,
  { organizationId, after }: { organizationId: string; after: number },
): Promise<number> {
  const oldest = await keptAfter(db, organizationId);
  if (after === 0) return oldest;
  if (after >= oldest) return after;
  throw refuse(
    "history_kept",
    `What came up to position ${oldest} is no longer kept, and you ask for what comes after ${after}: go on after ${oldest}, or from 0 for all there is`,
  );
}
