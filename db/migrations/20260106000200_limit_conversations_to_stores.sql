-- migrate:up
-- A conversation holds figures of the stores that its person saw then. Who sees fewer now, or comes with a token for fewer, does not see it.
alter table conversations add column store_ids bigint[];
comment on column conversations.store_ids is 'The stores that its person was limited to when it began; null: not limited.';
-- Two questions at once are answered one after the other. The mark runs out by itself when a process dies.
alter table conversations add column answering_until timestamptz;

alter table conversations enable row level security;
create policy seen on conversations using ((select sees_all_stores()) or store_ids <@ (select seen_stores())::bigint[]);
alter table messages enable row level security;
create policy seen on messages using (
  (select sees_all_stores()) or exists (select 1 from conversations c where c.id = conversation_id));

-- migrate:down
drop policy seen on messages;
alter table messages disable row level security;
drop policy seen on conversations;
alter table conversations disable row level security;
alter table conversations drop column answering_until;
alter table conversations drop column store_ids;
