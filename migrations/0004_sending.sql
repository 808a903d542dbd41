-- How an endpoint's deliveries are signed, and what else its receiver wants of a request.
alter table endpoints
  add column signing text not null default 'hmac_sha256' check (signing in ('hmac_sha256', 'ed25519')),
  add column public_key text, -- of the private key in `secret`
  add column header_names text[] not null default '{}',
  add column auth jsonb, -- without password and token
  add column client_certificate jsonb, -- what may be known of it
  add column sending_secrets bytea, -- values of headers, credentials, certificate and its key, encrypted with the master key
  add constraint endpoints_public_key_check check ((signing = 'ed25519') = (public_key is not null));
