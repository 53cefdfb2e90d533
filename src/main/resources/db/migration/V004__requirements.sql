-- What messages need before they may be posted, and what is known of those posted.
--
-- Needs stand with the message, because they come with it and are seldom changed. Which of them are
-- met is not written there: it follows from the facts below, so that the coming of what a hundred
-- thousand messages miss rewrites none of them.

alter table waybill_journal.message
  add column needs jsonb,
  add column announces jsonb;

alter table waybill_journal.standing
  drop constraint standing_parked_by,
  add constraint standing_parked_by check (parked in ('lane', 'destination', 'prerequisite'));

-- A fact for each message, so that one can be taken back when its message is cancelled. It stays
-- when the message is cleared away.
create table waybill_journal.posted (
  operation text not null,
  found_by text not null,
  value text not null,
  seq bigint not null,
  constraint posted_pkey primary key (operation, found_by, value, seq),
  constraint posted_found_by check (found_by in ('key', 'id', 'business_id', 'field'))
);

-- Of which operations and by what facts are kept: what some specification requires. What is
-- required for the first time is filled in from the messages there are.
create table waybill_journal.remembered (
  operation text not null,
  found_by text not null,
  constraint remembered_pkey primary key (operation, found_by)
);

comment on column waybill_journal.message.needs is 'What must be true before it may be posted, less what a person waived; null for nothing';
comment on column waybill_journal.message.announces is 'What its being posted makes true for others; null for nothing';
comment on column waybill_journal.standing.parked is 'By what an open message that memory does not hold is found: lane, destination or prerequisite; null where memory holds it while it is open';
comment on table waybill_journal.posted is 'Under what messages were posted, of those that others may require';
comment on table waybill_journal.remembered is 'Of which operations posted keeps what';
