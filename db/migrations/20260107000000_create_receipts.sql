-- migrate:up
-- The proof of the figures of an answer: what a tool was asked, by which queries, and what they gave. Append-only.
create table receipts (
  id              bigint generated always as identity primary key,
  conversation_id bigint not null references conversations on delete cascade,
  message_id      bigint not null references messages on delete cascade,
  tool            text not null,
  input           jsonb not null,
  queries         text[] not null,
  store_ids       bigint[],
  asked_at        timestamptz not null,
  last_entry_id   bigint not null,
  row_count       int not null,
  result          jsonb not null,
  result_hash     bytea not null,
  created_at      timestamptz not null default now(),
  constraint row_count_not_negative check (row_count >= 0),
  constraint result_hash_is_sha256 check (length(result_hash) = 32)
);
create index receipts_by_conversation on receipts (conversation_id, id);
create index receipts_by_message on receipts (message_id);
comment on column receipts.store_ids is 'The stores that the asker was limited to; null: not limited.';
comment on column receipts.result_hash is 'SHA-256 of the text of result, as jsonb writes it.';
comment on column receipts.asked_at is 'What "now" was for the tool: the same question is asked again with it.';
comment on column receipts.last_entry_id is 'The ledger until here was in the figures for sure; entries after it may explain a change.';

alter table receipts enable row level security;
create policy seen on receipts using (
  ((select sees_all_stores()) or store_ids <@ (select seen_stores())::bigint[])
  and exists (select 1 from conversations c where c.id = conversation_id));
revoke update, delete on receipts from dealdome_app;

-- migrate:down
drop table receipts;
