-- How order was kept when it was looked at last, and the changes of that under way.

create table waybill_journal.ordering (
  operation text not null,
  groups text[] not null,
  rules text not null,
  constraint ordering_pkey primary key (operation)
);

create table waybill_journal.changeover (
  id bigint generated always as identity,
  operations text[] not null,
  up_to bigint not null,
  begun_at timestamptz not null default now(),
  constraint changeover_pkey primary key (id)
);

comment on table waybill_journal.ordering is 'Of each operation: its groups, and by which keys and ties its messages keep order';
comment on table waybill_journal.changeover is 'Messages of these operations after up_to wait until those up to it have closed; it is over when posted has the field ''changeover ID''';
comment on column waybill_journal.posted.seq is 'The message; 0 for what was imported, and for changeovers';
