-- What owners ask of their endpoints beyond the cursor: replays, skipped ranges, manifests.

-- A range of the feed that an owner wants again, as a cursor over it: a bounded part of it stands in `resends` at a time.
-- What was on its way anyway when it was asked for comes once and not twice, so what waited then is kept with it.
create table replays (
  id typeid primary key,
  endpoint_id typeid not null references endpoints on delete cascade,
  "from" bigint not null,
  "to" bigint not null,
  types text[], -- null: all that the endpoint gets
  customer_id typeid, -- null: all
  matched bigint not null,
  queued bigint not null, -- how many of them are sent again
  position bigint not null, -- its entries up to here were taken into `resends`
  taken bigint not null default 0, -- how many that were
  waited_after bigint not null, -- the endpoint's cursor then: entries beyond it waited
  waiting_customers text[] not null, -- lanes then: whose entries waited,
  waiting_from bigint[] not null, -- and from where on
  settled_ahead bigint[] not null, -- among what waited, what was settled nevertheless
  queued_before bigint[] not null, -- what stood in `resends` then
  state text not null default 'running' check (state in ('running', 'done', 'cancelled')),
  created_at timestamptz(3) not null default now(),
  ended_at timestamptz(3)
);
-- an endpoint's replays, newest first
create index replays_of_endpoint on replays (endpoint_id, id);
-- those that go on
create index replays_running on replays (endpoint_id, id) where state = 'running';

alter table resends
  add column replay_id typeid references replays on delete cascade, -- whose part it is; null for a resend by itself
  add column given_up jsonb; -- the row of dead_events that it replaced, to be put back when it is called off
-- what is left of a replay
create index resends_of_replay on resends (replay_id) where replay_id is not null;

-- Entries that an owner jumped over, without a row for each: those of a range that were not settled, and do not wait.
create table skips (
  endpoint_id typeid not null references endpoints on delete cascade,
  "after" bigint not null,
  up_to bigint not null,
  customer_id typeid, -- null: all
  skipped_at timestamptz(3) not null default now()
);
-- whether an entry was jumped over
create index skips_of_endpoint on skips (endpoint_id, up_to);

-- Filters that held for an endpoint's entries up to a position.
create table past_filters (
  endpoint_id typeid not null references endpoints on delete cascade,
  up_to bigint not null,
  events text[], -- null: all
  ended_at timestamptz(3) not null default now()
);
-- the filter of a position
create index past_filters_of_endpoint on past_filters (endpoint_id, up_to);

-- What one endpoint was to get in one day (UTC) under one filter, as a count and a chain of hashes over it.
create table manifests (
  id typeid primary key,
  endpoint_id typeid not null references endpoints on delete cascade,
  day date not null, -- of its first entry
  "from" bigint not null,
  "to" bigint not null,
  events text[], -- the filter; null: all
  count bigint not null,
  hash bytea not null check (octet_length(hash) = 32),
  starts_chain boolean not null, -- begins with 32 zero bytes, not with the hash of the manifest before
  is_final boolean not null, -- or is made in several steps and not complete
  made_at timestamptz(3) not null default now(),
  unique (endpoint_id, "from")
);

alter table endpoints
  add column manifest_from bigint, -- first position that manifests account for; null: after chain_start
  add column manifest_due_at timestamptz(3) not null default
    (((now() at time zone 'UTC')::date + interval '1 day 1 minute') at time zone 'UTC');
-- Manifests begin with this version.
update endpoints set manifest_from = cursor + 1;
-- whose day is over
create index endpoints_by_manifest on endpoints (manifest_due_at);

-- Goes on with a chain of hashes: each is SHA-256 of the one before, a line break, the sequence, a blank, the event's id.
create function manifest_hash(start bytea, sequences bigint[], event_ids text[]) returns bytea
language plpgsql immutable as $$
declare
  chained bytea := start;
begin
  for index in 1..coalesce(cardinality(sequences), 0) loop
    chained := sha256(chained || convert_to(E'\n' || sequences[index] || ' ' || event_ids[index], 'UTF8'));
  end loop;
  return chained;
end $$;
