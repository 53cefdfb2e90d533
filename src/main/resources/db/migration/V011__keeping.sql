-- What is kept how long: ids that outlive their messages, documents that are gone, and the keys of
-- routes that recognise repetitions by themselves.

-- Of a message whose rows are gone, what it takes to recognise a repetition.
create table waybill_journal.known_id (
  seq bigint not null,
  received_at timestamptz not null,
  closed_at timestamptz not null,
  operation text not null,
  sender text not null,
  message_id text not null,
  status text not null,
  fingerprint bytea not null,
  constraint known_id_pkey primary key (message_id, sender, operation),
  constraint known_id_status check (status in ('posted', 'skipped', 'cancelled'))
);

-- Those of an operation that are known no longer than declared.
create index known_id_closed on waybill_journal.known_id (operation, closed_at);

alter table waybill_journal.standing
  add column payload_removed_at timestamptz;

-- Found by their message, to be removed with it.
create index effect_message on waybill_journal.effect (seq);
create index posted_message on waybill_journal.posted (seq);

-- Removal leaves dead rows at the front of these tables: clean up before they are a fifth of it.
alter table waybill_journal.message set (autovacuum_vacuum_scale_factor = 0.05);
alter table waybill_journal.payload set (autovacuum_vacuum_scale_factor = 0.05);
alter table waybill_journal.history set (autovacuum_vacuum_scale_factor = 0.05);

create table waybill_journal.idempotent (
  repository text not null,
  key text not null,
  owner bigint not null,
  node text not null,
  added_at timestamptz not null,
  confirmed_at timestamptz,
  constraint idempotent_pkey primary key (repository, key)
);

-- Those that were added longest ago.
create index idempotent_added on waybill_journal.idempotent (added_at);

-- Processes in the order of their starts.
create sequence waybill_journal.idempotent_owner;

comment on table waybill_journal.known_id is 'Ids of messages whose rows are gone, so that repetitions are recognised';
comment on column waybill_journal.standing.payload_removed_at is 'When its documents were removed; null while they are kept';
comment on table waybill_journal.idempotent is 'Keys that routes have seen (idempotentConsumer)';
comment on column waybill_journal.idempotent.owner is 'The process that added it; of those of an earlier process only the confirmed ones count';
comment on column waybill_journal.idempotent.confirmed_at is 'When its exchange had ended well; null while it is under way';

create view waybill.known_ids as
select i.operation, i.sender, i.message_id, i.seq, i.status, i.received_at, i.closed_at
from waybill_journal.known_id i;

comment on view waybill.known_ids is 'Ids of messages that are no longer kept: a repetition is still recognised';
comment on column waybill.known_ids.operation is 'What the message asked for';
comment on column waybill.known_ids.sender is 'Who sent it';
comment on column waybill.known_ids.message_id is 'The unique id its sender gave it';
comment on column waybill.known_ids.seq is 'The number it had';
comment on column waybill.known_ids.status is 'posted, skipped or cancelled';
comment on column waybill.known_ids.received_at is 'When it came';
comment on column waybill.known_ids.closed_at is 'When its row last changed';

create view waybill.removed_payloads as
select s.seq, s.payload_removed_at as removed_at
from waybill_journal.standing s
where s.payload_removed_at is not null;

comment on view waybill.removed_payloads is 'Messages whose documents are no longer kept';
comment on column waybill.removed_payloads.seq is 'The message';
comment on column waybill.removed_payloads.removed_at is 'When its documents were removed';

create view waybill.idempotent_keys as
select
  i.repository,
  i.key,
  case when i.confirmed_at is null then 'pending' else 'confirmed' end as state,
  i.added_at,
  i.confirmed_at,
  i.node
from waybill_journal.idempotent i;

comment on view waybill.idempotent_keys is 'Keys that routes have seen (idempotentConsumer)';
comment on column waybill.idempotent_keys.repository is 'The route, or the name its repository was given';
comment on column waybill.idempotent_keys.key is 'The key';
comment on column waybill.idempotent_keys.state is 'pending or confirmed; one that is pending counts only while the process that added it is the latest';
comment on column waybill.idempotent_keys.added_at is 'When it was seen';
comment on column waybill.idempotent_keys.confirmed_at is 'When its exchange had ended well; null while it is pending';
comment on column waybill.idempotent_keys.node is 'The node that added it';
