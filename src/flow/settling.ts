import { refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { resendDead, skipDead } from "../store/dead.ts";
import { explainEvent } from "../store/deliveries.ts";
import { readEntry } from "../store/feed.ts";
import {
  countDead,
  resendAllDead,
  resendSettled,
  skipAllDead,
  skipHead,
  type EventAtEndpoint,
} from "../store/settling.ts";
import { endpointCommand, openEndpoint } from "./endpointWork.ts";
import { notFound, type Work } from "./work.ts";

/** Sends an event again that was delivered, skipped or given up. */
export const resendEndpointEvent = endpointCommand(
  "resend_endpoint_event",
  async (work, { params }: OperationInput<"resendEndpointEvent">) => {
    const event = await openEvent(work, params);
    if (!(await resendSettled(work.tx, event))) {
      throw refuse("event_settled", `The event ${params.event_id} is not settled at this endpoint`);
    }
    return explain(work, event);
  },
);

/** Gives up an event behind which others of its customer wait. */
export const skipEndpointEvent = endpointCommand(
  "skip_endpoint_event",
  async (work, { params }: OperationInput<"skipEndpointEvent">) => {
    const event = await openEvent(work, params);
    if (!(await skipHead(work.tx, event))) {
      throw refuse(
        "event_heads_wait",
        `The event ${params.event_id} is not the first of its customer that waits behind a failure`,
      );
    }
    return explain(work, event);
  },
);

/** @returns the endpoint. */
export const resendDeadEvent = endpointCommand(
  "resend_dead_event",
  async (work, { params }: OperationInput<"resendDeadEvent">) => {
    const endpoint = await openEndpoint(work, params.id);
    const dead = { endpointId: endpoint.id, eventId: params.event_id };
    if (!(await resendDead(work.tx, dead))) throw notDead(params.event_id);
    return endpoint;
  },
);

/** @returns the endpoint. */
export const skipDeadEvent = endpointCommand(
  "skip_dead_event",
  async (work, { params }: OperationInput<"skipDeadEvent">) => {
    const endpoint = await openEndpoint(work, params.id);
    const dead = { endpointId: endpoint.id, eventId: params.event_id };
    if (!(await skipDead(work.tx, dead))) throw notDead(params.event_id);
    return endpoint;
  },
);

/** Sends all dead events of an endpoint again, or only counts them. */
export const resendAllDeadEvents = endpointCommand(
  "resend_all_dead_events",
  async (work, { params, body }: OperationInput<"resendAllDeadEvents">) => {
    const { id } = await openEndpoint(work, params.id);
    const matched = body.dry_run ? await countDead(work.tx, id) : await resendAllDead(work.tx, id);
    return { matched, queued: matched };
  },
);

/** Gives all dead events of an endpoint up, or only counts them. */
export const skipAllDeadEvents = endpointCommand(
  "skip_all_dead_events",
  async (work, { params, body }: OperationInput<"skipAllDeadEvents">) => {
    const { id } = await openEndpoint(work, params.id);
    const matched = body.dry_run ? await countDead(work.tx, id) : await skipAllDead(work.tx, id);
    return { matched, skipped: matched };
  },
);

/** Locks the endpoint. @throws {ApiError} `not_found`, also for an event that its feed does not hold. */
async function openEvent(
  work: Work,
  { id, event_id: eventId }: { id: string; event_id: string },
): Promise<EventAtEndpoint> {
  const { id: endpointId, organization_id: organizationId } = await openEndpoint(work, id);
  if (!(await readEntry(work.tx, { organizationId, eventId }))) throw notFound("event", eventId);
  return { endpointId, eventId };
}

async function explain({ tx }: Work, event: EventAtEndpoint) {
  const delivery = await explainEvent(tx, event);
  if (!delivery) throw notFound("event", event.eventId);
  return delivery;
}

const notDead = (eventId: string) =>
  refuse("event_dead", `The event ${eventId} is not dead at this endpoint`);
