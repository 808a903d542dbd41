import { createHash } from "node:crypto";
import { inboundBytes } from "../../contract/formats/inbound.ts";
import { inboundSchemaVersion, inboundSystem, type InboundData } from "../../contract/inbound.ts";
import { inboundType } from "../../contract/inboundType.ts";
import type { Inlet, ReceiptOutcome } from "../../contract/resources/inlet.ts";
import { newId } from "../../base/id.ts";
import * as store from "../../store/receipts.ts";
import { command } from "../command.ts";
import { organizationOf } from "../reads.ts";
import type { Work } from "../work.ts";
import { findDouble, type Double } from "./doubles.ts";
import { recognise, type Recognised } from "./recognise.ts";
import { whatIsSaid } from "./says.ts";

/** A delivery as it came to an inlet. */
export interface InboundDelivery {
  readonly inlet: Inlet;
  readonly bytes: Uint8Array;
  /** Null where none came that can be sent on. */
  readonly contentType: string | null;
  /** Names of the event outside of the body, the one that counts first. */
  readonly named: readonly (string | null)[];
}

/**
 * Takes a delivery: writes it down and, unless it is a double, puts it into the feed, in one transaction. Once it is
 * answered it is stored. The context's caller is the organization of the inlet.
 */
export const takeDelivery = command(
  "receive_inbound",
  async (work, { inlet, bytes, contentType, named }: InboundDelivery) => {
    const recognised = recognise({ bytes, named });
    const sha256 = createHash("sha256").update(bytes).digest();
    const [subjectId, { now, earlier }] = await lockOrder(work, inlet, recognised);
    const double = inlet.drop_doubles
      ? await judge(work, recognised, { sha256: sha256.toString("hex"), earlier })
      : null;
    const outcome = outcomeOf(double, recognised);
    const data = dataOf(recognised, { inlet, subjectId, now, bytes, contentType });
    const eventId = double ? null : tell(work, data, now);
    const id = newId("rcv");
    await store.insertReceipt(work.tx, {
      id,
      organization_id: inlet.organization_id,
      inlet_id: inlet.id,
      subject_id: subjectId,
      received_at: now,
      outcome,
      doubles_event_id: double?.eventId ?? null,
      vendor_event: recognised.vendorEvent,
      shape: recognised.shape,
      entity: recognised.entity,
      content_type: contentType,
      bytes: bytes.length,
      sha256,
      event_id: eventId,
      body: double ? bytes : null,
    });
    return { id, received_at: now, outcome, event_id: eventId };
  },
);

/** Locks whose order it is in, and reads what of the same went on just before. Sent at once: each sees what its lock gave. */
function lockOrder(work: Work, inlet: Inlet, { entity, vendorCustomerId }: Recognised) {
  const customer = vendorCustomerId === null ? null : { kind: "customer", id: vendorCustomerId };
  // What names nothing keeps the order in which it came to its inlet.
  const { kind, id: externalId } = customer ?? entity ?? { kind: "inlet", id: inlet.id };
  const { organization_id: organizationId } = inlet;
  const key = { organizationId, system: inboundSystem, kind, externalId };
  const about = entity && `${inlet.id} ${entity.kind} ${entity.id}`;
  const look = { inletId: inlet.id, entity, windowSeconds: inlet.window_seconds };
  return Promise.all([
    store.lockSubject(work.tx, key, { newId: newId("sub"), about }),
    store.wentOnBefore(work.tx, look),
  ]);
}

async function judge(
  work: Work,
  { vendorEvent, entity, content }: Recognised,
  { sha256, earlier }: { sha256: string; earlier: readonly store.WentOn[] },
): Promise<Double | null> {
  const candidate = { vendorEvent, entity, said: whatIsSaid(content), sha256 };
  const known = earlier.map((one) => ({
    eventId: one.event_id,
    vendorEvent: one.vendor_event,
    sha256: one.sha256,
  }));
  const [last] = known;
  const latest = last ? { ...last, said: await saidBy(work, last.eventId) } : null;
  return findDouble(candidate, { latest, earlier: known });
}

async function saidBy(work: Work, eventId: string) {
  const data = JSON.parse(await store.eventData(work.tx, eventId)) as InboundData;
  const { content } = recognise({ bytes: inboundBytes(data), named: [data.vendor_event] });
  return whatIsSaid(content);
}

function outcomeOf(double: Double | null, { vendorEvent }: Recognised): ReceiptOutcome {
  if (double) return double.outcome;
  return vendorEvent === null ? "unrecognised" : "appended";
}

interface About {
  readonly inlet: Pick<Inlet, "id" | "name">;
  readonly subjectId: string;
  /** When it came. */
  readonly now: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
}

/** What an inbound event holds. */
export function dataOf(
  recognised: Recognised,
  { inlet, subjectId, now, bytes, contentType }: About,
): InboundData {
  return {
    source: { inlet_id: inlet.id, inlet: inlet.name, system: inboundSystem },
    vendor_event: recognised.vendorEvent,
    shape: recognised.shape,
    entity: recognised.entity,
    content_type: contentType,
    subject_id: subjectId,
    vendor_customer_id: recognised.vendorCustomerId,
    received_at: now,
    body_text: recognised.text,
    body_base64: recognised.text === null ? Buffer.from(bytes).toString("base64") : null,
  };
}

/** Puts what came in into the feed of the caller's organization. @returns the event's id. */
export function tell(work: Work, data: InboundData, now: string): string {
  const { caller, requestId } = work.context;
  const id = newId("evt");
  work.record({
    id,
    type: inboundType,
    schemaVersion: inboundSchemaVersion,
    occurredAt: now,
    customerId: data.subject_id,
    actor: caller.actor,
    cause: { command: work.commandName, request_id: requestId },
    data: JSON.stringify(data),
    changes: null,
    parties: new Map([[organizationOf(work.context), caller.roles]]),
  });
  return id;
}
