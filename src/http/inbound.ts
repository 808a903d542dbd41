import { ApiError } from "../contract/errors.ts";
import type { OperationInput } from "../contract/operations.ts";
import { keyHash } from "../base/keys.ts";
import type { Caller, Context } from "../flow/context.ts";
import { takeDelivery } from "../flow/inbound/together.ts";
import { receiptBody } from "../flow/inlets.ts";
import { findInletByToken, type OpenInlet } from "../store/inlets.ts";
import { readBody } from "./body.ts";
import { createRequestLimit, type RequestLimit } from "./requestLimit.ts";
import { createRoom, type Room } from "./room.ts";
import type { Services } from "./services.ts";

/** Largest body that an inlet takes, in bytes. */
export const inboundLimitBytes = 5 * 1024 * 1024;

interface Exchange {
  readonly request: Request;
  readonly services: Services;
}

/** Bytes of one inlet that are read and written at once, at most: they wait in memory, and a sender has no end of them. */
const roomBytes = 64 * 1024 * 1024;

/** Takes a delivery for the inlet whose token is in the path. Answered only once it is stored. */
export async function acceptInbound(
  context: Context,
  { params }: OperationInput<"acceptInbound">,
  { request, services }: Exchange,
) {
  const open = await findInletByToken(context.sql, keyHash(params.token));
  // The token stands in the path, so the path is not repeated.
  if (!open) throw new ApiError("not_found", "No such inlet");
  const { id, rate_limit_per_second: perSecond } = open.inlet;
  const { rate, room } = limitsOf(services);
  rate.take(id, { perSecond, called: "inlet takes" });
  requirePlain(request);
  // What does not say how long it is may be as long as any.
  const bytes = Number(request.headers.get("content-length") ?? inboundLimitBytes);
  return room.hold(id, Math.min(bytes, inboundLimitBytes), async () =>
    takeDelivery({
      context: { ...context, caller: callerOf(open) },
      inlet: open.inlet,
      delivery: {
        bytes: await readBody(request, inboundLimitBytes),
        contentType: contentTypeOf(request),
        named: namesOf(request),
        requestId: context.requestId,
      },
    }),
  );
}

/** As bytes that no browser looks into: others wrote them. */
export async function getReceiptBody(
  context: Context,
  { params }: OperationInput<"getReceiptBody">,
): Promise<Response> {
  const body = await receiptBody(context, params.id);
  return new Response(Buffer.from(body), {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${params.id}"`,
      "cache-control": "no-store",
    },
  });
}

interface Limits {
  /** Apart from the limit of keys, which an operator may switch off. */
  readonly rate: RequestLimit;
  readonly room: Room;
}

const limits = new WeakMap<Services, Limits>();

function limitsOf(services: Services): Limits {
  const own = limits.get(services) ?? {
    rate: createRequestLimit({ perSecond: 0 }),
    room: createRoom(roomBytes, "inlet takes"),
  };
  limits.set(services, own);
  return own;
}

/** What it caused it did for the organization of the inlet. */
const callerOf = ({ inlet, roles }: OpenInlet): Caller => ({
  organizationId: inlet.organization_id,
  roles,
  scopes: [],
  actor: { kind: "system", id: inlet.id, name: inlet.name },
});

/** Compressed bytes could not be read by those who get them on. */
function requirePlain({ headers }: Request): void {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding === "identity" || encoding === "") return;
  throw new ApiError("unsupported_media_type", `Send the body as it is, not as ${encoding}`);
}

/** Only what can be a header again when it is sent on. */
function contentTypeOf({ headers }: Request): string | null {
  const given = headers.get("content-type")?.trim() ?? "";
  return /^[\x20-\x7e]{1,200}$/.test(given) ? given : null;
}

const namesOf = ({ headers, url }: Request) => [
  headers.get("x-enerflo-event"),
  headers.get("webhook-event"),
  new URL(url).searchParams.get("event"),
];
