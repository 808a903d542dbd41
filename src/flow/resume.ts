import { nowMs } from "../base/clock.ts";
import { invalid } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import type { Endpoint } from "../contract/resources/delivery.ts";
import type { ResumePlan } from "../contract/resources/resume.ts";
import { moveCursor } from "../store/endpoints.ts";
import { feedHead } from "../store/feed.ts";
import { planLatest, planResume, positionBefore, skipToLatest } from "../store/resume.ts";
import { endpointCommand, openEndpoint, stateValues, writeEndpoint } from "./endpointWork.ts";
import { keptPosition } from "./history.ts";
import type { Work } from "./work.ts";

type From = OperationInput<"resumeEndpoint">["body"]["from"];
type Resumed = Endpoint & Partial<ResumePlan>;

/**
 * Goes on from where the endpoint stands, after a position, from an instant on, or with each customer's newest event;
 * ends a back-off and a 410 as well. Or only counts what would be sent and skipped.
 */
export const resumeEndpoint = endpointCommand(
  "resume_endpoint",
  async (work, { params, body }: OperationInput<"resumeEndpoint">): Promise<Resumed> => {
    const endpoint = await openEndpoint(work, params.id);
    const { from, dry_run: isDry } = body;
    const position = await positionOf(work, endpoint, from);
    const endpointId = endpoint.id;
    if (isDry) {
      const plan =
        from === "latest"
          ? planLatest(work.tx, endpointId)
          : planResume(work.tx, { endpointId, position });
      return { ...endpoint, ...(await plan) };
    }
    if (from === "latest") await skipToLatest(work.tx, endpointId);
    else if (position !== null) await moveCursor(work.tx, { endpointId, position });
    if (endpoint.state === "active" && from === undefined) return endpoint;
    return writeEndpoint(work, endpoint, {
      ...stateValues("active", null),
      backoff_step: 0,
      backoff_until: null,
    });
  },
);

/** @returns the position to go on after; null when the cursor says it, or each customer's newest event. */
async function positionOf(
  { tx }: Work,
  { organization_id: organizationId }: Endpoint,
  from: From,
): Promise<number | null> {
  if (from === undefined || from === "latest") return null;
  if (typeof from === "number") {
    const head = await feedHead(tx, organizationId);
    if (from > head) throw invalid("/from", `The feed's newest position is ${head}, not ${from}`);
    return keptPosition(tx, { organizationId, after: from });
  }
  if (Date.parse(from) > nowMs()) throw invalid("/from", `Must not lie in the future, is ${from}`);
  return positionBefore(tx, { organizationId, at: from });
}
