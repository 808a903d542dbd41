-- Up to which position the months of a feed were dropped; 0 while all of it is kept.
alter table feeds add column kept_after bigint not null default 0 check (kept_after >= 0);
