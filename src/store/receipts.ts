import type { InboundEntity } from "../contract/inbound.ts";
import { Receipt, type ReceiptOutcome } from "../contract/resources/inlet.ts";
import type { Db, Tx } from "../base/database.ts";
import type { Page } from "./records.ts";

/** What an event holds, as JSON text. */
export async function eventData(db: Db, eventId: string): Promise<string> {
  const [row] = await db<{ data: string }[]>`select data from events where id = ${eventId}`;
  if (!row) throw new Error(`The event ${eventId} is gone`);
  return row.data;
}

/** A delivery to be written down. */
export interface NewReceipt {
  readonly id: string;
  readonly organization_id: string;
  readonly inlet_id: string;
  readonly subject_id: string;
  readonly received_at: string;
  readonly outcome: ReceiptOutcome;
  readonly doubles_event_id: string | null;
  readonly vendor_event: string | null;
  readonly shape: string;
  readonly entity: InboundEntity | null;
  readonly content_type: string | null;
  readonly bytes: number;
  /** As hexadecimal. */
  readonly sha256: string;
  readonly event_id: string | null;
  /** Of one that is kept out; the body of another stands in its event. */
  readonly body: Uint8Array | null;
}

/** Writes deliveries down. */
export async function insertReceipts(tx: Tx, receipts: readonly NewReceipt[]): Promise<void> {
  const column = <T>(valueOf: (receipt: NewReceipt) => T) => receipts.map(valueOf);
  await tx`
    insert into receipts (
      id, organization_id, inlet_id, subject_id, received_at, outcome, doubles_event_id, vendor_event, shape, entity_kind,
      entity_id, content_type, bytes, sha256, event_id, body
    )
    select id, organization_id, inlet_id, subject_id, received_at, outcome, doubles_event_id, vendor_event, shape, entity_kind,
      entity_id, content_type, bytes, decode(sha256, 'hex'), event_id, decode(body, 'hex')
    from unnest(
      ${column(({ id }) => id)}::text[],
      ${column(({ organization_id }) => organization_id)}::text[],
      ${column(({ inlet_id }) => inlet_id)}::text[],
      ${column(({ subject_id }) => subject_id)}::text[],
      ${column(({ received_at }) => received_at)}::timestamptz[],
      ${column(({ outcome }) => outcome)}::text[],
      ${column(({ doubles_event_id }) => doubles_event_id)}::text[],
      ${column(({ vendor_event }) => vendor_event)}::text[],
      ${column(({ shape }) => shape)}::text[],
      ${column(({ entity }) => entity?.kind ?? null)}::text[],
      ${column(({ entity }) => entity?.id ?? null)}::text[],
      ${column(({ content_type }) => content_type)}::text[],
      ${column(({ bytes }) => bytes)}::int[],
      ${column(({ sha256 }) => sha256)}::text[],
      ${column(({ event_id }) => event_id)}::text[],
      ${column(({ body }) => body && hex(body))}::text[]
    ) as r (
      id, organization_id, inlet_id, subject_id, received_at, outcome, doubles_event_id, vendor_event, shape, entity_kind,
      entity_id, content_type, bytes, sha256, event_id, body
    )
  `;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** A delivery with what is not public of it. */
export interface StoredReceipt {
  readonly receipt: Receipt;
  readonly subjectId: string;
  /** Null once it is in the feed. */
  readonly body: Uint8Array | null;
}

/** @returns undefined when the organization has no such delivery. */
export async function findReceipt(
  db: Db,
  { id, organizationId }: { id: string; organizationId: string },
): Promise<StoredReceipt | undefined> {
  const [row] = await db<{ subject_id: string; body: Uint8Array | null }[]>`
    select ${columns(db)}, subject_id, body from receipts
    where id = ${id} and organization_id = ${organizationId}
  `;
  return row && { receipt: Receipt.parse(row), subjectId: row.subject_id, body: row.body };
}

/** A page of what an inlet took, newest first. */
export async function listReceipts(
  db: Db,
  { inletId, outcome, page }: { inletId: string; outcome: ReceiptOutcome | null; page: Page },
): Promise<Receipt[]> {
  const rows = await db`
    select ${columns(db)} from receipts
    where inlet_id = ${inletId} and (${outcome}::text is null or outcome = ${outcome})
      and (${page.after ?? null}::text is null or id < ${page.after ?? null})
    order by id desc limit ${page.limit + 1}
  `;
  return rows.map((row) => Receipt.parse(row));
}

/** The inlet of a delivery, also one that is removed. */
export async function inletOf(db: Db, id: string): Promise<{ id: string; name: string }> {
  const [row] = await db<
    { id: string; name: string }[]
  >`select id, name from inlets where id = ${id}`;
  if (!row) throw new Error(`The inlet ${id} is gone`);
  return row;
}

/** Locks a delivery and the order it is in. */
export async function lockReceipt(
  tx: Tx,
  { id, subjectId }: { id: string; subjectId: string },
): Promise<void> {
  await tx`select 1 from inbound_subjects where id = ${subjectId} for no key update`;
  await tx`select 1 from receipts where id = ${id} for no key update`;
}

/** Notes that a delivery which was kept out is in the feed now: its body stands there. */
export async function markReleased(
  tx: Tx,
  { id, eventId, now }: { id: string; eventId: string; now: string },
): Promise<void> {
  await tx`update receipts set event_id = ${eventId}, released_at = ${now}, body = null where id = ${id}`;
}

const columns = (db: Db) => db`
  id, inlet_id, received_at, outcome, doubles_event_id, vendor_event, shape, content_type, bytes,
  case when entity_id is not null then json_build_object('kind', entity_kind, 'id', entity_id) end as entity,
  encode(sha256, 'hex') as sha256, event_id, released_at
`;
