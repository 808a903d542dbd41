import { nowText } from "../base/clock.ts";
import { invalid } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Endpoint } from "../contract/resources/delivery.ts";
import type { Context } from "../flow/context.ts";
import { requireEndpoint } from "../flow/endpointWork.ts";
import { requireEntry } from "../flow/events.ts";
import { organizationOf, page } from "../flow/reads.ts";
import { resendDeadEvent as resend, skipDeadEvent as skip } from "../flow/settling.ts";
import { notFound } from "../flow/work.ts";
import * as attempts from "../store/attempts.ts";
import { eventDeliveries, explainEvent } from "../store/deliveries.ts";
import { endpointStatus } from "../store/endpointStatus.ts";
import { feedHead } from "../store/feed.ts";
import * as manifests from "../store/manifests.ts";
import { reconcile } from "../store/reconcile.ts";
import { listRecords } from "../store/records.ts";
import type { Services } from "./services.ts";

/** What an owner can see of his endpoints. */

export async function listEndpoints(context: Context, { query }: OperationInput<"listEndpoints">) {
  const found = await listRecords(context.sql, Endpoint, {
    parent: "organization_id",
    id: organizationOf(context),
    page: query,
  });
  return page(found, query);
}

export async function getEndpoint(context: Context, { params }: OperationInput<"getEndpoint">) {
  return requireEndpoint(context, params.id);
}

export async function testEndpoint(
  context: Context,
  { params, body }: OperationInput<"testEndpoint">,
  { services }: { services: Services },
) {
  return services.sendTest(await requireEndpoint(context, params.id), body.type);
}

export async function listAttempts(
  context: Context,
  { params, query }: OperationInput<"listAttempts">,
) {
  const endpoint = await requireEndpoint(context, params.id);
  const found = await attempts.listAttempts(context.sql, {
    endpointId: endpoint.id,
    eventId: query.event_id,
    page: query,
  });
  return page(found, query);
}

export async function getEndpointStatus(
  context: Context,
  { params }: OperationInput<"getEndpointStatus">,
) {
  return endpointStatus(context.sql, await requireEndpoint(context, params.id));
}

export async function reconcileEndpoint(
  context: Context,
  { params, query }: OperationInput<"reconcileEndpoint">,
) {
  const endpoint = await requireEndpoint(context, params.id);
  const { from } = query;
  const to = query.to ?? Math.max(from, await feedHead(context.sql, endpoint.organization_id));
  if (to < from) throw invalid("to", `Must be ${from} or more, is ${to}`);
  return reconcile(context.sql, endpoint, { from, to });
}

export async function resendDeadEvent(context: Context, input: OperationInput<"resendDeadEvent">) {
  return endpointStatus(context.sql, await resend(context, input));
}

export async function skipDeadEvent(context: Context, input: OperationInput<"skipDeadEvent">) {
  return endpointStatus(context.sql, await skip(context, input));
}

export async function getEventDeliveries(
  context: Context,
  { params }: OperationInput<"getEventDeliveries">,
) {
  const { event_id } = await requireEntry(context, params.id);
  const data = await eventDeliveries(context.sql, {
    organizationId: organizationOf(context),
    eventId: event_id,
  });
  return { event_id, at: nowText(), data };
}

export async function listManifests(
  context: Context,
  { params, query }: OperationInput<"listManifests">,
) {
  const { id: endpointId } = await requireEndpoint(context, params.id);
  const [found, open] = await Promise.all([
    manifests.listManifests(context.sql, { endpointId, page: query }),
    manifests.openManifest(context.sql, endpointId),
  ]);
  return { ...page(found, query), open };
}

export async function getEndpointEvent(
  context: Context,
  { params }: OperationInput<"getEndpointEvent">,
) {
  const { id: endpointId } = await requireEndpoint(context, params.id);
  const delivery = await explainEvent(context.sql, { endpointId, eventId: params.event_id });
  if (!delivery) throw notFound("event", params.event_id);
  return delivery;
}
