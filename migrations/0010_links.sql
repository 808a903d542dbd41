-- Links that open a page for a customer or a signer. Of the secret in the link only what it hashes to is kept.
create table links (
  id typeid primary key,
  hash bytea not null unique,
  organization_id typeid not null references organizations,
  customer_id typeid not null references customers,
  subject text not null check (subject in ('appointment', 'proposal', 'agreement', 'change_order')),
  subject_id typeid not null,
  signer_id typeid,
  person text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  consented_at timestamptz(3),
  consent_version integer,
  revoked_at timestamptz(3),
  check ((signer_id is not null) = (subject in ('agreement', 'change_order'))),
  check ((consented_at is null) = (consent_version is null))
);
-- what an organization made for a customer, page by page
create index links_of_customer on links (customer_id, organization_id, id);
-- those of a signer, revoked when his data change
create index links_of_subject on links (subject_id, signer_id);

-- Documents as they were read and as they were signed: made once, never changed.
create table documents (
  subject_id typeid not null, -- an agreement or a change order
  version integer not null,
  stage text not null check (stage in ('to_sign', 'signed')),
  content text not null, -- what it says, as JSON
  pdf bytea not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz(3) not null default now(),
  primary key (subject_id, version, stage)
);

-- Signatures made on the pages for signers, with what shows who made them.
create table signatures (
  subject_id typeid not null,
  document_version integer not null,
  signer_id typeid not null,
  link_id typeid not null references links,
  document_sha256 text not null,
  mark text not null, -- as JSON
  consented_at timestamptz(3) not null,
  consent_version integer not null,
  signed_at timestamptz(3) not null,
  address text, -- whence the request came; null where that is not known
  user_agent text,
  primary key (subject_id, document_version, signer_id)
);
