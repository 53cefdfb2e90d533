-- Numbers: lanes that follow them.
--
-- Which number a message has stands with the message. How far the numbers of a lane are done outlives
-- its messages: it is written in the transaction that closes them, guarded by its own version. Which
-- of them were never there is kept apart, as there are few: only so is it known whether a number that
-- comes late was missing, or came before.

alter table waybill_journal.message
  add column numbers jsonb;

create table waybill_journal.number (
  lane text not null,
  last bigint not null,
  ahead bigint[] not null,
  version integer not null,
  epoch bigint not null,
  constraint number_pkey primary key (lane)
) with (fillfactor = 50);

create table waybill_journal.number_gap (
  lane text not null,
  first bigint not null,
  last bigint not null,
  at timestamptz not null,
  who text,
  why text not null,
  constraint number_gap_pkey primary key (lane, first)
);

comment on column waybill_journal.message.numbers is 'The numbers it holds in its lanes as long as it stands in them; null for none';
comment on table waybill_journal.number is 'How far the numbers of lanes are done';
comment on column waybill_journal.number.ahead is 'What is done beyond: from and to of each range, one after the other';
comment on table waybill_journal.number_gap is 'Numbers that were missing and are not waited for any more';

create view waybill.numbers as
select n.lane, n.last, n.ahead
from waybill_journal.number n;

create view waybill.number_gaps as
select g.lane, g.first, g.last, g.at, g.who, g.why
from waybill_journal.number_gap g;

comment on view waybill.numbers is 'How far the numbers of lanes are done: posted, skipped, gone on, or closed as a gap';
comment on column waybill.numbers.lane is 'The lane as in messages.lanes';
comment on column waybill.numbers.last is 'All numbers up to this one are done';
comment on column waybill.numbers.ahead is 'What is done beyond: from and to of each range, one after the other';
comment on view waybill.number_gaps is 'Numbers that were missing and are not waited for any more';
comment on column waybill.number_gaps.lane is 'The lane as in messages.lanes';
comment on column waybill.number_gaps.first is 'The first of the missing numbers';
comment on column waybill.number_gaps.last is 'The last of the missing numbers';
comment on column waybill.number_gaps.at is 'When that was decided';
comment on column waybill.number_gaps.who is 'The person who decided it; null where the specification did';
comment on column waybill.number_gaps.why is 'The reason';
