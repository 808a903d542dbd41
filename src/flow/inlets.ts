import { nowText } from "../base/clock.ts";
import { inboundBytes } from "../contract/formats/inbound.ts";
import { refuse } from "../contract/errors.ts";
import type { InboundData } from "../contract/inbound.ts";
import type { OperationInput } from "../contract/operations.ts";
import { Inlet } from "../contract/resources/inlet.ts";
import { keyHash, keyHint, newInletToken } from "../base/keys.ts";
import * as store from "../store/inlets.ts";
import * as receipts from "../store/receipts.ts";
import { updateRecord } from "../store/records.ts";
import { changesBetween, merged } from "./changes.ts";
import { command } from "./command.ts";
import type { Context } from "./context.ts";
import { dataOf, tell } from "./inbound/receive.ts";
import { recognise } from "./inbound/recognise.ts";
import { organizationOf, page } from "./reads.ts";
import { requireVersion } from "./versions.ts";
import { notFound, type Work } from "./work.ts";

/** Makes an inlet and shows its address once. */
export const createInlet = command(
  "create_inlet",
  async (work, { body }: OperationInput<"createInlet">) => {
    const { columns, shown } = newToken(work.context);
    const inlet = await work.insert(Inlet, {
      drop_doubles: true,
      window_seconds: 90,
      rate_limit_per_second: 300,
      ...body,
      ...columns,
      organization_id: organizationOf(work.context),
    });
    return { ...inlet, ...shown };
  },
);

export async function listInlets(context: Context, { query }: OperationInput<"listInlets">) {
  return page(await store.listInlets(context.sql, organizationOf(context), query), query);
}

export async function getInlet(context: Context, { params }: OperationInput<"getInlet">) {
  return requireInlet(context, params.id);
}

export const updateInlet = command(
  "update_inlet",
  async (work, { params, body }: OperationInput<"updateInlet">) => {
    const before = await openInlet(work, params.id);
    const values = merged(before, body);
    if (!changesBetween("inlet", before, { ...before, ...values })) return before;
    return write(work, before, values);
  },
);

export const deleteInlet = command(
  "delete_inlet",
  async (work, { params }: OperationInput<"deleteInlet">) => {
    const inlet = await openInlet(work, params.id);
    await write(work, inlet, { deleted_at: nowText(), token_hash: null });
  },
);

export const rotateInletToken = command(
  "rotate_inlet_token",
  async (work, { params }: OperationInput<"rotateInletToken">) => {
    const inlet = await openInlet(work, params.id);
    const { columns, shown } = newToken(work.context);
    const { id, token_hint, version } = await write(work, inlet, columns);
    return { id, token_hint, version, ...shown };
  },
);

export async function listReceipts(
  context: Context,
  { params, query }: OperationInput<"listReceipts">,
) {
  const { id: inletId } = await requireInlet(context, params.id);
  const outcome = query.outcome ?? null;
  return page(await receipts.listReceipts(context.sql, { inletId, outcome, page: query }), query);
}

export async function getReceipt(context: Context, { params }: OperationInput<"getReceipt">) {
  return (await requireReceipt(context, context.sql, params.id)).receipt;
}

/** The body of a delivery, byte for byte. @throws {ApiError} `not_found` */
export async function receiptBody(context: Context, id: string): Promise<Uint8Array> {
  const { receipt: one, body } = await requireReceipt(context, context.sql, id);
  if (one.event_id === null) return body ?? new Uint8Array();
  const data = JSON.parse(await receipts.eventData(context.sql, one.event_id)) as InboundData;
  return inboundBytes(data);
}

/** Puts a delivery that was kept out into the feed, as what happens next. */
export const releaseReceipt = command(
  "release_receipt",
  async (work, { params: { id } }: OperationInput<"releaseReceipt">) => {
    const found = await requireReceipt(work.context, work.tx, id);
    await receipts.lockReceipt(work.tx, { id, subjectId: found.subjectId });
    const { receipt: kept, body, subjectId } = await requireReceipt(work.context, work.tx, id);
    if (body === null) {
      throw refuse("receipt_kept_out", `The delivery is in the feed as ${kept.event_id}`);
    }
    const { content_type: contentType, received_at, vendor_event } = kept;
    const inlet = await receipts.inletOf(work.tx, kept.inlet_id);
    const recognised = recognise({ bytes: body, named: [vendor_event] });
    const about = { inlet, subjectId, now: received_at, bytes: body, contentType };
    const now = nowText();
    const { requestId } = work.context;
    const eventId = tell(work, dataOf(recognised, about), { now, requestId });
    await receipts.markReleased(work.tx, { id, eventId, now });
    return { ...kept, event_id: eventId, released_at: now };
  },
);

function newToken({ links }: Context) {
  const token = newInletToken();
  return {
    columns: { token_hash: keyHash(token), token_hint: keyHint(token) },
    shown: { token, url: links.toInlet(token) },
  };
}

/** Locks an inlet of the caller's for a command. @throws {ApiError} `not_found`, `version_mismatch` */
async function openInlet(work: Work, id: string): Promise<Inlet> {
  await store.lockInlet(work.tx, id);
  const organizationId = organizationOf(work.context);
  const inlet = await store.findInlet(work.tx, { id, organizationId });
  if (!inlet) throw notFound("inlet", id);
  requireVersion(work.context, inlet);
  return inlet;
}

const write = (work: Work, { id }: Inlet, values: Record<string, unknown>) =>
  updateRecord(work.tx, Inlet, { id, now: nowText(), values });

async function requireInlet(context: Context, id: string): Promise<Inlet> {
  const inlet = await store.findInlet(context.sql, { id, organizationId: organizationOf(context) });
  if (!inlet) throw notFound("inlet", id);
  return inlet;
}

async function requireReceipt(context: Context, db: Context["sql"] | Work["tx"], id: string) {
  const found = await receipts.findReceipt(db, { id, organizationId: organizationOf(context) });
  if (!found) throw notFound("receipt", id);
  return found;
}
