-- migrate:up
-- A receipt is seen by the person whose conversation it belongs to, and by an admin who looks after everybody's: dealdome.person is the id of
-- a user or 'all'.
drop policy seen on receipts;
create policy seen on receipts using (
  ((select sees_all_stores()) or store_ids <@ (select seen_stores())::bigint[])
  and exists (
    select 1 from conversations c
    where c.id = conversation_id and coalesce(current_setting('dealdome.person', true), '') in ('all', c.user_id::text)));

-- migrate:down
drop policy seen on receipts;
create policy seen on receipts using (
  ((select sees_all_stores()) or store_ids <@ (select seen_stores())::bigint[])
  and exists (select 1 from conversations c where c.id = conversation_id));
