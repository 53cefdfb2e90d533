-- Messages that only the table holds, and how the broker finds them again.
--
-- Memory holds the front of each queue. What stands further back is parked: found by its lanes where
-- it stands behind others, and by its destination where it is first. Its places in its lanes are
-- written out one row each, because an index on arrays does not read a lane in its order.

alter table waybill_journal.standing
  add column parked text
  constraint standing_parked_by check (parked in ('lane', 'destination'));

-- Those found by their destination, in their order.
create index standing_parked on waybill_journal.standing (destination, seq)
  where parked = 'destination';

create table waybill_journal.place (
  lane text not null,
  rank bigint not null,
  seq bigint not null,
  constraint place_pkey primary key (lane, rank)
);

-- To give the places of a message back.
create index place_message on waybill_journal.place (seq);

comment on column waybill_journal.standing.parked is 'By what an open message that memory does not hold is found: lane or destination; null where memory holds it while it is open';
comment on table waybill_journal.place is 'The places of parked messages in their lanes';
