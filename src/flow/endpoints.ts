import { nowText } from "../base/clock.ts";
import { invalid, refuse } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Endpoint } from "../contract/resources/delivery.ts";
import { newSigningKey, type SigningKey } from "../base/keys.ts";
import { startAnew } from "../store/endpoints.ts";
import { tryLanesNow } from "../store/parked.ts";
import { skipLeftOut } from "../store/settling.ts";
import { feedHead } from "../store/feed.ts";
import { removeEndpoint, rotateSecret, sealedSending } from "../store/ownedEndpoints.ts";
import { changesBetween, merged } from "./changes.ts";
import type { Context } from "./context.ts";
import {
  endpointCommand,
  openEndpoint,
  stateValues,
  writeEndpoint as write,
} from "./endpointWork.ts";
import { keptPosition } from "./history.ts";
import { organizationOf } from "./reads.ts";
import { sendingColumns } from "./sending.ts";
import type { Work } from "./work.ts";

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
    const isFiltered = !isSameFilter(before.events, { ...before, ...values }.events);
    if (isFiltered) await startAnew(work.tx, before.id);
    const after = await write(work, before, {
      ...values,
      ...sending,
      ...triedAtOnce(before, values),
    });
    if (isFiltered) await skipLeftOut(work.tx, before.id, before.events);
    if (before.on_failure === "hold" && after.on_failure === "skip") {
      await tryLanesNow(work.tx, before.id);
    }
    return after;
  },
);

/** The order in which types are named is none. */
function isSameFilter(one: Endpoint["events"], other: Endpoint["events"]): boolean {
  if (one === null || other === null) return one === other;
  const [types, others] = [new Set<string>(one), new Set<string>(other)];
  return types.symmetricDifference(others).size === 0;
}

/** That the receiver before is down says nothing of the one at another URL. */
const triedAtOnce = ({ state, url }: Endpoint, values: Record<string, unknown>) => {
  const isAnother = values["url"] !== undefined && values["url"] !== url;
  return state === "backing_off" && isAnother ? { backoff_until: nowText() } : {};
};

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

/** A private key is shown to nobody. */
const shownSecret = ({ secret, publicKey }: SigningKey) => (publicKey === null ? secret : null);

async function positionOf(
  { tx }: Work,
  organizationId: string,
  start: "now" | "beginning" | number,
  at = "/start",
): Promise<number> {
  const head = await feedHead(tx, organizationId);
  if (start === "now") return head;
  if (start === "beginning") return keptPosition(tx, { organizationId, after: 0 });
  if (start > head) throw invalid(at, `The feed's newest position is ${head}, not ${start}`);
  return keptPosition(tx, { organizationId, after: start });
}

function requireReachable({ checkUrl }: Context, url: string): void {
  const checked = checkUrl(url);
  if (!checked.ok) throw refuse("url_reachable", checked.reason);
}
