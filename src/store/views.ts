import {
  AppointmentView,
  EndpointHour,
  EventCount,
  MilestoneView,
  SurveyView,
} from "../contract/resources/view.ts";
import type { DealStage } from "../contract/vocabulary.ts";
import type { z } from "zod";
import type { Db } from "../base/database.ts";
import type { Page } from "./records.ts";
import { matchesFilter } from "./standing.ts";

/** Lists across customers, of what an organization is a party to. */

interface SurveyQuery extends Page {
  readonly q?: string | undefined;
  readonly stage?: z.infer<typeof DealStage> | undefined;
  readonly epc_id?: string | undefined;
  readonly rep_id?: string | undefined;
}

/** A page of deals, newest first; one more than the limit. */
export async function searchAllSurveys(
  db: Db,
  organizationId: string,
  { q, stage, epc_id, rep_id, limit, after }: SurveyQuery,
): Promise<SurveyView[]> {
  const wanted = q === undefined ? null : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const rows = await db`
    select s.*, ${customerName(db)} as customer, i.install,
      coalesce(i.contract_price_cents, (p.pricing ->> 'contract_price_cents')::bigint) as contract_price_cents,
      coalesce(i.system_size_dc_kw, (p.design ->> 'system_size_dc_kw')::float8) as system_size_dc_kw,
      coalesce(m.open_milestones, 0) as open_milestones, l.last_event
    from surveys s join customers c on c.id = s.customer_id
      left join lateral (
        select i.id, i.contract_price_cents, i.system_size_dc_kw, ${installState(db)} as install
        from installs i
        where i.survey_id = s.id and (s.sales_org_id = ${organizationId} or i.epc_id = ${organizationId})
        order by i.id desc limit 1
      ) i on true
      left join lateral (
        select pricing, design from proposals p where p.survey_id = s.id order by p.id desc limit 1
      ) p on true
      left join lateral (
        select count(*)::int as open_milestones from milestones m
        where m.install_id = i.id and m.status not in ('completed', 'canceled')
      ) m on true
      left join lateral (
        select json_build_object('id', n.event_id, 'type', n.type, 'sequence', n.sequence, 'timestamp', v.occurred_at)
          as last_event
        from feed_entries n join events v on v.id = n.event_id
        where n.organization_id = ${organizationId} and n.customer_id = s.customer_id
        order by n.sequence desc limit 1
      ) l on true
    where (s.sales_org_id = ${organizationId} or s.epc_id = ${organizationId})
      and (${after ?? null}::text is null or s.id < ${after ?? null})
      and (${stage ?? null}::text is null or s.stage = ${stage ?? null})
      and (${epc_id ?? null}::text is null or s.epc_id = ${epc_id ?? null})
      and (${rep_id ?? null}::text is null or c.rep_id = ${rep_id ?? null})
      and (${wanted}::text is null
        or concat_ws(' ', c.first_name, c.last_name, c.address ->> 'street', s.title) ilike ${wanted})
    order by s.id desc limit ${limit + 1}
  `;
  return rows.map((row) => SurveyView.parse(row));
}

/** Appointments of a sales organization that start in a time, by their start; one more than the limit. */
export async function searchAppointments(
  db: Db,
  organizationId: string,
  {
    from = null,
    to = null,
    limit,
  }: { from?: string | null | undefined; to?: string | null | undefined; limit: number },
): Promise<AppointmentView[]> {
  const rows = await db`
    select a.*, ${customerName(db)} as customer
    from appointments a join customers c on c.id = a.customer_id
    where c.sales_org_id = ${organizationId} 
      and (${from}::timestamptz is null or a.starts_at >= ${from})
      and (${to}::timestamptz is null or a.starts_at < ${to})
    order by a.starts_at, a.id limit ${limit + 1}
  `;
  return rows.map((row) => AppointmentView.parse(row));
}

/** Milestones of builds that go on, by the day they are due; one more than the limit. */
export async function searchMilestones(
  db: Db,
  organizationId: string,
  {
    state,
    due_before,
    limit,
  }: { state: "open" | "all"; due_before?: string | undefined; limit: number },
): Promise<MilestoneView[]> {
  const rows = await db`
    select m.*, ${customerName(db)} as customer, ${installState(db)} as install
    from milestones m join installs i on i.id = m.install_id join customers c on c.id = m.customer_id
    where (i.sales_org_id = ${organizationId} or i.epc_id = ${organizationId}) and i.status = 'active'
      and (${state} = 'all' or m.status not in ('completed', 'canceled'))
      and (${due_before ?? null}::date is null or m.due_on < ${due_before ?? null})
    order by m.due_on nulls last, m.id limit ${limit + 1}
  `;
  return rows.map((row) => MilestoneView.parse(row));
}

/** How many events of each type a feed was given since an instant, without one in 24 hours: ids of events hold when they were recorded. */
export async function countEvents(
  db: Db,
  { organizationId, since }: { organizationId: string; since?: string | undefined },
): Promise<EventCount[]> {
  const rows = await db`
    with counted as (
      select n.type, count(*) as count, max(n.event_id) as last_id
      from feed_entries n
      where n.organization_id = ${organizationId} and n.event_id >= typeid_floor('evt', coalesce(${since ?? null}::timestamptz, now() - interval '24 hours'))
      group by n.type
    )
    select c.type, c.count, v.occurred_at as last_at
    from counted c join events v on v.id = c.last_id order by c.type
  `;
  return rows.map((row) => EventCount.parse(row));
}

/** What an endpoint got of each stretch of the last hours, oldest first. */
export async function endpointHistory(
  db: Db,
  { endpointId, hours, parts }: { endpointId: string; hours: number; parts: number },
): Promise<EndpointHour[]> {
  const rows = await db`
    with stretch as (
      select now() - make_interval(hours => ${hours}) as begin,
        make_interval(secs => ${(hours * 3600) / parts}) as step
    ), part as (
      select n, begin + n * step as "from", step from stretch, generate_series(0, ${parts - 1}) n
    ), happened as (
      select floor(extract(epoch from v.occurred_at - begin) / extract(epoch from step)) as n, n.sequence,
        extract(epoch from (
          select min(a.attempted_at) from attempts a
          where a.endpoint_id = e.id and a.sequence = n.sequence and a.outcome = 'delivered' and a.kind <> 'test'
        ) - v.occurred_at) * 1000 as delay_ms
      from endpoints e cross join stretch
        join feed_entries n on n.organization_id = e.organization_id
          and n.event_id >= typeid_floor('evt', begin)
        join events v on v.id = n.event_id
      where e.id = ${endpointId} and ${matchesFilter(db)} and n.sequence > e.chain_start
    ), failed as (
      select floor(extract(epoch from attempted_at - begin) / extract(epoch from step)) as n, count(*) as attempts
      from attempts, stretch
      where endpoint_id = ${endpointId} and id >= typeid_floor('att', begin) and outcome <> 'delivered'
        and kind <> 'test'
      group by 1
    )
    select p."from", count(h.sequence) as events, count(h.delay_ms) as delivered,
      coalesce(max(f.attempts), 0) as failed_attempts, min(h.sequence) as first_sequence,
      max(h.sequence) as last_sequence,
      percentile_cont(0.5) within group (order by greatest(h.delay_ms, 0)) filter (where h.delay_ms is not null) as delay_ms
    from part p left join happened h on h.n = p.n left join failed f on f.n = p.n
    group by p.n, p."from" order by p.n
  `;
  return rows.map((row) => EndpointHour.parse(row));
}

/** Of `customers c`: how lists name them. */
const customerName = (db: Db) => db`json_build_object(
  'id', c.id, 'number', c.number, 'first_name', c.first_name, 'last_name', c.last_name, 'phone', c.phone,
  'rep_id', c.rep_id, 'city', c.address ->> 'city', 'state', c.address ->> 'state')`;

/** Of `installs i`: where the build stands. */
const installState = (db: Db) => db`json_build_object(
  'id', i.id, 'status', i.status, 'stage', i.stage, 'epc_id', i.epc_id)`;
