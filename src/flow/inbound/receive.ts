import { createHash } from "node:crypto";
import { inboundSchemaVersion, inboundSystem, type InboundData } from "../../contract/inbound.ts";
import { inboundType } from "../../contract/inboundType.ts";
import type { Inlet, Receipt, ReceiptOutcome } from "../../contract/resources/inlet.ts";
import { newId } from "../../base/id.ts";
import {
  lockEntities,
  lockSubjects,
  nameOfSubject,
  type SubjectKey,
} from "../../store/inboundOrder.ts";
import { insertReceipts, type NewReceipt } from "../../store/receipts.ts";
import { command } from "../command.ts";
import { organizationOf } from "../reads.ts";
import type { Work } from "../work.ts";
import type { Double } from "./doubles.ts";
import { recall, type Memory } from "./memory.ts";
import { recognise, type Recognised } from "./recognise.ts";
import { whatIsSaid } from "./says.ts";

/** A delivery as it came to an inlet. */
export interface InboundDelivery {
  readonly bytes: Uint8Array;
  /** Null where none came that can be sent on. */
  readonly contentType: string | null;
  /** Names of the event outside of the body, the one that counts first. */
  readonly named: readonly (string | null)[];
  /** Of the request that brought it. */
  readonly requestId: string;
}

/** What became of a delivery. */
export type Taken = Pick<Receipt, "id" | "received_at" | "outcome" | "event_id">;

/** Deliveries of one inlet, in the order in which they are taken. */
export interface InboundBatch {
  readonly inlet: Inlet;
  readonly deliveries: readonly InboundDelivery[];
}

/**
 * Takes deliveries: writes them down and puts those into the feed that are no doubles, in one transaction. Once they are
 * answered they are stored. The context's caller is the organization of the inlet.
 * @returns what became of each, in the same order.
 */
export const takeDeliveries = command(
  "receive_inbound",
  async (work, { inlet, deliveries }: InboundBatch): Promise<Taken[]> => {
    const arrivals = deliveries.map(arrivalOf);
    const entities = arrivals.flatMap(({ recognised: { entity } }) => entity ?? []);
    await lockEntities(work.tx, { inletId: inlet.id, entities });
    const [subjects, memory] = await Promise.all([
      lockOrders(work, inlet, arrivals),
      recall(work, inlet, { entities, hashes: arrivals.map(({ sha256 }) => sha256) }),
    ]);
    const receipts = arrivals.map((arrival) => take(work, arrival, { inlet, subjects, memory }));
    await insertReceipts(work.tx, receipts);
    return receipts.map(({ id, received_at, outcome, event_id }) => {
      return { id, received_at, outcome, event_id };
    });
  },
);

/** A delivery with what can be told from it alone. */
interface Arrival {
  readonly delivery: InboundDelivery;
  readonly recognised: Recognised;
  /** Of its bytes, as hexadecimal. */
  readonly sha256: string;
}

const arrivalOf = (delivery: InboundDelivery): Arrival => ({
  delivery,
  recognised: recognise(delivery),
  sha256: createHash("sha256").update(delivery.bytes).digest("hex"),
});

/** Locks whose orders they are in. @returns ids of the subjects by their names. */
async function lockOrders({ tx }: Work, inlet: Inlet, arrivals: readonly Arrival[]) {
  const keys = arrivals.map(({ recognised }) => subjectOf(inlet, recognised));
  const asked = new Map(keys.map((key) => [nameOfSubject(key), { ...key, newId: newId("sub") }]));
  const whose = { organizationId: inlet.organization_id, system: inboundSystem };
  return lockSubjects(tx, whose, [...asked.values()]);
}

/** What names nothing keeps the order in which it came to its inlet. */
function subjectOf(inlet: Inlet, { entity, vendorCustomerId }: Recognised): SubjectKey {
  if (vendorCustomerId !== null) return { kind: "customer", externalId: vendorCustomerId };
  const { kind, id } = entity ?? { kind: "inlet", id: inlet.id };
  return { kind, externalId: id };
}

interface Taking {
  readonly inlet: Inlet;
  readonly subjects: ReadonlyMap<string, string>;
  readonly memory: Memory;
}

/** Judges one, and tells it unless it is a double. */
function take(work: Work, arrival: Arrival, { inlet, subjects, memory }: Taking): NewReceipt {
  const { delivery, recognised, sha256 } = arrival;
  const { bytes, contentType, requestId } = delivery;
  const { vendorEvent, shape, entity, content } = recognised;
  const { now } = memory;
  const name = nameOfSubject(subjectOf(inlet, recognised));
  const subjectId = subjects.get(name);
  if (subjectId === undefined) throw new Error(`The subject ${name} is not locked`);
  const said = inlet.drop_doubles ? whatIsSaid(content) : null;
  const candidate = { vendorEvent, entity, said, sha256 };
  const double = memory.judge(candidate);
  const data = dataOf(recognised, { inlet, subjectId, now, bytes, contentType });
  const eventId = double ? null : tell(work, data, { now, requestId });
  if (eventId !== null) memory.keep(candidate, eventId);
  return {
    id: newId("rcv"),
    organization_id: inlet.organization_id,
    inlet_id: inlet.id,
    subject_id: subjectId,
    received_at: now,
    outcome: outcomeOf(double, recognised),
    doubles_event_id: double?.eventId ?? null,
    vendor_event: vendorEvent,
    shape,
    entity,
    content_type: contentType,
    bytes: bytes.length,
    sha256,
    event_id: eventId,
    body: double ? bytes : null,
  };
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
export function tell(
  work: Work,
  data: InboundData,
  { now, requestId }: { now: string; requestId: string },
): string {
  const { caller } = work.context;
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
    dataShape: null,
    changes: null,
    parties: new Map([[organizationOf(work.context), caller.roles]]),
  });
  return id;
}
