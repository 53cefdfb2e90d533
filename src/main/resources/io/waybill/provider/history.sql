-- The history of a provider, in the schema of the search path. May be run again.

create sequence if not exists waybill_order;

create table if not exists waybill_transactions (
  transaction_id text primary key,
  status text not null check (status in ('performed', 'cancelled')),
  run integer,
  performed_order bigint unique,
  answer_code integer,
  answer_type text,
  answer bytea,
  performed_at timestamptz,
  cancelled_at timestamptz
);

comment on table waybill_transactions is
  'What was performed or cancelled here. A cancelled one is never performed again.';
comment on column waybill_transactions.performed_order is
  'Of two that share a lane or a row, the later one has the higher number.';
comment on column waybill_transactions.performed_at is
  'Null where it was cancelled before it came.';

-- Locked by whoever performs or cancels in the lane.
create table if not exists waybill_lanes (
  lane text primary key
);

create table if not exists waybill_standings (
  lane text not null references waybill_lanes,
  transaction_id text not null references waybill_transactions,
  predecessor text,
  performed_order bigint not null,
  primary key (lane, transaction_id)
);

comment on table waybill_standings is 'The lanes of each transaction, and what it came after there.';

create index if not exists waybill_standings_last on waybill_standings (lane, performed_order);

create table if not exists waybill_changes (
  transaction_id text not null references waybill_transactions,
  position integer not null,
  performed_order bigint not null,
  kind text not null check (kind in ('image', 'added', 'inverse')),
  schema_name text,
  table_name text,
  key_columns text[],
  key_values text[],
  state_before jsonb,
  state_after jsonb,
  column_name text,
  amount numeric,
  inverse text,
  argument text,
  primary key (transaction_id, position)
);

comment on table waybill_changes is
  'What each transaction changed: rows before and after it (null: not there), amounts added,'
  ' operations that undo it. Undone from the last position to the first.';

create index if not exists waybill_changes_row
  on waybill_changes (schema_name, table_name, key_values, performed_order);
