-- What other systems send is taken in by inlets, and goes on as events of the kind `inbound`.

-- An address that takes what another system sends. Of the token in it only what it hashes to is kept.
create table inlets (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  organization_id typeid not null references organizations,
  name text not null,
  token_hash bytea unique check (octet_length(token_hash) = 32), -- null once it is removed
  token_hint text not null,
  drop_doubles boolean not null,
  window_seconds integer not null check (window_seconds between 1 and 3600),
  rate_limit_per_second integer not null check (rate_limit_per_second between 1 and 10000),
  deleted_at timestamptz(3),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check ((deleted_at is null) = (token_hash is not null))
);
-- an organization's inlets, page by page
create index inlets_of_organization on inlets (organization_id, id) where deleted_at is null;

-- What inbound events are about, as the system that sent them names it: their order is kept as that of a customer's
-- events is, so a subject stands where a customer does in feeds, lanes and all else that keeps order.
create table inbound_subjects (
  id typeid primary key check (id like 'sub\_%'),
  organization_id typeid not null references organizations,
  system text not null,
  kind text not null, -- customer, install …; `inlet` for what names nothing
  external_id text not null,
  last_customer_sequence bigint not null default 0, -- events of this subject so far
  created_at timestamptz(3) not null default now(),
  unique (organization_id, system, kind, external_id)
);

-- Every delivery that an inlet took, written in the transaction that it was answered after. The body stands in its event;
-- of one that was dropped it stands here, until it is released.
create table receipts (
  id typeid not null,
  organization_id typeid not null,
  inlet_id typeid not null,
  subject_id typeid not null,
  received_at timestamptz(3) not null,
  outcome text not null check (outcome in ('appended', 'unrecognised', 'double', 'near_empty')),
  doubles_event_id typeid, -- what it says over again
  vendor_event text,
  shape text not null check (shape in ('compact', 'wide', 'envelope', 'json', 'other')),
  entity_kind text,
  entity_id text,
  content_type text,
  bytes integer not null check (bytes >= 0),
  sha256 bytea not null check (octet_length(sha256) = 32),
  event_id typeid,
  released_at timestamptz(3),
  body bytea,
  primary key (id),
  check ((entity_kind is null) = (entity_id is null)),
  check ((body is null) = (event_id is not null)),
  check ((event_id is null) = (outcome in ('double', 'near_empty') and released_at is null))
) partition by range (id);
-- an inlet's deliveries, newest first
create index receipts_of_inlet on receipts (inlet_id, id);
-- what a new one may be a double of
create index receipts_of_entity on receipts (inlet_id, entity_kind, entity_id, received_at)
  where event_id is not null and entity_id is not null;

-- An event is of a customer, or of a subject when it came in. The statement that appends it counts it at the one or the
-- other and writes nothing where there is none, so the key was a second look at what was just locked.
alter table events drop constraint events_customer_id_fkey;
alter table events add constraint events_subject_check
  check ((type = 'inbound') = (customer_id like 'sub\_%'));
