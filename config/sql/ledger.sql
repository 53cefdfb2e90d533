-- The table of the sample destination "ledger". It lies in the broker's database, so that a
-- booking and its outcome are written in one transaction. Run at every start.
create schema if not exists ledger;

create table if not exists ledger.bookings (
  invoice_number text not null,
  account text not null,
  order_number text,
  booked_on date not null,
  currency char(3) not null,
  amount numeric(14, 2) not null,
  description text,
  posting_id text not null,
  written_at timestamptz not null default current_timestamp
);

comment on table ledger.bookings is
  'Sample: invoices booked by routes/ledger.camel.yaml, in the order of their lanes.';
comment on column ledger.bookings.posting_id is
  'The posting that wrote the row; a repost is a new run and writes a new row.';
