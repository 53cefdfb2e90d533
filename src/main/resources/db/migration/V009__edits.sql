-- Documents that people put in the place of those received.
--
-- The bytes stand in payload, each under its revision; whose turn it is says standing.revision. Their
-- fingerprint stands with the message: posting ids are made of it, and what is read is checked by it.

alter table waybill_journal.message
  add column edited bytea;

comment on column waybill_journal.message.edited is 'SHA-256 of the document of the present revision; null where that is the one received';
comment on table waybill_journal.payload is 'Documents, by revision; 0 is the one received, others were put in its place by people';
