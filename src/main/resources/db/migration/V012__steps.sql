-- Processes: messages that go through several steps. The plan is made when the document is read
-- and stays with the message. A step has a row once it has begun; the row is written in the
-- transaction of what happened to it, for transactional destinations in that of the effect too.

alter table waybill_journal.message add column plan jsonb;

create table waybill_journal.step (
  seq bigint not null,
  epoch bigint not null,
  started_at timestamptz,
  ended_at timestamptz,
  run integer not null,
  step integer not null,
  attempts integer not null,
  code smallint,
  status text not null,
  name text not null,
  destination text not null,
  posting_id text not null,
  reason text,
  detail text,
  answer_id text,
  content_type text,
  headers jsonb,
  body bytea,
  constraint step_pkey primary key (seq, run, step)
) with (fillfactor = 70);

-- Compress large replies the fast way, where this server was built with it.
do $$
begin
  alter table waybill_journal.step alter column body set compression lz4;
exception
  when feature_not_supported then null;
end
$$;

comment on table waybill_journal.step is 'Steps of processes that have begun, with what was answered';

create view waybill.steps as
select
  m.seq,
  r.run,
  p.place - 1 as step,
  p.step ->> 'name' as name,
  coalesce(s.destination, p.step ->> 'destination') as destination,
  case
    when s.status is not null then s.status
    when not (p.step ->> 'needed')::boolean then 'skipped'
    else 'planned'
  end as status,
  s.reason,
  s.detail as reason_detail,
  m.operation,
  m.sender,
  m.message_id,
  m.business_id,
  s.posting_id,
  s.answer_id,
  s.attempts,
  s.started_at,
  s.ended_at,
  t.node,
  s.code,
  s.content_type,
  s.headers,
  octet_length(s.body) as size,
  s.body
from waybill_journal.message m
join waybill_journal.standing w on w.seq = m.seq
cross join lateral generate_series(1, w.run) as r (run)
cross join lateral jsonb_array_elements(m.plan -> 'steps') with ordinality as p (step, place)
left join waybill_journal.step s
  on s.seq = m.seq
  and s.run = r.run
  and s.step = p.place - 1
left join waybill_journal.takeover t on t.epoch = s.epoch
where m.plan is not null;

comment on view waybill.steps is 'The steps of messages that are processes, those that have not begun included';
comment on column waybill.steps.seq is 'The message';
comment on column waybill.steps.run is 'The run of the message, from 1';
comment on column waybill.steps.step is 'The number of the step, from 0';
comment on column waybill.steps.name is 'Its name in the specification';
comment on column waybill.steps.destination is 'The component whose task it is';
comment on column waybill.steps.status is 'As a message stands; planned where it has not begun, skipped where the document does not ask for it';
comment on column waybill.steps.reason is 'Why it stands there, as a code';
comment on column waybill.steps.reason_detail is 'The reason in words';
comment on column waybill.steps.operation is 'What the message asks for';
comment on column waybill.steps.sender is 'Who sent the message';
comment on column waybill.steps.message_id is 'The unique id its sender gave it';
comment on column waybill.steps.business_id is 'A number people know it by, e.g. that of the purchase order';
comment on column waybill.steps.posting_id is 'The id under which it was sent; the same on every attempt';
comment on column waybill.steps.answer_id is 'The id of the message that came back; null where it had none';
comment on column waybill.steps.attempts is 'Attempts spent on it, or on undoing it';
comment on column waybill.steps.started_at is 'When it was first sent';
comment on column waybill.steps.ended_at is 'When it ended, or was undone';
comment on column waybill.steps.node is 'The node that changed it last';
comment on column waybill.steps.code is 'The code of its reply, as a status of HTTP; null where there is none';
comment on column waybill.steps.content_type is 'The media type of its reply';
comment on column waybill.steps.headers is 'The headers of its reply, as far as keep-headers lists them';
comment on column waybill.steps.size is 'The length of its reply in bytes';
comment on column waybill.steps.body is 'Its reply';
