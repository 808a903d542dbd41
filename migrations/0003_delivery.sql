-- A receiver and its cursor on its organization's feed.
create table endpoints (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  organization_id typeid not null references organizations,
  url text not null,
  events text[], -- null: all
  format text not null check (format in ('heliograph', 'enerflo_v1', 'cloudevents')),
  description text,
  state text not null default 'active' check (state in ('active', 'backing_off', 'paused', 'disabled')),
  state_reason text,
  state_since timestamptz(3) not null default now(),
  max_concurrency integer not null default 10 check (max_concurrency between 1 and 100),
  secret bytea not null, -- encrypted with the master key
  old_secrets bytea[] not null default '{}', -- newest first; each signs too until it ends
  old_secrets_end_at timestamptz(3)[] not null default '{}',
  cursor bigint not null default 0 check (cursor >= 0), -- all matching entries up to here are settled or in a lane
  chain_start bigint not null default 0, -- `heliograph-previous` never names an entry up to here
  backoff_step integer not null default 0, -- probes that failed since the receiver went down
  backoff_until timestamptz(3),
  node text, -- who serves it
  node_until timestamptz(3),
  fence bigint not null default 0, -- write-backs of whoever holds a lower one are refused
  cursor_fence bigint not null default 0, -- deliveries under a lower fence were made before the owner last moved the cursor
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (cardinality(old_secrets) = cardinality(old_secrets_end_at))
);
-- an organization's endpoints, page by page
create index endpoints_of_organization on endpoints (organization_id, id);
-- endpoints that a node may take over
create index endpoints_by_lease on endpoints (node_until) where state in ('active', 'backing_off');

-- Nodes that deliver, so that each knows its fair share of the endpoints.
create table nodes (
  id text primary key,
  alive_until timestamptz(3) not null
);

-- The events of one customer that wait behind a failed one: the head and all later matching entries up to the cursor.
create table lanes (
  endpoint_id typeid not null references endpoints on delete cascade,
  customer_id typeid not null,
  head_sequence bigint not null,
  attempts integer not null check (attempts >= 0), -- failed attempts that used up the head's schedule
  due_at timestamptz(3) not null,
  primary key (endpoint_id, customer_id)
);
-- the heads that are due
create index lanes_by_due on lanes (endpoint_id, due_at);

-- Events whose schedule is exhausted, or that their owner skipped.
create table dead_events (
  endpoint_id typeid not null references endpoints on delete cascade,
  sequence bigint not null,
  event_id typeid not null,
  customer_id typeid not null,
  attempts integer not null,
  last_error text not null,
  dead_at timestamptz(3) not null default now(),
  skipped_at timestamptz(3),
  primary key (endpoint_id, sequence)
);

-- Entries to send again: a resend of a dead event or a replay of a range. Settled ones are removed.
create table resends (
  endpoint_id typeid not null references endpoints on delete cascade,
  sequence bigint not null,
  event_id typeid not null,
  customer_id typeid not null,
  kind text not null check (kind in ('resend', 'replay')),
  attempts integer not null default 0,
  due_at timestamptz(3) not null default now(),
  primary key (endpoint_id, sequence)
);

-- Every POST and what came of it.
create table attempts (
  id typeid not null,
  endpoint_id typeid not null,
  event_id typeid not null,
  event_type text not null,
  sequence bigint not null, -- 0 for a test
  customer_id typeid,
  attempt integer not null,
  kind text not null check (kind in ('delivery', 'probe', 'resend', 'replay', 'test')),
  outcome text not null check (outcome in ('delivered', 'failed_event', 'failed_endpoint', 'gone')),
  status_code integer,
  error text,
  response_snippet text not null default '',
  duration_ms double precision not null,
  attempted_at timestamptz(3) not null,
  fence bigint, -- under which the endpoint was held; null for a test
  primary key (id)
) partition by range (id);
-- an endpoint's attempts, newest first
create index attempts_of_endpoint on attempts (endpoint_id, id);
-- what was tried or delivered beyond the cursor, after a crash
create index attempts_by_sequence on attempts (endpoint_id, sequence);
-- where an event stands
create index attempts_of_event on attempts (event_id, endpoint_id);
