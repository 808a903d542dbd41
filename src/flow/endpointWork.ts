import { nowText } from "../base/clock.ts";
import { Endpoint } from "../contract/resources/delivery.ts";
import { holdHistory } from "../store/history.ts";
import { lockEndpoint } from "../store/ownedEndpoints.ts";
import { findRecord, updateRecord } from "../store/records.ts";
import { command } from "./command.ts";
import type { Context } from "./context.ts";
import { organizationOf } from "./reads.ts";
import { requireVersion } from "./versions.ts";
import { notFound, type Work } from "./work.ts";

/** A command on the caller's endpoints: when it is done, those who read his feed look up, and notice what changed. */
export function endpointCommand<Input, Answer>(
  name: string,
  run: (work: Work, input: Input) => Promise<Answer>,
): (context: Context, input: Input) => Promise<Answer> {
  const execute = command(name, async (work, input: Input) => {
    await holdHistory(work.tx);
    return run(work, input);
  });
  return async (context, input) => {
    const answer = await execute(context, input);
    context.onAppended([{ organizationId: organizationOf(context), entries: [] }]);
    return answer;
  };
}

/** Locks an endpoint of the caller's for a command. @throws {ApiError} `not_found`, `version_mismatch` */
export async function openEndpoint(work: Work, id: string): Promise<Endpoint> {
  await lockEndpoint(work.tx, id);
  const endpoint = await findRecord(work.tx, Endpoint, id);
  const own = work.context.caller.organizationId;
  if (!endpoint || endpoint.organization_id !== own) throw notFound("endpoint", id);
  requireVersion(work.context, endpoint);
  return endpoint;
}

/** An endpoint of the caller's, for a read. @throws {ApiError} `not_found` */
export async function requireEndpoint(context: Context, id: string): Promise<Endpoint> {
  const endpoint = await findRecord(context.sql, Endpoint, id);
  if (endpoint?.organization_id !== context.caller.organizationId) throw notFound("endpoint", id);
  return endpoint;
}

/** Writes what an owner changed of his endpoint. */
export const writeEndpoint = (work: Work, endpoint: Endpoint, values: Record<string, unknown>) =>
  updateRecord(work.tx, Endpoint, { id: endpoint.id, now: nowText(), values });

/** What an endpoint says of a state that its owner puts it in. */
export const stateValues = (state: Endpoint["state"], reason: string | null) => ({
  state,
  state_reason: reason,
  state_since: nowText(),
});
