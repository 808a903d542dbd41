-- One feed per organization: append-only, without holes, in commit order. Whoever appends holds the feed's row until its
-- commit, so nobody sees n + 1 before n.
create table feeds (
  organization_id typeid primary key references organizations,
  head bigint not null default 0 -- sequence of the newest entry
);

-- The facts. `data` and `changes` are text because the exact bytes count, and text is faster to write than jsonb.
create table events (
  id typeid not null,
  type text not null,
  schema_version integer not null,
  occurred_at timestamptz(3) not null,
  customer_id typeid not null references customers,
  customer_sequence bigint not null check (customer_sequence > 0),
  actor jsonb not null,
  cause jsonb not null,
  data text not null, -- the full snapshot; what a role may see of it is decided when it is read
  changes text,
  primary key (id)
) partition by range (id);
-- a customer's history, in order
create index events_of_customer on events (customer_id, customer_sequence);

create table feed_entries (
  organization_id typeid not null,
  sequence bigint not null check (sequence > 0),
  event_id typeid not null,
  type text not null,
  customer_id typeid not null,
  roles text[] not null check (roles <@ array['sales_org', 'epc'] and cardinality(roles) between 1 and 2),
  primary key (organization_id, sequence, event_id)
) partition by range (event_id);
-- a lane: the later entries of one customer
create index feed_entries_of_customer on feed_entries (organization_id, customer_id, sequence);
-- which feeds hold an event
create index feed_entries_of_event on feed_entries (event_id, organization_id);

-- The smallest TypeID of a moment: the first ten characters after the prefix are its milliseconds in base 32, so a range
-- of time is a range of ids.
create function typeid_floor(prefix text, at timestamptz) returns text
language plpgsql immutable as $$
declare
  alphabet constant text := '0123456789abcdefghjkmnpqrstvwxyz';
  rest bigint := floor(extract(epoch from at) * 1000);
  digits text := '';
begin
  for position in 1..10 loop
    digits := substr(alphabet, (rest % 32)::integer + 1, 1) || digits;
    rest := rest / 32;
  end loop;
  return prefix || '_' || digits || repeat('0', 16);
end $$;

-- Makes the partitions of one month (UTC) of a table that is partitioned by ids, unless they are there.
create function ensure_month_partition(parent text, prefix text, month_start timestamptz) returns void
language plpgsql as $$
declare
  child text := parent || to_char(month_start at time zone 'UTC', '"_"YYYY"_"MM');
  next_month timestamptz := (month_start at time zone 'UTC' + interval '1 month') at time zone 'UTC';
begin
  if to_regclass(child) is null then
    execute format('create table %I partition of %I for values from (%L) to (%L)',
      child, parent, typeid_floor(prefix, month_start), typeid_floor(prefix, next_month));
  end if;
end $$;
