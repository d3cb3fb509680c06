-- migrate:up
-- What came back, by the day of its order and of its restocking: a small part of the ledger, which the reports on products read.
create index ledger_entries_returned on ledger_entries (store_id, order_day) where account = 'returns';
create index ledger_entries_restocked on ledger_entries (store_id, business_day) where account = 'cogs' and source like 'refund/%';

-- migrate:down
drop index ledger_entries_restocked;
drop index ledger_entries_returned;
