-- Sessions of the console. Of the cookie and of the key only what they hash to is kept.
create table sessions (
  hash bytea primary key,
  key_hash bytea not null, -- of the key it was opened with: when that is revoked, the session is over
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);
create index sessions_by_end on sessions (expires_at);
-- the organization's appointments by day
create index appointments_by_start on appointments (starts_at);
