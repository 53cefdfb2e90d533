-- What destinations answered, kept for the senders. A reply is written in the transaction of its
-- outcome, for transactional destinations in that of the effect. Released or dropped, it loses its
-- bytes and keeps its row: the id stays known.

create table waybill_journal.reply (
  seq bigint not null,
  at timestamptz not null,
  keep_until timestamptz not null,
  released_at timestamptz,
  run integer not null,
  code smallint not null,
  release text not null,
  released_by text,
  content_type text,
  headers jsonb,
  body bytea,
  constraint reply_pkey primary key (seq),
  constraint reply_release check (release in ('none', 'encouraged', 'required'))
);

-- Compress large replies the fast way, where this server was built with it.
do $$
begin
  alter table waybill_journal.reply alter column body set compression lz4;
exception
  when feature_not_supported then null;
end
$$;

-- Which senders still have to release what; released ones leave it.
create index reply_unreleased on waybill_journal.reply (seq)
  where release = 'required' and released_at is null;

-- What has come to the end of its time.
create index reply_kept on waybill_journal.reply (keep_until)
  where body is not null and release <> 'required';

comment on table waybill_journal.reply is 'What destinations answered; the first answer of a message stays';

create view waybill.replies as
select
  r.seq,
  m.operation,
  m.sender,
  m.message_id,
  r.run,
  r.at,
  r.release,
  r.keep_until,
  r.code,
  r.content_type,
  r.headers,
  octet_length(r.body) as size,
  r.body,
  r.released_at,
  r.released_by
from waybill_journal.reply r
join waybill_journal.message m on m.seq = r.seq;

comment on view waybill.replies is 'What destinations answered, kept for the senders';
comment on column waybill.replies.seq is 'The message that was answered';
comment on column waybill.replies.operation is 'What that message asks for';
comment on column waybill.replies.sender is 'Who sent it; the reply is given to nobody else';
comment on column waybill.replies.message_id is 'The unique id its sender gave it';
comment on column waybill.replies.run is 'The run of the message that brought the reply';
comment on column waybill.replies.at is 'When it came';
comment on column waybill.replies.release is 'none, encouraged or required: who ends its time';
comment on column waybill.replies.keep_until is 'The end of its time; where release is required, from when on it is overdue';
comment on column waybill.replies.code is 'Its code, as a status of HTTP';
comment on column waybill.replies.content_type is 'Its media type; null where there was none, or it is no longer kept';
comment on column waybill.replies.headers is 'Its headers, as far as keep-headers lists them';
comment on column waybill.replies.size is 'Its length in bytes; null where it is no longer kept';
comment on column waybill.replies.body is 'Its bytes; null where it is no longer kept';
comment on column waybill.replies.released_at is 'When its sender released it';
comment on column waybill.replies.released_by is 'Who released it';

-- Senders by JMS say where they want the reply. The row is written with the document, and stays
-- until the reply has been sent there.
create table waybill_journal.reply_address (
  entry bigint generated always as identity,
  seq bigint not null,
  asked_at timestamptz not null,
  due_at timestamptz,
  sent_at timestamptz,
  asks integer not null default 1,
  attempts integer not null default 0,
  address text not null,
  correlation_id text,
  request text,
  detail text,
  constraint reply_address_pkey primary key (entry)
);

-- Whoever asks twice for the same is one that asks; also found by the message that was answered.
create unique index reply_address_asked
  on waybill_journal.reply_address (seq, address, coalesce(correlation_id, ''));

-- What is to be sent; what has been sent leaves it.
create index reply_address_due on waybill_journal.reply_address (due_at)
  where sent_at is null;

comment on table waybill_journal.reply_address is 'Where replies are to be sent, or have been';

create view waybill.reply_addresses as
select a.seq, a.address, a.correlation_id, a.asked_at, a.due_at, a.sent_at, a.attempts, a.detail
from waybill_journal.reply_address a;

comment on view waybill.reply_addresses is 'Where senders by JMS want their replies';
comment on column waybill.reply_addresses.seq is 'The message';
comment on column waybill.reply_addresses.address is 'The queue';
comment on column waybill.reply_addresses.correlation_id is 'By which the sender knows its reply';
comment on column waybill.reply_addresses.asked_at is 'When it asked';
comment on column waybill.reply_addresses.due_at is 'When it is sent, or tried again; null while there is no reply yet';
comment on column waybill.reply_addresses.sent_at is 'When it was sent';
comment on column waybill.reply_addresses.attempts is 'How often it could not be sent';
comment on column waybill.reply_addresses.detail is 'Why not, the last time';
