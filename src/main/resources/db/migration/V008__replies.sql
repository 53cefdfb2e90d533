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
