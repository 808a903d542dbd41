-- Every organization has a feed from its beginning, so that appending to it only ever updates its row.
insert into feeds (organization_id) select id from organizations on conflict do nothing;
