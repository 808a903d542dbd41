-- Customers taken over from a file: how far, and what did not fit.
create table imports (
  id typeid primary key,
  organization_id typeid not null references organizations,
  name text not null,
  system text not null,
  mapping jsonb, -- field to column; null: rows are records
  events text not null check (events in ('told', 'silent')),
  line bigint not null default 0, -- every row up to here was taken
  created bigint not null default 0,
  updated bigint not null default 0,
  unchanged bigint not null default 0,
  refused bigint not null default 0,
  created_at timestamptz(3) not null default now(),
  finished_at timestamptz(3)
);
-- an organization's imports, newest first
create index imports_of_organization on imports (organization_id, id);

create table import_faults (
  import_id typeid not null references imports on delete cascade,
  line bigint not null,
  external_id text not null,
  errors jsonb not null,
  primary key (import_id, line)
);
