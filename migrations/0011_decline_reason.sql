-- Why a signer declined: the sales organization need not ask again.
alter table agreements add column decline_reason text;
