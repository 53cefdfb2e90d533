-- The state table of the broker.
--
-- Schema waybill_journal: the tables. They belong to the broker and may change with any release.
-- Schema waybill: the views. They are public and stay.
--
-- A message is three rows: what it is (message, written once), where it stands (standing, narrow
-- and often rewritten) and its document (payload, written once, large). Kept together, each change
-- of a status would copy the whole row and add an entry to each of its indexes.
--
-- There are no foreign keys: all rows of a message are written by one transaction of the one writer,
-- and a check per row would cost more than the row.

-- waybill_journal exists: Flyway keeps its own table there.
create schema if not exists waybill;

-- Tables ---------------------------------------------------------------------------------------

create table waybill_journal.message (
  seq bigint not null,
  received_at timestamptz not null,
  partition smallint not null,
  owns_id boolean not null,
  operation text not null,
  sender text not null,
  message_id text not null,
  business_id text,
  source text not null,
  fingerprint bytea not null,
  lanes text[] not null,
  -- for look-ups by number, and to page through messages in the order of the journal
  constraint message_pkey primary key (seq)
);

-- One message owns an id, over all sources; also finds the earlier one of a duplicate.
-- The id comes first, so that it can be looked up alone.
create unique index message_owner on waybill_journal.message (message_id, sender, operation)
  where owns_id;

-- Documents that own no id (unreadable, untyped, unkeyed, in conflict) and come a second time.
create index message_twin on waybill_journal.message (sender, fingerprint)
  where not owns_id;

-- The same documents looked up by the id they claim.
create index message_claim on waybill_journal.message (message_id)
  where not owns_id;

-- Look-up by e.g. the number of a purchase order.
create index message_business on waybill_journal.message (business_id, seq)
  where business_id is not null;

-- All messages of a lane, open or closed. Written once per message, because lanes stay.
create index message_lanes on waybill_journal.message using gin (lanes);

-- "Since": rows lie in the order of their arrival, so a summary of each block range is enough.
create index message_received on waybill_journal.message using brin (received_at)
  with (pages_per_range = 32, autosummarize = on);

create table waybill_journal.standing (
  seq bigint not null,
  epoch bigint not null,
  tried_as bigint not null,
  changed_at timestamptz not null,
  due_at timestamptz,
  expires_at timestamptz,
  first_tried_at timestamptz,
  version integer not null,
  attempts integer not null,
  run integer not null,
  revision integer not null,
  step integer not null,
  status text not null,
  reason text,
  destination text,
  detail text,
  ranks bigint[] not null,
  constraint standing_pkey primary key (seq),
  constraint standing_status check (status in (
    'submitted', 'posting', 'posted', 'retriable', 'retry',
    'in_doubt', 'failed', 'skipped', 'cancelling', 'cancelled'))
) with (
  -- room for the next versions of a row on its own page
  fillfactor = 70,
  -- rows die young and often: clean up early
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.05
);

-- What is open, for recovery, and "which are failed" for people. Posted messages, nearly all there
-- are, never enter it.
create index standing_unposted on waybill_journal.standing (status, seq)
  where status <> 'posted';

create table waybill_journal.payload (
  seq bigint not null,
  revision integer not null,
  content_type text,
  headers jsonb,
  body bytea not null,
  constraint payload_pkey primary key (seq, revision)
);

-- Compress large documents the fast way, where this server was built with it.
do $$
begin
  alter table waybill_journal.payload alter column body set compression lz4;
exception
  when feature_not_supported then null;
end
$$;

create table waybill_journal.history (
  entry bigint generated always as identity,
  seq bigint not null,
  run integer not null,
  at timestamptz not null,
  from_status text,
  to_status text not null,
  reason text,
  detail text,
  who text
);

-- The timeline of one message.
create index history_message on waybill_journal.history (seq, entry);

create table waybill_journal.lease (
  partition smallint not null,
  epoch bigint not null,
  node text not null,
  taken_at timestamptz not null,
  constraint lease_pkey primary key (partition)
) with (fillfactor = 20);

create table waybill_journal.takeover (
  epoch bigint not null,
  node text not null,
  at timestamptz not null,
  constraint takeover_pkey primary key (epoch)
);

create table waybill_journal.destination (
  name text not null,
  postings bigint not null,
  down_since timestamptz,
  down_detail text,
  next_trial_at timestamptz,
  failures integer not null,
  constraint destination_pkey primary key (name)
) with (fillfactor = 20);

create table waybill_journal.effect (
  posting_id text not null,
  seq bigint not null,
  epoch bigint not null,
  at timestamptz not null,
  constraint effect_pkey primary key (posting_id)
);

create table waybill_journal.audit (
  entry bigint generated always as identity,
  at timestamptz not null,
  who text not null,
  action text not null,
  target text not null,
  why text not null,
  constraint audit_pkey primary key (entry)
);

comment on table waybill_journal.message is 'What a message is; written on arrival and when it is read again';
comment on table waybill_journal.standing is 'Where a message stands; every change is guarded by status and version';
comment on table waybill_journal.payload is 'Documents; revision 0 is the one received';
comment on table waybill_journal.history is 'What happened to messages; append-only. The entry number orders what one transaction wrote and nothing else';
comment on table waybill_journal.lease is 'Who owns a partition; every write locks the rows of its partitions and requires its own epoch in them';
comment on table waybill_journal.takeover is 'Which node raised which epoch';
comment on table waybill_journal.destination is 'What is kept of destinations';
comment on table waybill_journal.effect is 'Outcomes of transactional destinations, committed together with the effect';
comment on table waybill_journal.audit is 'What people did that changed no message';

-- Views ----------------------------------------------------------------------------------------

create view waybill.messages as
select
  m.seq,
  m.operation,
  m.sender,
  m.message_id,
  m.business_id,
  s.status,
  s.reason,
  s.detail as reason_detail,
  m.lanes,
  s.destination,
  s.step,
  s.attempts,
  s.due_at,
  s.run,
  s.revision,
  m.source,
  m.received_at,
  s.changed_at,
  t.node,
  s.epoch
from waybill_journal.message m
join waybill_journal.standing s on s.seq = m.seq
left join waybill_journal.takeover t on t.epoch = s.epoch;

comment on view waybill.messages is 'One row per message: where it is and what it waits for';
comment on column waybill.messages.seq is 'Its number, in the order of the journal';
comment on column waybill.messages.operation is 'What it asks for; empty where the document could not be typed';
comment on column waybill.messages.sender is 'Who sent it';
comment on column waybill.messages.message_id is 'The unique id its sender gave it; empty where it has none';
comment on column waybill.messages.business_id is 'A number people know it by, e.g. that of the purchase order';
comment on column waybill.messages.status is 'submitted, posting, posted, retriable, retry, in_doubt, failed, skipped, cancelling or cancelled';
comment on column waybill.messages.reason is 'Why it stands there, as a code';
comment on column waybill.messages.reason_detail is 'The reason in words';
comment on column waybill.messages.lanes is 'Its lanes, written LOCK-NAME-SPACE:KEY; search with lanes @> array[''cust:4711'']';
comment on column waybill.messages.destination is 'Where its present step is posted';
comment on column waybill.messages.step is 'Its present step, from 0';
comment on column waybill.messages.attempts is 'Attempts spent on the present step';
comment on column waybill.messages.due_at is 'When the next attempt is due';
comment on column waybill.messages.run is 'Which execution of the message this is, from 1';
comment on column waybill.messages.revision is 'Which version of its document is posted, from 0: as received';
comment on column waybill.messages.source is 'Where it came from, e.g. jms:orders.in';
comment on column waybill.messages.received_at is 'When it came';
comment on column waybill.messages.changed_at is 'When its row last changed';
comment on column waybill.messages.node is 'The node that changed it last';
comment on column waybill.messages.epoch is 'The fencing number under which it was changed last';

create view waybill.history as
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

comment on view waybill.history is 'What happened to each message; append-only';
comment on column waybill.history.seq is 'The message';
comment on column waybill.history.run is 'The run it belongs to';
comment on column waybill.history.at is 'When';
comment on column waybill.history.from_status is 'The status before; null in the first row of a message';
comment on column waybill.history.to_status is 'The status after';
comment on column waybill.history.reason is 'Why, as a code';
comment on column waybill.history.who is 'The person who decided; null where it was the broker';
comment on column waybill.history.reason_detail is 'Why, in words';
comment on column waybill.history.entry is 'Orders the rows of one message; says nothing about the order between messages';

create view waybill.payloads as
select
  p.seq,
  p.revision,
  p.content_type,
  p.headers,
  octet_length(p.body) as size,
  p.body
from waybill_journal.payload p;

comment on view waybill.payloads is 'The documents';
comment on column waybill.payloads.seq is 'The message';
comment on column waybill.payloads.revision is 'Which version, from 0: as received';
comment on column waybill.payloads.content_type is 'Its media type, where the source said one';
comment on column waybill.payloads.headers is 'The headers kept with it; null where there are none';
comment on column waybill.payloads.size is 'Its length in bytes';
comment on column waybill.payloads.body is 'The bytes';

create view waybill.lanes as
select
  split_part(l.lane, ':', 1) as name_space,
  substr(l.lane, strpos(l.lane, ':') + 1) as key,
  l.lane,
  l.places[1] as first,
  f.status as first_status,
  cardinality(l.places) - 1 as waiting,
  l.oldest
from (
  select
    p.lane,
    array_agg(s.seq order by p.rank, s.seq) as places,
    min(m.received_at) as oldest
  from waybill_journal.standing s
  join waybill_journal.message m on m.seq = s.seq
  cross join unnest(m.lanes, s.ranks) as p (lane, rank)
  where s.status in (
      'submitted', 'posting', 'retriable', 'retry', 'in_doubt', 'failed', 'cancelling')
    and s.ranks <> '{}'
  group by p.lane
) l
join waybill_journal.standing f on f.seq = l.places[1];

comment on view waybill.lanes is 'One row per lane in which an open message holds a place';
comment on column waybill.lanes.name_space is 'Its lock name space';
comment on column waybill.lanes.key is 'Its key value';
comment on column waybill.lanes.lane is 'Both, as in messages.lanes';
comment on column waybill.lanes.first is 'The message whose turn it is';
comment on column waybill.lanes.first_status is 'The status of that message';
comment on column waybill.lanes.waiting is 'How many messages stand behind it';
comment on column waybill.lanes.oldest is 'When the oldest open message of the lane came';

create view waybill.links as
select
  d.name,
  case when d.down_since is null then 'up' else 'down' end as state,
  d.down_since as since,
  d.down_detail as detail,
  d.next_trial_at
from waybill_journal.destination d;

comment on view waybill.links is 'The links, as last seen';
comment on column waybill.links.name is 'The link, or the destination as a link';
comment on column waybill.links.state is 'up or down';
comment on column waybill.links.since is 'Since when it is down; null while it is up';
comment on column waybill.links.detail is 'What was seen';
comment on column waybill.links.next_trial_at is 'When it is tried again';
