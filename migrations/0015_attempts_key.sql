-- Attempts are found by their endpoint: with the endpoint first in the key, the index that lists an endpoint's attempts is the
-- key itself. Each index less is a seventh of what an attempt costs to write down.
alter table attempts drop constraint attempts_pkey;
drop index attempts_of_endpoint;
alter table attempts add primary key (endpoint_id, id);
