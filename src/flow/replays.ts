import { invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import type { Replay } from "../contract/resources/replay.ts";
import type { Db } from "../base/database.ts";
import {
  cancelReplay as cancel,
  findReplay,
  listReplays as list,
  planReplay,
  startReplay,
} from "../store/replays.ts";
import { feedHead } from "../store/feed.ts";
import type { Context } from "./context.ts";
import { endpointCommand, openEndpoint, requireEndpoint } from "./endpointWork.ts";
import { organizationOf, page } from "./reads.ts";
import { keptPosition } from "./history.ts";
import { notFound } from "./work.ts";

/** Starts to send a range of the feed again, or only counts what would be sent. */
export const replayEndpoint = endpointCommand(
  "replay_endpoint",
  async (work, { params, body }: OperationInput<"replayEndpoint">) => {
    const endpoint = await openEndpoint(work, params.id);
    if (body.to < body.from) throw invalid("/to", `Must be ${body.from} or more, is ${body.to}`);
    const { organization_id: organizationId } = endpoint;
    await keptPosition(work.tx, { organizationId, after: Math.max(0, body.from - 1) });
    const head = await feedHead(work.tx, organizationId);
    const range = {
      endpointId: endpoint.id,
      from: body.from,
      to: Math.min(body.to, Math.max(body.from, head)), // what is yet to come is no replay
      types: body.types,
      customerId: body.customer_id,
    };
    if (body.dry_run) return { id: null, state: null, ...(await planReplay(work.tx, range)) };
    const { id, state, matched, queued } = await startReplay(work.tx, range);
    return { id, state, matched, queued };
  },
);

/** Calls off what is left of a replay. */
export const cancelReplay = endpointCommand(
  "cancel_replay",
  async (work, { params }: OperationInput<"cancelReplay">) => {
    const { endpoint_id } = await ownReplay(work.context, work.tx, params.id);
    await openEndpoint(work, endpoint_id);
    const { id, state } = await ownReplay(work.context, work.tx, params.id);
    if (state !== "running") throw refuse("replay_running", `The replay ${id} is ${state}`);
    await cancel(work.tx, id);
    return ownReplay(work.context, work.tx, id);
  },
);

/** One replay of the caller's. @throws {ApiError} `not_found` */
export const getReplay = (context: Context, { params }: OperationInput<"getReplay">) =>
  ownReplay(context, context.sql, params.id);

/** An endpoint's replays, newest first. @throws {ApiError} `not_found` */
export async function listReplays(
  context: Context,
  { params, query }: OperationInput<"listReplays">,
) {
  const { id: endpointId } = await requireEndpoint(context, params.id);
  return page(await list(context.sql, { endpointId, page: query }), query);
}

async function ownReplay(context: Context, db: Db, id: string): Promise<Replay> {
  const replay = await findReplay(db, { id, organizationId: organizationOf(context) });
  if (!replay) throw notFound("replay", id);
  return replay;
}
