-- The records of the flow. Columns and the fields of src/contract/resources share their names, so that no mapping stands
-- between them. Enumerations are checked here as well as in the contract: the database is the last to say no.

-- Sorts by time of creation; "C" because the order of ids must not depend on a locale.
create domain typeid as text collate "C"
  check (value ~ '^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$');

-- One row: proves that this installation holds the master key that the database was encrypted with.
create table installation (
  is_only boolean primary key default true check (is_only),
  master_key_check bytea not null
);

create table organizations (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  name text not null,
  roles text[] not null check (roles <@ array['sales_org', 'epc'] and cardinality(roles) between 1 and 2),
  email text,
  phone text,
  settings jsonb not null,
  callpilot_secret bytea, -- encrypted with the master key
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table users (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  organization_id typeid not null references organizations,
  name text not null,
  email text not null,
  phone text,
  role text not null,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- the users of an organization, page by page
create index users_of_organization on users (organization_id, id);

create table api_keys (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  organization_id typeid not null references organizations,
  name text not null,
  hash bytea not null unique check (octet_length(hash) = 32), -- SHA-256; the key itself is not kept
  hint text not null,
  scopes text[] not null,
  acts_as text not null
    check (acts_as in ('user', 'api_key', 'customer', 'lender', 'e_sign', 'callpilot', 'system')),
  user_id typeid references users,
  revoked_at timestamptz(3),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- the keys of an organization, page by page
create index api_keys_of_organization on api_keys (organization_id, id);

create table partnerships (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  sales_org_id typeid not null references organizations,
  epc_id typeid not null references organizations,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (sales_org_id, epc_id)
);
-- the sales organizations of an installer
create index partnerships_of_epc on partnerships (epc_id);

create table customers (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  sales_org_id typeid not null references organizations,
  first_name text not null,
  last_name text not null,
  email text,
  phone text,
  address jsonb not null,
  time_zone text,
  language text,
  lead_source text,
  annual_usage_kwh double precision check (annual_usage_kwh >= 0),
  utility text,
  rep_id typeid references users,
  setter_id typeid references users,
  last_customer_sequence bigint not null default 0, -- events of this customer so far
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- the customers of a sales organization, page by page
create index customers_of_sales_org on customers (sales_org_id, id);
-- GET /customers?external_id=
create index customers_by_external_id on customers using gin (external_ids jsonb_path_ops);

-- One customer per id in a system and sales organization.
create table customer_external_ids (
  sales_org_id typeid not null references organizations,
  system text not null,
  external_id text not null,
  customer_id typeid not null references customers,
  primary key (sales_org_id, system, external_id)
);
-- a customer's own entries, when his ids change
create index customer_external_ids_of_customer on customer_external_ids (customer_id);

create table notes (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  author text not null,
  body text not null,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- a customer's notes, page by page
create index notes_of_customer on notes (customer_id, id);

create table surveys (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  sales_org_id typeid not null references organizations,
  epc_id typeid references organizations,
  type text not null,
  stage text not null,
  title text,
  completed_at timestamptz(3),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check ((stage = 'completed') = (completed_at is not null))
);
-- a customer's deals, page by page
create index surveys_of_customer on surveys (customer_id, id);
-- the deals of an installer: whom it may see
create index surveys_of_epc on surveys (epc_id, customer_id);

create table appointments (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid references surveys,
  type text not null,
  status text not null check (status in ('scheduled', 'confirmed', 'completed', 'no_show', 'cancelled')),
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  time_zone text not null,
  assignee_id typeid references users,
  location text,
  notes text,
  internal_notes text,
  outcome text,
  confirmed_at timestamptz(3),
  cancelled_at timestamptz(3),
  cancel_reason text,
  cancel_asked_by text,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (starts_at < ends_at),
  check ((status = 'cancelled') = (cancelled_at is not null))
);
-- a customer's appointments, page by page
create index appointments_of_customer on appointments (customer_id, id);

create table files (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  category text not null,
  name text not null,
  content_type text not null,
  size_bytes bigint not null check (size_bytes >= 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- a deal's files, page by page
create index files_of_survey on files (survey_id, id);

create table site_surveys (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  kind text not null check (kind in ('visit', 'virtual')),
  scheduled_at timestamptz(3),
  notes text,
  completed_at timestamptz(3),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- a deal's site surveys, page by page
create index site_surveys_of_survey on site_surveys (survey_id, id);

create table design_requests (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  status text not null check (status in ('new', 'in_progress', 'completed', 'approved', 'cancelled')),
  priority text not null check (priority in ('standard', 'expedited')),
  revision_of typeid references design_requests,
  assignee text,
  target_offset_ratio double precision check (target_offset_ratio >= 0),
  notes text,
  design jsonb,
  completed_at timestamptz(3),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (status not in ('completed', 'approved') or design is not null)
);
-- a deal's design requests, page by page; the newest completed design
create index design_requests_of_survey on design_requests (survey_id, id);

create table proposals (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  design_request_id typeid not null references design_requests,
  status text not null check (status in ('draft', 'finalized')),
  title text,
  design jsonb not null,
  pricing jsonb not null,
  finance jsonb not null,
  last_viewed jsonb not null, -- design, pricing and finance as last viewed, at first as created
  viewed_at timestamptz(3),
  finalized_at timestamptz(3),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check ((status = 'finalized') = (finalized_at is not null))
);
-- a deal's proposals, page by page; the one that counts
create index proposals_of_survey on proposals (survey_id, id);

create table lender_applications (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  proposal_id typeid not null references proposals,
  lender text not null,
  integrated boolean not null,
  lender_reference text,
  amount_cents bigint not null check (amount_cents >= 0),
  approved_amount_cents bigint check (approved_amount_cents >= 0),
  credit text not null,
  stipulations jsonb not null,
  documents text not null,
  funding text not null,
  submitted_at timestamptz(3),
  expires_on date,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- a proposal's applications, page by page
create index lender_applications_of_proposal on lender_applications (proposal_id, id);

create table agreements (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  proposal_id typeid not null references proposals,
  status text not null check (status in
    ('created', 'sent', 'viewed', 'partially_signed', 'signed', 'declined', 'voided', 'deleted')),
  signers jsonb not null,
  document_version integer not null default 1,
  document_url text,
  sent_at timestamptz(3),
  viewed_at timestamptz(3),
  declined_at timestamptz(3),
  signed_at timestamptz(3),
  mode text check (mode in ('signed', 'approved', 'processed')),
  approved_at timestamptz(3),
  processed_at timestamptz(3),
  voided_at timestamptz(3),
  void_reason text,
  deleted_at timestamptz(3),
  delete_reason text,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (processed_at is null or mode = 'processed'),
  check (status <> 'signed' or (signed_at is not null and mode is not null))
);
-- a deal's agreements, page by page
create index agreements_of_survey on agreements (survey_id, id);
-- one live agreement per deal
create unique index one_live_agreement on agreements (survey_id)
  where status not in ('voided', 'deleted');

create table installs (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null unique references surveys, -- one install per deal, also after a new agreement
  agreement_id typeid not null unique references agreements,
  sales_org_id typeid not null references organizations,
  epc_id typeid not null references organizations,
  status text not null check (status in ('active', 'voided', 'cancelled', 'complete')),
  made_by text not null check (made_by in ('signed', 'approved', 'processed')),
  finance_type text not null,
  contract_price_cents bigint not null check (contract_price_cents >= 0),
  system_size_dc_kw double precision not null check (system_size_dc_kw >= 0),
  annual_production_kwh double precision not null check (annual_production_kwh >= 0),
  modules jsonb not null,
  inverters jsonb not null,
  batteries jsonb not null,
  adders jsonb not null,
  commission_cents bigint check (commission_cents >= 0),
  install_cost_cents bigint check (install_cost_cents >= 0),
  stage text,
  project_manager text,
  scheduled_on date,
  installed_on date,
  pto_on date,
  submission_number integer not null default 0 check (submission_number >= 0),
  submitted_at timestamptz(3),
  voided_at timestamptz(3),
  void_reason text,
  completed_at timestamptz(3),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check ((status = 'voided') = (voided_at is not null)),
  check ((status = 'complete') = (completed_at is not null))
);
-- GET /installs?customer_id=
create index installs_of_customer on installs (customer_id, id);
-- an organization's installs, page by page
create index installs_of_sales_org on installs (sales_org_id, id);
create index installs_of_epc on installs (epc_id, id);

create table install_notes (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  install_id typeid not null references installs,
  author text not null,
  body text not null,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- an install's notes, page by page
create index install_notes_of_install on install_notes (install_id, id);

create table milestones (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  install_id typeid not null references installs,
  title text not null,
  task_group text not null,
  status text not null check (status in
    ('not_started', 'ready', 'in_progress', 'submitted', 'blocked', 'completed', 'canceled')),
  due_on date,
  started_on date,
  completed_on date,
  assignee text,
  blocked_reason text,
  description text,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (completed_on >= started_on)
);
-- an install's milestones, page by page
create index milestones_of_install on milestones (install_id, id);

create table change_orders (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  install_id typeid not null references installs,
  agreement_id typeid not null references agreements, -- which it amends
  status text not null check (status in ('pending', 'signed', 'voided')),
  reason text not null,
  reason_code text,
  changes jsonb not null,
  signers jsonb not null,
  document_url text,
  signed_at timestamptz(3),
  voided_at timestamptz(3),
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (status <> 'signed' or signed_at is not null),
  check (status <> 'pending' or signed_at is null),
  check ((status = 'voided') = (voided_at is not null))
);
-- an install's change orders, page by page
create index change_orders_of_install on change_orders (install_id, id);

create table welcome_calls (
  id typeid primary key,
  number bigint generated always as identity (start 1001) unique,
  version integer not null default 1,
  organization_id typeid not null references organizations, -- the party for whom it was reported first
  customer_id typeid not null references customers,
  survey_id typeid not null references surveys,
  install_id typeid not null references installs,
  call_id text not null,
  completed_at timestamptz(3) not null,
  recording_consent_at timestamptz(3),
  answers jsonb not null,
  recording_url text,
  external_ids jsonb not null default '{}',
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (survey_id, call_id) -- the same call twice is one call; also whether a deal had its welcome call
);

-- Answers to writes that carried an Idempotency-Key, written in the command's own transaction and kept for 24 hours.
create table idempotency_keys (
  caller text not null, -- an organization's id, or `operator`
  key text not null,
  request_hash bytea not null, -- SHA-256 of method, path and body
  answer bytea, -- encrypted with the master key: an answer may hold a secret
  created_at timestamptz(3) not null default now(),
  primary key (caller, key)
);
-- the hourly sweep
create index idempotency_keys_by_age on idempotency_keys (created_at);
