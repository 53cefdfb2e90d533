-- Links: what their probes and people say of them, which messages need them, and who waits for one.
--
-- What a message needs beside the links of its destination stands with the message; for which link
-- it waits, with its standing. Those that memory does not hold are found by that link, so that they
-- stand in the way of nobody who goes to the same destination without it.

create table waybill_journal.link (
  name text not null,
  seen_up boolean,
  seen_since timestamptz,
  seen_detail text,
  declared_at timestamptz,
  declared_by text,
  declared_why text,
  constraint link_pkey primary key (name)
) with (fillfactor = 20);

alter table waybill_journal.message
  add column links text;

alter table waybill_journal.standing
  add column link text,
  drop constraint standing_parked_by,
  add constraint standing_parked_by check (
    parked in ('lane', 'destination', 'prerequisite', 'link'));

-- Who waits for a link, in their order; also finds those that memory does not hold.
create index standing_link on waybill_journal.standing (link, seq)
  where link is not null;

comment on table waybill_journal.link is 'What is kept of links';
comment on column waybill_journal.link.seen_up is 'What the probe saw last; null before the first one';
comment on column waybill_journal.message.links is 'The links it needs beside those of its destination, joined by commas; null for none';
comment on column waybill_journal.standing.link is 'The link it waits for';

create or replace view waybill.links as
select
  d.name,
  case when d.down_since is null then 'up' else 'down' end as state,
  d.down_since as since,
  d.down_detail as detail,
  d.next_trial_at,
  'destination' as kind,
  null::text as declared_by
from waybill_journal.destination d
union all
select
  l.name,
  case when l.declared_at is null and l.seen_up then 'up' else 'down' end as state,
  coalesce(l.declared_at, case when not l.seen_up then l.seen_since end) as since,
  coalesce(l.declared_why, case when not l.seen_up then l.seen_detail end) as detail,
  null::timestamptz as next_trial_at,
  'link' as kind,
  l.declared_by
from waybill_journal.link l;

comment on column waybill.links.detail is 'What was seen, or why a person declared it down';
comment on column waybill.links.kind is 'link, or destination as a link';
comment on column waybill.links.declared_by is 'Who declared it down; null where its probe decides';
