-- An agreement is the installer's own document: one who is chosen later is not shown it.
alter table agreements add column epc_id typeid references organizations;
update agreements a set epc_id = s.epc_id from surveys s where s.id = a.survey_id;
alter table agreements alter column epc_id set not null;
