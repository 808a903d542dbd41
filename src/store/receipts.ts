import type { InboundEntity } from "../contract/inbound.ts";
import { Receipt, type ReceiptOutcome } from "../contract/resources/inlet.ts";
import type { Db, Tx } from "../base/database.ts";
import type { Page } from "./records.ts";

/** Whose order an inbound event is in, as its sender names it. */
export interface SubjectKey {
  readonly organizationId: string;
  readonly system: string;
  readonly kind: string;
  readonly externalId: string;
}

/**
 * Locks the order that a delivery is in until the transaction ends, and what it is about, so that of two copies that come
 * at once the second sees the first. A subject that is not known yet is made.
 * @param newId of a new subject.
 * @param about names what the delivery is about, within its inlet; null when it names nothing.
 * @returns id of the subject.
 */
export async function lockSubject(
  tx: Tx,
  key: SubjectKey,
  { newId, about }: { newId: string; about: string | null },
): Promise<string> {
  // First, and one at most: nobody who holds a subject waits for it. Two that share a number wait for no reason.
  if (about !== null) await tx`select pg_advisory_xact_lock(hashtextextended(${about}, 0))`;
  for (;;) {
    const [row] = await tx<{ id: string }[]>`
      with made as (
        insert into inbound_subjects (id, organization_id, system, kind, external_id)
        values (${newId}, ${key.organizationId}, ${key.system}, ${key.kind}, ${key.externalId})
        on conflict do nothing returning id
      ), known as (
        select id from inbound_subjects
        where organization_id = ${key.organizationId} and system = ${key.system} and kind = ${key.kind}
          and external_id = ${key.externalId}
        for no key update
      )
      select id from made union all select id from known
    `;
    // None when another made it meanwhile: it is there now.
    if (row) return row.id;
  }
}

/** A delivery of the same entity that went on. */
export interface WentOn {
  readonly event_id: string;
  readonly vendor_event: string | null;
  /** As hexadecimal. */
  readonly sha256: string;
}

/** Deliveries that are looked back at, at most. */
const lookBack = 100;

/** The database's time, and what of an entity went on within the window before it, newest first. */
export async function wentOnBefore(
  tx: Tx,
  {
    inletId,
    entity,
    windowSeconds,
  }: { inletId: string; entity: InboundEntity | null; windowSeconds: number },
): Promise<{ now: string; earlier: WentOn[] }> {
  const rows = await tx<(WentOn & { now: string })[]>`
    select date_trunc('milliseconds', t.now) as now, r.event_id, r.vendor_event, encode(r.sha256, 'hex') as sha256
    from (select clock_timestamp() as now) t left join lateral (
      select * from receipts
      where inlet_id = ${inletId} and entity_kind = ${entity?.kind ?? null} and entity_id = ${entity?.id ?? null}
        -- only the months that can hold it are looked into, whatever the clocks of nodes say
        and id >= typeid_floor('rcv', now() - interval '1 day')
        and event_id is not null and received_at >= t.now - make_interval(secs => ${windowSeconds})
      order by received_at desc, event_id desc limit ${lookBack}
    ) r on true
    order by r.received_at desc, r.event_id desc
  `;
  const [first] = rows;
  if (!first) throw new Error("The database has no clock");
  return { now: first.now, earlier: rows.filter(({ event_id }) => event_id !== null) };
}

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
  readonly sha256: Uint8Array;
  readonly event_id: string | null;
  /** Of one that is kept out; the body of another stands in its event. */
  readonly body: Uint8Array | null;
}

/** Writes a delivery down. */
export async function insertReceipt(tx: Tx, receipt: NewReceipt): Promise<void> {
  const { entity, ...columns } = receipt;
  const row = { ...columns, entity_kind: entity?.kind ?? null, entity_id: entity?.id ?? null };
  await tx`insert into receipts ${tx(row)}`;
}

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
