import { invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Endpoint } from "../contract/resources/delivery.ts";
import { newWebhookSecret } from "../base/keys.ts";
import { startAnew } from "../store/endpoints.ts";
import { feedHead } from "../store/feed.ts";
import { removeEndpoint, rotateSecret } from "../store/ownedEndpoints.ts";
import { changesBetween, merged } from "./changes.ts";
import type { Context } from "./context.ts";
import {
  endpointCommand,
  openEndpoint,
  stateValues,
  writeEndpoint as write,
} from "./endpointWork.ts";
import { organizationOf } from "./reads.ts";
import type { Work } from "./work.ts";

/** Makes an endpoint and shows its secret once. */
export const createEndpoint = endpointCommand(
  "create_endpoint",
  async (work, { body }: OperationInput<"createEndpoint">) => {
    const organization_id = organizationOf(work.context);
    requireReachable(work.context, body.url);
    const { start = "now", ...rest } = body;
    const cursor = await positionOf(work, organization_id, start);
    const secret = newWebhookSecret();
    const endpoint = await work.insert(Endpoint, {
      format: "heliograph",
      ...rest,
      organization_id,
      cursor,
      chain_start: cursor,
      secret: work.context.seal.close(secret),
    });
    return { ...endpoint, secret };
  },
);

export const updateEndpoint = endpointCommand(
  "update_endpoint",
  async (work, { params, body }: OperationInput<"updateEndpoint">) => {
    const before = await openEndpoint(work, params.id);
    if (body.url !== undefined) requireReachable(work.context, body.url);
    const values = merged(before, body);
    const changes = changesBetween("endpoint", before, { ...before, ...values });
    if (!changes) return before;
    if (changes["endpoint.events"]) await startAnew(work.tx, before.id);
    return write(work, before, values);
  },
);

export const deleteEndpoint = endpointCommand(
  "delete_endpoint",
  async (work, { params }: OperationInput<"deleteEndpoint">) => {
    const endpoint = await openEndpoint(work, params.id);
    await removeEndpoint(work.tx, endpoint.id);
  },
);

export const pauseEndpoint = endpointCommand(
  "pause_endpoint",
  async (work, { params }: OperationInput<"pauseEndpoint">) => {
    const endpoint = await openEndpoint(work, params.id);
    if (endpoint.state === "paused") return endpoint;
    return write(work, endpoint, stateValues("paused", "Paused by its owner"));
  },
);

/** Gives a new secret and shows it once; the old one signs too until the overlap ends. */
export const rotateEndpointSecret = endpointCommand(
  "rotate_endpoint_secret",
  async (work, { params, body }: OperationInput<"rotateEndpointSecret">) => {
    const endpoint = await openEndpoint(work, params.id);
    const secret = newWebhookSecret();
    await rotateSecret(work.tx, {
      id: endpoint.id,
      secret: work.context.seal.close(secret),
      overlapHours: body.overlap_hours ?? 24,
    });
    return { id: endpoint.id, secret };
  },
);

async function positionOf(
  { tx }: Work,
  organizationId: string,
  start: "now" | "beginning" | number,
  at = "/start",
): Promise<number> {
  if (start === "beginning") return 0;
  const head = await feedHead(tx, organizationId);
  if (start === "now") return head;
  if (start > head) throw invalid(at, `The feed's newest position is ${head}, not ${start}`);
  return start;
}

function requireReachable({ checkUrl }: Context, url: string): void {
  const checked = checkUrl(url);
  if (!checked.ok) throw refuse("url_reachable", checked.reason);
}
