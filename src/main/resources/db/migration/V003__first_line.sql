-- The first line of a message's history, kept with the message.
--
-- Every message has one, it comes with the message, and nearly all of them say no more than the
-- status it began in. A row and an index entry of its own cost a third of all history.

alter table waybill_journal.message
  add column began_as text,
  add column began_for text;

create or replace view waybill.history as
select
  m.seq,
  1 as run,
  m.received_at as at,
  null::text as from_status,
  m.began_as as to_status,
  m.began_for as reason,
  null::text as who,
  null::text as reason_detail,
  0::bigint as entry
from waybill_journal.message m
where m.began_as is not null
union all
select
  h.seq,
  h.run,
  h.at,
  h.from_status,
  h.to_status,
  h.reason,
  h.who,
  h.detail as reason_detail,
  h.entry
from waybill_journal.history h;

comment on column waybill_journal.message.began_as is 'The status it began in; null where the first line of its history has words, and stands in history';
comment on column waybill_journal.message.began_for is 'Why it began in that status, as a code';
comment on table waybill_journal.history is 'What happened to messages after they began; append-only. The entry number orders what one transaction wrote and nothing else';
comment on column waybill.history.entry is 'Orders the rows of one message, from 0; says nothing about the order between messages';
