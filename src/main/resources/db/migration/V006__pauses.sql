-- What persons have paused: it stays paused over restarts, until somebody resumes it.

create table waybill_journal.pause (
  kind text not null,
  name text not null,
  at timestamptz not null,
  who text not null,
  why text not null,
  constraint pause_pkey primary key (kind, name),
  constraint pause_kind check (kind in ('lane', 'destination'))
);

comment on table waybill_journal.pause is 'What persons have paused';

create view waybill.pauses as
select p.kind, p.name, p.at as since, p.who, p.why
from waybill_journal.pause p;

comment on view waybill.pauses is 'What persons have paused';
comment on column waybill.pauses.kind is 'lane or destination';
comment on column waybill.pauses.name is 'The destination, or the lane as in messages.lanes';
comment on column waybill.pauses.since is 'When it was paused';
comment on column waybill.pauses.who is 'Who paused it';
comment on column waybill.pauses.why is 'The reason given';
