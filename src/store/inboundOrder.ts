import type { InboundEntity } from "../contract/inbound.ts";
import type { Tx } from "../base/database.ts";

/** Whose order an inbound event is in, as its sender names it. */
export interface SubjectKey {
  readonly kind: string;
  readonly externalId: string;
}

/**
 * Locks what deliveries are about until the transaction ends, so that of two copies that come at once the second sees the
 * first. Taken before the subjects are: nobody who holds a subject waits for one. Two that share a number wait for no reason.
 */
export async function lockEntities(
  tx: Tx,
  { inletId, entities }: { inletId: string; entities: readonly InboundEntity[] },
): Promise<void> {
  if (entities.length === 0) return;
  const names = entities.map(({ kind, id }) => `${inletId} ${kind} ${id}`);
  await tx`
    select pg_advisory_xact_lock(number) from (
      select distinct hashtextextended(name, 0) as number from unnest(${names}::text[]) as n (name) order by number
    ) k
  `;
}

/** A subject that is asked for, with the id that it gets when it is not known yet. */
export interface AskedSubject extends SubjectKey {
  readonly newId: string;
}

/**
 * Locks the orders that deliveries are in until the transaction ends. Subjects that are not known yet are made.
 * @param asked each only once.
 * @returns ids by key, as {@link nameOfSubject} writes it.
 */
export async function lockSubjects(
  tx: Tx,
  { organizationId, system }: { organizationId: string; system: string },
  asked: readonly AskedSubject[],
): Promise<Map<string, string>> {
  for (;;) {
    // What is made waits for others that make the same; only then those that are there are locked, all in one order.
    const rows = await tx<{ id: string; kind: string; external_id: string }[]>`
      with asked as (
        select * from unnest(
          ${asked.map(({ newId }) => newId)}::text[],
          ${asked.map(({ kind }) => kind)}::text[],
          ${asked.map(({ externalId }) => externalId)}::text[]
        ) as a (id, kind, external_id)
      ), made as (
        insert into inbound_subjects (id, organization_id, system, kind, external_id)
        select id, ${organizationId}, ${system}, kind, external_id from asked order by kind, external_id
        on conflict do nothing returning id, kind, external_id
      ), known as (
        select s.id, s.kind, s.external_id from asked a join inbound_subjects s using (kind, external_id)
        where s.organization_id = ${organizationId} and s.system = ${system}
        order by s.id for no key update of s
      )
      select id, kind, external_id from made union all select id, kind, external_id from known
    `;
    // Fewer when another made one meanwhile: it is there now.
    if (rows.length === asked.length) {
      return new Map(
        rows.map(({ id, kind, external_id: externalId }) => [
          nameOfSubject({ kind, externalId }),
          id,
        ]),
      );
    }
  }
}

/** A subject's key as one text. */
export const nameOfSubject = ({ kind, externalId }: SubjectKey): string => `${kind} ${externalId}`;

/** A delivery of the same entity that went on. */
export interface WentOn {
  readonly event_id: string;
  readonly vendor_event: string | null;
  /** As hexadecimal. */
  readonly sha256: string;
  /** What the event of the newest holds, as JSON text; null for the others. */
  readonly data: string | null;
}

/** Deliveries that are looked back at, at most. */
const lookBack = 100;

/** What is looked for of what went on before. */
export interface LookBack {
  readonly inletId: string;
  readonly windowSeconds: number;
  /** Each only once. */
  readonly entities: readonly InboundEntity[];
  /** SHA-256 of the bodies that may be copies, as hexadecimal. */
  readonly hashes: readonly string[];
}

/**
 * Of what went on of entities within the window before now: the newest, and copies of bodies that have just come.
 * @returns the database's time, and for each entity, in the order given, what was found of it, newest first.
 */
export async function wentOnBefore(
  tx: Tx,
  { inletId, windowSeconds, entities, hashes }: LookBack,
): Promise<{ now: string; earlier: WentOn[][] }> {
  const rows = await tx<(WentOn & { now: string; nth: number })[]>`
    select date_trunc('milliseconds', t.now) as now, r.*
    from (select clock_timestamp() as now) t left join lateral (
      select a.nth, p.event_id, p.vendor_event, encode(p.sha256, 'hex') as sha256,
        case when p.place = 1 then (select data from events where id = p.event_id) end as data
      from unnest(${entities.map(({ kind }) => kind)}::text[], ${entities.map(({ id }) => id)}::text[])
        with ordinality as a (kind, id, nth)
      cross join lateral (
        select event_id, vendor_event, sha256, row_number() over (order by received_at desc, event_id desc) as place
        from receipts
        where inlet_id = ${inletId} and entity_kind = a.kind and entity_id = a.id
          -- only the months that can hold it are looked into, whatever the clocks of nodes say
          and id >= typeid_floor('rcv', now() - interval '1 day')
          and event_id is not null and received_at >= t.now - make_interval(secs => ${windowSeconds})
        order by received_at desc, event_id desc limit ${lookBack}
      ) p
      where p.place = 1 or p.sha256 in (select decode(h, 'hex') from unnest(${hashes}::text[]) h)
      order by a.nth, p.place
    ) r on true
  `;
  const [first] = rows;
  if (!first) throw new Error("The database has no clock");
  const earlier = entities.map((_, index) => rows.filter(({ nth }) => nth === index + 1));
  return { now: first.now, earlier };
}
