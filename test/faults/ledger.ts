import type { Sql } from "../../src/base/database.ts";

/**
 * What the database itself says of who held an endpoint when, and who moved its cursor. Commits have a time
 * (`track_commit_timestamp`), and triggers note the rest in the transactions that do it; so nothing depends on when
 * somebody looked.
 */
export async function openLedger(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create table fault_holdings (endpoint_id text, fence bigint, since timestamptz default clock_timestamp());
    create table fault_moves (endpoint_id text, fence bigint, cursor_before bigint, cursor_after bigint,
      transaction xid default pg_current_xact_id()::xid);
    create function note_fault_holding() returns trigger language plpgsql as $$ begin
      if old.fence <> new.fence then
        insert into fault_holdings (endpoint_id, fence) values (new.id, new.fence);
      end if;
      if old.cursor <> new.cursor then
        insert into fault_moves (endpoint_id, fence, cursor_before, cursor_after)
        values (new.id, new.fence, old.cursor, new.cursor);
      end if;
      return null;
    end $$;
    create trigger note_fault_holding after update on endpoints for each row execute function note_fault_holding();
  `);
}

/** When the database had it in writing that an event was delivered to an endpoint. */
export interface Settlement {
  readonly endpoint_id: string;
  readonly sequence: number;
  /** Milliseconds since the epoch; null when nobody could have read it. */
  readonly settled_ms: number | null;
}

/**
 * Settlements as they bind: from the commit on, if the writer held the endpoint then. A word written later by somebody who
 * had lost it binds whoever takes the endpoint up after that; who took it up before could not know.
 */
export async function readSettlements(sql: Sql): Promise<Settlement[]> {
  return sql<Settlement[]>`
    with delivered as (
      select endpoint_id::text, sequence, fence, pg_xact_commit_timestamp(xmin) as at
      from attempts where outcome = 'delivered' and kind <> 'test'
    ), binding as (
      select d.endpoint_id, d.sequence, case
        when not exists (select from fault_holdings h where h.endpoint_id = d.endpoint_id and h.fence > d.fence
          and h.since <= d.at) then d.at
        else (select min(h.since) from fault_holdings h where h.endpoint_id = d.endpoint_id and h.since > d.at)
      end as since
      from delivered d
    )
    select endpoint_id, sequence, extract(epoch from min(since))::float8 * 1000 as settled_ms
    from binding group by endpoint_id, sequence
  `;
}

/** What those who had lost an endpoint did to it, in sentences; and how many facts they added to the log, as they may. */
export async function readLateWrites(
  sql: Sql,
): Promise<{ faults: string[]; lateAttempts: number }> {
  const moves = await sql<{ what: string }[]>`
    select format('%s was moved from %s to %s by somebody who had lost it', m.endpoint_id, m.cursor_before,
      m.cursor_after) as what
    from fault_moves m
    where exists (select from attempts a where a.xmin = m.transaction and a.endpoint_id = m.endpoint_id
      and a.fence <> m.fence)
    union all
    select format('%s went back from %s to %s', endpoint_id, cursor_before, cursor_after)
    from fault_moves where cursor_after < cursor_before
    union all
    select format('attempt %s has no time of commit', id) from attempts where pg_xact_commit_timestamp(xmin) is null
  `;
  const [late] = await sql<{ count: number }[]>`
    select count(*) from attempts a where exists (
      select from fault_holdings h where h.endpoint_id = a.endpoint_id and h.fence > a.fence
        and h.since <= pg_xact_commit_timestamp(a.xmin)
    )
  `;
  return { faults: moves.map(({ what }) => what), lateAttempts: late?.count ?? 0 };
}
