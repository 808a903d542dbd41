-- By which schema all that a snapshot holds is named: while that is still the same, what a role may see of the snapshot is
-- cut out of its text, which need not be read. Null for what was written before, and for what came in through inlets.
alter table events add column data_shape integer;
