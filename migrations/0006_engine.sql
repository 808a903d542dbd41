-- What an endpoint's owner allows, and how its deliveries go.
alter table endpoints
  add column rate_limit_per_second integer check (rate_limit_per_second between 1 and 1000), -- null: none
  add column on_failure text not null default 'hold' check (on_failure in ('hold', 'skip')),
  add column concurrency integer; -- deliveries at once that the node last found right; null before the first

-- An event that failed where its customer's later ones go on without it.
alter table resends drop constraint resends_kind_check;
alter table resends add constraint resends_kind_check check (kind in ('resend', 'replay', 'parked'));
