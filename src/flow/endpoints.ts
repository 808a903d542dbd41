import { invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Endpoint } from "../contract/resources/delivery.ts";
import { newSigningKey, type SigningKey } from "../base/keys.ts";
import { resendDead, skipDead } from "../store/dead.ts";
import { moveCursor, startAnew } from "../store/endpoints.ts";
import { feedHead } from "../store/feed.ts";
import {
  lockEndpoint,
  removeEndpoint,
  rotateSecret,
  sealedSending,
} from "../store/ownedEndpoints.ts";
import { findRecord, updateRecord } from "../store/records.ts";
import { planReplay, queueReplay } from "../store/resends.ts";
import { changesBetween, merged } from "./changes.ts";
import { command } from "./command.ts";
import type { Context } from "./context.ts";
import { organizationOf } from "./reads.ts";
import { sendingColumns } from "./sending.ts";
import { notFound, requireVersion, type Work } from "./work.ts";

/** A command on the caller's endpoints: when it is done, those who read his feed look up, and notice what changed. */
const endpointCommand: typeof command = (name, run) => {
  const execute = command(name, run);
  return async (context, input) => {
    const answer = await execute(context, input);
    context.onAppended([{ organizationId: organizationOf(context), entries: [] }]);
    return answer;
  };
};

/** Makes an endpoint and shows its secret once. */
export const createEndpoint = endpointCommand(
  "create_endpoint",
  async (work, { body }: OperationInput<"createEndpoint">) => {
    const organization_id = organizationOf(work.context);
    requireReachable(work.context, body.url);
    const { start = "now", signing = "hmac_sha256", ...given } = body;
    const { headers, auth, client_certificate, ...rest } = given;
    const cursor = await positionOf(work, organization_id, start);
    const { seal } = work.context;
    const key = newSigningKey(signing);
    const endpoint = await work.insert(Endpoint, {
      format: "heliograph",
      ...rest,
      organization_id,
      cursor,
      chain_start: cursor,
      signing,
      public_key: key.publicKey,
      secret: seal.close(key.secret),
      ...sendingColumns({ headers, auth, client_certificate }, { seal, sealed: null }),
    });
    return { ...endpoint, secret: shownSecret(key) };
  },
);

export const updateEndpoint = endpointCommand(
  "update_endpoint",
  async (work, { params, body }: OperationInput<"updateEndpoint">) => {
    const before = await openEndpoint(work, params.id);
    if (body.url !== undefined) requireReachable(work.context, body.url);
    const { headers, auth, client_certificate, ...rest } = body;
    const values = merged(before, rest);
    const changes = changesBetween("endpoint", before, { ...before, ...values });
    const sealed = await sealedSending(work.tx, before.id);
    const { seal } = work.context;
    const sending = sendingColumns({ headers, auth, client_certificate }, { seal, sealed });
    if (!changes && Object.keys(sending).length === 0) return before;
    if (changes?.["endpoint.events"]) await startAnew(work.tx, before.id);
    return write(work, before, { ...values, ...sending });
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

/** Goes on from where the endpoint stands, or after a position; ends a back-off and a 410 as well. */
export const resumeEndpoint = endpointCommand(
  "resume_endpoint",
  async (work, { params, body }: OperationInput<"resumeEndpoint">) => {
    const endpoint = await openEndpoint(work, params.id);
    if (body.from !== undefined) {
      const position = await positionOf(work, endpoint.organization_id, body.from, "/from");
      await moveCursor(work.tx, { endpointId: endpoint.id, position });
    }
    if (endpoint.state === "active" && body.from === undefined) return endpoint;
    return write(work, endpoint, {
      ...stateValues("active", null),
      backoff_step: 0,
      backoff_until: null,
    });
  },
);

/** Gives a new secret and shows it once, or a new pair of keys; the old one signs too until the overlap ends. */
export const rotateEndpointSecret = endpointCommand(
  "rotate_endpoint_secret",
  async (work, { params, body }: OperationInput<"rotateEndpointSecret">) => {
    const endpoint = await openEndpoint(work, params.id);
    const { id } = endpoint;
    const { signing = endpoint.signing, overlap_hours: overlapHours = 24 } = body;
    const key = newSigningKey(signing);
    const { publicKey } = key;
    const secret = work.context.seal.close(key.secret);
    await rotateSecret(work.tx, { id, signing, secret, publicKey, overlapHours });
    return { id, signing, public_key: publicKey, secret: shownSecret(key) };
  },
);

/** Queues a range of the feed to be sent again, or only counts it. */
export const replayEndpoint = endpointCommand(
  "replay_endpoint",
  async (work, { params, body }: OperationInput<"replayEndpoint">) => {
    const endpoint = await openEndpoint(work, params.id);
    if (body.to < body.from) throw invalid("/to", `Must be ${body.from} or more, is ${body.to}`);
    const range = {
      endpointId: endpoint.id,
      from: body.from,
      to: body.to,
      types: body.types,
      customerId: body.customer_id,
    };
    if (!body.dry_run) return queueReplay(work.tx, range);
    const { matched } = await planReplay(work.tx, range);
    return { matched, queued: 0 };
  },
);

export const resendDeadEvent = endpointCommand(
  "resend_dead_event",
  async (work, { params }: OperationInput<"resendDeadEvent">) => {
    const endpoint = await openEndpoint(work, params.id);
    const dead = { endpointId: endpoint.id, eventId: params.event_id };
    if (!(await resendDead(work.tx, dead))) throw notDead(params.event_id);
    return endpoint;
  },
);

export const skipDeadEvent = endpointCommand(
  "skip_dead_event",
  async (work, { params }: OperationInput<"skipDeadEvent">) => {
    const endpoint = await openEndpoint(work, params.id);
    const dead = { endpointId: endpoint.id, eventId: params.event_id };
    if (!(await skipDead(work.tx, dead))) throw notDead(params.event_id);
    return endpoint;
  },
);

/** A private key is shown to nobody. */
const shownSecret = ({ secret, publicKey }: SigningKey) => (publicKey === null ? secret : null);

/** An endpoint of the caller's, for a read. @throws {ApiError} `not_found` */
export async function requireEndpoint(context: Context, id: string): Promise<Endpoint> {
  const endpoint = await findRecord(context.sql, Endpoint, id);
  if (endpoint?.organization_id !== context.caller.organizationId) throw notFound("endpoint", id);
  return endpoint;
}

async function openEndpoint(work: Work, id: string): Promise<Endpoint> {
  await lockEndpoint(work.tx, id);
  const endpoint = await findRecord(work.tx, Endpoint, id);
  const own = work.context.caller.organizationId;
  if (!endpoint || endpoint.organization_id !== own) throw notFound("endpoint", id);
  requireVersion(work.context, endpoint);
  return endpoint;
}

const write = (work: Work, endpoint: Endpoint, values: Record<string, unknown>) =>
  updateRecord(work.tx, Endpoint, { id: endpoint.id, now: new Date().toISOString(), values });

const stateValues = (state: Endpoint["state"], reason: string | null) => ({
  state,
  state_reason: reason,
  state_since: new Date().toISOString(),
});

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

const notDead = (eventId: string) =>
  refuse("event_dead", `The event ${eventId} is not dead at this endpoint`);
